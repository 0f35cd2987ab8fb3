#include "bridge/taken_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "dial/line.hpp"
#include "dial/rules.hpp"
#include "net/http.hpp"

namespace pa::bridge {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// What may wait ends at a time, or when the bridge does.
class Until {
public:
    Until(Clock::time_point end, const std::atomic<bool>& give_up) : end_(end), give_up_(give_up) {}

    [[nodiscard]] std::chrono::milliseconds left() const {
        if (give_up_) return 0ms;
        return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()));
    }
    void pause(std::chrono::milliseconds t) const {
        for (const auto end = Clock::now() + t; left() > 0ms && Clock::now() < end;)
            std::this_thread::sleep_for(20ms);
    }

private:
    Clock::time_point end_;
    const std::atomic<bool>& give_up_;
};

/// Requests that end in time.
class ShortHttp final : public net::Http {
public:
    ShortHttp(const Until& until, const std::atomic<bool>& give_up)
        : until_(until), http_(&give_up) {}

    Result<HttpResponse> send(const HttpRequest& request) override {
        HttpRequest shorter = request;
        shorter.timeout = std::min(request.timeout, until_.left());
        if (shorter.timeout == 0ms) return Error{Errc::later, "there was no time to ask"};
        return http_.send(shorter);
    }

private:
    const Until& until_;
    net::CurlHttp http_;
};

Result<FileLock> lock(const dial::Ledger::Entry& entry, const PhoneNumber& number,
                      const Until& until) {
    for (;;) {
        auto held = entry.try_lock();
        if (held || held.error().code != Errc::no) return held;
        if (until.left() == 0ms)
            return Error{Errc::later, fmt::format("{} is being called by another program",
                                                  mask_number(number.str()))};
        until.pause(50ms);
    }
}

/// Like any dial: numbers, countries, hours, budgets.
Result<PhoneNumber> number_of(const config::Settings& settings, const TransferWish& wish) {
    if (Status ok = dial::check_rule_settings(settings); !ok) return ok.error();
    auto number = dial::check_number(read_number(wish.to), wish.to, wish.confirmed);
    if (!number) return number.error();
    if (number->str() == wish.caller || number->str() == wish.called)
        return Error{Errc::data,
                     fmt::format("{} is a number of this very call", number->national())};
    dial::SpendingLogs logs(settings.call_log_dir, cli::warn);
    if (Status ok = dial::check_rules(*number, wish.urgent, settings, wall_now(), logs); !ok)
        return ok.error();
    return number;
}

/// A leg of a call runs no longer than that.
dial::Attempt leg_of(const std::string& call_sid, const PhoneNumber& number) {
    dial::Attempt attempt;
    attempt.state = dial::Attempt::State::placed;
    attempt.to = number.str();
    attempt.call_sid = call_sid;
    attempt.attempted_at = wall_now();
    return attempt;
}

}  // namespace

Result<TakenLine> take_line(const config::Settings& settings, const TransferWish& wish,
                            const std::string& call_sid, Clock::time_point asked,
                            const std::atomic<bool>& give_up) {
    const Until until(asked + taking_patience, give_up);
    if (until.left() == 0ms)
        return Error{Errc::later, "the bridge has other numbers to look after"};
    auto number = number_of(settings, wish);
    if (!number) return number.error();
    auto account = carrier::account_of(settings);
    if (!account) return account.error();
    auto pause = [&until](std::chrono::milliseconds t) { until.pause(t); };
    ShortHttp http(until, give_up);
    carrier::Calls calls(http, *account, pause);
    dial::Ledger ledger(settings.directory + "/run");
    const dial::Inquiry ask{ledger, calls, [](const std::string&) { return std::nullopt; },
                            wall_now, pause};

    const dial::Ledger::Entry entry = ledger.of_number(*number);
    auto held = lock(entry, *number, until);
    if (!held) return held.error();
    // Unless its last call was a leg of this very call, which has one at a time: that has ended.
    if (auto last = entry.read(); !last || last->call_sid != call_sid)
        if (Status free = dial::check_line_free(*number, entry, ask); !free) return free.error();
    // No money is held back for it: the model has no part in it.
    auto counted = ledger.count(wall_now(), std::nullopt, [&](const dial::Ledger::Count& before) {
        return dial::check_daily_cap(settings.max_calls_per_day, before.placed, wish.urgent);
    });
    if (!counted) return counted.error();
    if (Status written = entry.write(leg_of(call_sid, *number)); !written) {
        (void)ledger.uncount(*counted).has_value();  // the same disk
        return written.error();
    }
    return TakenLine{*number, call_sid, *counted};
}

Status release_line(const std::string& run, const TakenLine& line, bool uncount,
                    const std::atomic<bool>& give_up) {
    const dial::Ledger ledger(run);
    const Status back = uncount ? ledger.uncount(line.counted) : Status(Done{});
    const dial::Ledger::Entry entry = ledger.of_number(line.number);
    auto held = lock(entry, line.number, Until(Clock::now() + taking_patience, give_up));
    if (!held) return held.error();
    auto attempt = entry.read();
    if (!attempt) return attempt.error();
    if (attempt->call_sid != line.call_sid) return back;  // somebody has called it since
    attempt->state = dial::Attempt::State::ended;
    Status written = entry.write(*attempt);
    return written ? back : written;
}

}  // namespace pa::bridge
