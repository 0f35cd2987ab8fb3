// One run of pa-dial: place the call, follow it, say how it ended.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "dial/follow.hpp"
#include "dial/placer.hpp"
#include "dial/report.hpp"

namespace pa::dial {

/// Clock and people, replaceable for tests.
struct Surroundings {
    std::function<WallTime()> wall;
    std::function<std::chrono::steady_clock::time_point()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
    std::function<void(std::string_view)> say;  // for people
    std::function<void(const Placed&)> placed;  // as soon as there is a SID
    std::function<void(const CallState&, int)>
        changed;  // while it is followed; seconds in progress
};

class Dialler {
public:
    /// `never_sent`: see carrier::Calls::create. What is borrowed must outlive this.
    Dialler(net::Http& http, std::function<bool()> never_sent, const config::Settings& settings,
            const twilio::Account& account, Surroundings around);

    /// With `wait`, to the end of the call; else until it is queued. A call made earlier under the
    /// order's key is told as it is (Errc::refused if that can be known no more).
    [[nodiscard]] Result<Report> dial(const Order& order, bool wait);

    /// The outcome of the last dial() in a sentence, with what Twilio tells about a call that
    /// failed.
    [[nodiscard]] std::string explain(const Report& report);

private:
    [[nodiscard]] Result<CallState> follow(const Order& order, const std::string& call_sid);
    [[nodiscard]] bool unheld(const Report& report) const;

    Surroundings around_;
    std::string log_folder_;
    Bridge bridge_;
    carrier::Calls calls_;
    Placer placer_;
    Follower follower_;
    std::chrono::steady_clock::time_point answered_{};
    std::optional<std::chrono::steady_clock::time_point> ringing_;  // seen first
};

}  // namespace pa::dial
