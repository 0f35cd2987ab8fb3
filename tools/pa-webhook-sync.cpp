// pa-webhook-sync: points the agent's Twilio number at a public URL, and passes the URL on.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "base/line_buffer.hpp"
#include "base/text.hpp"
#include "carrier/account.hpp"
#include "carrier/syncer.hpp"
#include "cli/tool.hpp"
#include "cli/waiter.hpp"
#include "config/settings.hpp"

namespace {

using namespace std::chrono_literals;
using pa::Errc;
using pa::Error;
using pa::Result;
using pa::Status;
using pa::cli::Exit;
using Why = pa::cli::Waiter::Why;

struct Options {
    std::string url;  // empty: URLs on stdin
    std::string fallback, number;
    bool force = false, check = false, restore = false;
};

/// "$(pa-tunnel --once)" is empty where there is no tunnel: that is not a question for stdin.
const CLI::Validator not_empty(
    [](std::string& text) {
        return pa::trim(text).empty() ? "is empty: no tunnel? start pa-tunnel" : std::string();
    },
    "");

const CLI::Validator url_for_twilio(
    [](std::string& text) {
        pa::Url url;
        return pa::Url::parse(text, url) && url.scheme == "https"
                   ? std::string()
                   : text +
                         ": no URL that Twilio may ask (it looks like https://name.example/sorry)";
    },
    "");

void declare(CLI::App& app, Options& o) {
    auto* url =
        app.add_option("URL", o.url, "Public base URL of the bridge (default: lines of stdin)")
            ->check(not_empty);
    app.add_option("--number", o.number, "The number itself (default: TWILIO_PHONE_NUMBER_SID)")
        ->type_name("+1...");
    app.add_option("--fallback", o.fallback,
                   "Set VoiceFallbackUrl too: asked when the bridge is gone")
        ->check(url_for_twilio)
        ->type_name("URL");
    app.add_flag("--force", o.force, "Take the number off a TwiML application or SIP trunk");
    auto* check = app.add_flag("--check", o.check, "Change nothing; 0: in sync, 1: not");
    app.add_flag("--restore", o.restore, "Put back what was there before the first sync")
        ->excludes(check)
        ->excludes(url);
}

Status sync(pa::carrier::Syncer& syncer, const Options& o, const std::string& base) {
    pa::carrier::Wanted wanted{base, o.fallback, o.force};
    return o.check ? syncer.check(wanted) : syncer.sync(wanted);
}

Result<Exit> sync_one(pa::carrier::Syncer& syncer, const Options& o, const std::string& url) {
    auto base = pa::carrier::public_base(url);
    if (!base) return base.error();
    if (auto done = sync(syncer, o, *base); !done) return done.error();
    if (!o.check) pa::cli::print(*base);
    return Exit::yes;
}

/// The URLs of a pipe, one after another. Only the newest counts.
class Pipe {
public:
    Pipe(pa::carrier::Syncer& syncer, const Options& o) : syncer_(syncer), options_(o) {}

    Result<Exit> run() {
        for (;;) {
            if (pending_ && Clock::now() >= try_at_)
                if (auto tried = attempt(); !tried) return tried.error();
            if (options_.check && input_ended_ && !asked_)
                return Error{Errc::no, "no URL on stdin: nothing was checked; is there a tunnel?"};
            if (reader_gone_ || (input_ended_ && !pending_)) return Exit::yes;
            auto woken = waiter_.wait(pending_ ? try_at_ : Clock::time_point::max(),
                                      {input_ended_ ? -1 : STDIN_FILENO});
            if (woken.why == Why::reader_gone) return Exit::yes;
            if (woken.why == Why::readable)
                if (auto read = take_input(); !read) return read.error();
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds last_pause{4};

    Status take_input() {
        char buffer[4096];
        ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (n > 0) lines_.feed({buffer, static_cast<std::size_t>(n)});
        input_ended_ = n <= 0;
        std::optional<std::string> newest;
        while (auto line = lines_.next())
            if (!pa::trim(*line).empty()) newest = line;
        if (auto line = input_ended_ ? lines_.rest() : std::nullopt) newest = line;
        if (!newest) return pa::Done{};
        auto base = pa::carrier::public_base(*newest);
        if (!base) return base.error();
        pending_ = *base;
        asked_ = true;
        pause_ = 1s;
        try_at_ = Clock::now();
        return pa::Done{};
    }

    /// What passes by itself is tried again: for ever while there may be news from the tunnel, a
    /// few times for the last URL of a pipe that has ended.
    Status attempt() {
        Status done = sync(syncer_, options_, *pending_);
        if (done) {
            if (!options_.check) reader_gone_ = !pa::cli::print(*pending_);
            pending_.reset();
            return done;
        }
        if (done.error().code != Errc::later || (input_ended_ && pause_ > last_pause)) return done;
        pa::cli::say(fmt::format("{}; trying again in {} s", done.error().what, pause_.count()));
        try_at_ = Clock::now() + pause_;
        pause_ = std::min(pause_ * 2, std::chrono::seconds(60));
        return pa::Done{};
    }

    pa::carrier::Syncer& syncer_;
    const Options& options_;
    pa::cli::Waiter waiter_{pa::cli::Waiter::Signals::leave};
    pa::LineBuffer lines_;
    std::optional<std::string> pending_;  // not in sync yet
    Clock::time_point try_at_{};
    std::chrono::seconds pause_{1};
    bool input_ended_ = false, reader_gone_ = false, asked_ = false;
};

Result<std::string> number_of(const Options& o, const pa::config::Settings& settings) {
    if (o.number.empty()) {
        if (Status ok = settings.require({"TWILIO_PHONE_NUMBER_SID"}); !ok) return ok.error();
        return settings.twilio_phone_number_sid;
    }
    if (o.number.starts_with("PN")) return o.number;
    bool plain = o.number.starts_with('+') && o.number.size() > 7 &&
                 std::all_of(o.number.begin() + 1, o.number.end(), pa::is_digit);
    if (plain) return o.number;
    return Error{Errc::usage,
                 fmt::format("--number {}: written as +15550001234, or its SID", o.number)};
}

Result<Exit> restore(pa::carrier::Syncer& syncer) {
    auto url = syncer.restore();
    if (!url) return url.error();
    pa::cli::print(*url);
    return Exit::yes;
}

Result<Exit> run(const Options& o) {
    bool from_pipe = o.url.empty() && !o.restore;
    if (from_pipe && ::isatty(STDIN_FILENO) == 1)
        return Error{Errc::usage, "give a URL, or pipe URLs in: pa-tunnel | pa-webhook-sync"};
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    auto account = pa::carrier::account_of(*settings);
    if (!account) return account.error();
    auto number = number_of(o, *settings);
    if (!number) return number.error();
    pa::net::CurlHttp http;
    pa::carrier::Syncer syncer(http, *account, *number, settings->directory + "/run",
                               [](auto pause) { std::this_thread::sleep_for(pause); });
    if (o.restore) return restore(syncer);
    return from_pipe ? Pipe(syncer, o).run() : sync_one(syncer, o, o.url);
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-webhook-sync",
         "Point the agent's Twilio number at a public URL; pass the URL on when in sync.",
         "Examples:\n"
         "  pa-tunnel | pa-webhook-sync | pa-bridge --public-url -\n"
         "  pa-webhook-sync https://agent.example.com\n"
         "  pa-webhook-sync --check https://agent.example.com || echo not in sync\n"
         "  pa-webhook-sync --restore"},
        argc, argv, declare, run);
}
