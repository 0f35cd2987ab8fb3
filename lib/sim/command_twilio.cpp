#include <fmt/format.h>

#include <cstdlib>

#include "cli/console.hpp"
#include "config/directory.hpp"
#include "sim/clip_book.hpp"
#include "sim/commands.hpp"
#include "sim/stop_switch.hpp"
#include "sim/twilio_sim.hpp"

namespace pa::sim {

namespace {

/// Taken out of the environment, so that it is in one place only.
std::string take_environment(const char* name, std::string otherwise = {}) {
    if (const char* value = std::getenv(name)) otherwise = value;
    unsetenv(name);
    return otherwise;
}

RestAccount account_of(const TwilioCommand& command) {
    RestAccount a;
    a.sid = take_environment("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001");
    a.token = Secret(take_environment("TWILIO_AUTH_TOKEN", "simulated-auth-token"));
    a.key_sid = take_environment("TWILIO_API_KEY_SID");
    a.key_secret = Secret(take_environment("TWILIO_API_KEY_SECRET"));
    a.trial = command.trial;
    NumberResource n;
    n.sid = take_environment("TWILIO_PHONE_NUMBER_SID", "PN00000000000000000000000000000001");
    n.phone_number = command.number;
    n.voice_url = command.voice_url;
    n.status_callback = command.status_callback;
    a.numbers.push_back(std::move(n));
    return a;
}

/// "NAME" is the scenario of all calls, "+82…=NAME" of those to or from a number.
Status read_scenarios(const TwilioCommand& command, TwilioOptions& o) {
    for (const auto& text : command.scenarios) {
        const auto equals = text.starts_with('+') ? text.find('=') : std::string::npos;
        auto loaded =
            Scenario::load(equals == std::string::npos ? text : text.substr(equals + 1), o.share);
        if (!loaded) return loaded.error();
        (equals == std::string::npos ? o.scenario : o.by_number[text.substr(0, equals)]) =
            std::move(*loaded);
    }
    return Done{};
}

void print_ready(const TwilioSim& sim, const RestAccount& account) {
    json::Writer w;
    w.object()
        .member("event", "ready")
        .member("url", fmt::format("http://127.0.0.1:{}", sim.port()));
    w.member("account_sid", account.sid).member("number", account.numbers[0].phone_number);
    cli::print(w.member("number_sid", account.numbers[0].sid).end().view());
}

}  // namespace

Status run_twilio_command(const TwilioCommand& command) {
    StopSwitch stop;
    TwilioOptions o;
    o.port = command.port;
    o.account = account_of(command);
    auto share = config::share_directory();
    if (!share) return share.error();
    o.share = *share;
    if (auto read = read_scenarios(command, o); !read) return read.error();
    auto clips = ClipBook::load(o.share + "/clips");
    if (!clips) return clips.error();
    o.clips = [&clips](std::string_view id) {
        const Clip* clip = clips->find(id);
        return clip == nullptr ? std::string_view() : std::string_view(clip->audio);
    };
    o.wav_folder = command.wav_folder;
    o.record_folder = command.record_folder;
    if (!o.wav_folder.empty()) {
        if (auto made = make_directory(o.wav_folder); !made) return made.error();
    }
    o.tell = [](std::string_view json) { cli::print(json); };
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    const RestAccount account = o.account;
    auto sim = TwilioSim::start(**loop, std::move(o));
    if (!sim) return sim.error();
    print_ready(**sim, account);
    stop.run(**loop);
    json::Writer w;
    w.object().member("event", "stopped").member("calls", (*sim)->calls_made());
    cli::print(w.member("complaints", (*sim)->complaints()).end().view());
    return Done{};
}

}  // namespace pa::sim
