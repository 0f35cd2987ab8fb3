// What the carrier has told about each call lately, for those who follow one (pa-dial --wait).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "call/session.hpp"

namespace pa::bridge {

struct CallState {
    std::string status = "queued";
    std::string answered_by;               // of machine detection, as Twilio writes it
    std::optional<std::int64_t> sip_code;  // of the end, where the carrier tells
    std::optional<std::int64_t> duration_s;
    std::optional<bool> acknowledged;
    std::string log;                   // path, once it is written
    std::optional<call::After> after;  // of a call that is over on our side
    bool unprepared = false;           // over before it began: it could not be briefed
    /// When the carrier told us so: it may be before there is more of the call here.
    std::optional<std::chrono::steady_clock::time_point> rang, answered;
    [[nodiscard]] bool final() const;
};

/// True for a status after which there is no other.
[[nodiscard]] bool is_final_status(std::string_view status);

/// The last calls. One that is over is kept for `kept_for` after the last news of it: by then the
/// carrier has come for all it comes for, and who waited for it knows. That it was here is
/// remembered longer, of the last `most`, for a webhook that is sent once more.
class CallStates {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most = 10'000;
    static constexpr std::chrono::seconds kept_for{60};

    /// Takes a status callback. Requests of one call may overtake each other: a status never goes
    /// back from a later one. Returns the state.
    CallState& update(std::string_view call_sid, const Form& callback, TimePoint now);
    /// What another bridge knows of a call of its own, where it is more than we do.
    void learn(std::string_view call_sid, const CallState& other, TimePoint now);
    CallState& at(std::string_view call_sid, TimePoint now);
    [[nodiscard]] const CallState* find(std::string_view call_sid) const;
    /// It has ended here, and what it was is forgotten.
    [[nodiscard]] bool forgotten(std::string_view call_sid) const;
    template <class Visit>
    void each(Visit visit) const {
        for (const auto& [sid, known] : states_) visit(sid, known.state);
    }

private:
    struct Known {
        CallState state;
        TimePoint touched;
    };
    void forget(TimePoint now);
    std::map<std::string, Known, std::less<>> states_;
    TimePoint next_look_;                 // for what can be forgotten
    std::vector<std::size_t> forgotten_;  // hashes of SIDs; a ring once there are `most`
    std::size_t oldest_ = 0;              // in that ring
};

}  // namespace pa::bridge
