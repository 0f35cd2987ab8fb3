// Follows a call to its end: the bridge hears of every change at once, the carrier knows when the
// bridge does not, and the log tells what was said when the bridge has forgotten it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "carrier/calls.hpp"
#include "dial/bridge.hpp"
#include "dial/outcome.hpp"

namespace pa::dial {

class Follower {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Hooks {
        std::function<void(const CallState&)> changed;  // at every look, four times a second
        std::function<TimePoint()> now;
        std::function<void(std::chrono::milliseconds)> sleep;
    };
    /// `log_folder`: where the bridge keeps its logs.
    Follower(Bridge& bridge, carrier::Calls& calls, std::string log_folder, Hooks hooks)
        : bridge_(bridge),
          calls_(calls),
          log_folder_(std::move(log_folder)),
          hooks_(std::move(hooks)) {}

    /// The final state. Errc::later if there is none after `limit`; Errc::unavailable if neither
    /// knows the call (any more).
    [[nodiscard]] Result<CallState> follow(const std::string& call_sid, std::chrono::seconds limit);
    /// One look.
    [[nodiscard]] Result<CallState> look(const std::string& call_sid);

private:
    [[nodiscard]] bool time_for_carrier(bool bridge_knows) const;
    [[nodiscard]] Result<CallState> ask_carrier(const std::string& call_sid);
    [[nodiscard]] CallState complete(const std::string& call_sid, CallState state);
    void read_log(const std::string& call_sid, CallState& state) const;

    Bridge& bridge_;
    carrier::Calls& calls_;
    std::string log_folder_;
    Hooks hooks_;
    TimePoint carrier_at_{};
};

}  // namespace pa::dial
