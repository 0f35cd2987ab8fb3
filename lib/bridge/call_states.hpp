// What the carrier has told about each call lately, for those who follow one (pa-dial --wait).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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
    [[nodiscard]] bool final() const;
};

/// True for a status after which there is no other.
[[nodiscard]] bool is_final_status(std::string_view status);

/// The last calls, at most `most`; the oldest go first.
class CallStates {
public:
    static constexpr std::size_t most = 10'000;
    /// Takes a status callback. Requests of one call may overtake each other: a status never goes
    /// back from a later one. Returns the state.
    CallState& update(std::string_view call_sid, const Form& callback);
    /// What another bridge knows of a call of its own, where it is more than we do.
    void learn(std::string_view call_sid, const CallState& other);
    CallState& at(std::string_view call_sid);
    [[nodiscard]] const CallState* find(std::string_view call_sid) const;
    template <class Visit>
    void each(Visit visit) const {
        for (const auto& [sid, state] : states_) visit(sid, state);
    }

private:
    std::map<std::string, CallState, std::less<>> states_;
    std::deque<std::string> order_;
};

}  // namespace pa::bridge
