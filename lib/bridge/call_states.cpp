#include "bridge/call_states.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace pa::bridge {
namespace {

constexpr std::chrono::seconds look_every{10};  // over all of them, so not at each

constexpr std::array<std::string_view, 4> running{"queued", "initiated", "ringing", "in-progress"};
constexpr std::array<std::string_view, 5> ended{"completed", "busy", "no-answer", "failed",
                                                "canceled"};

/// How far a status is; -1 for one we do not know.
int rank(std::string_view status) {
    for (std::size_t i = 0; i < running.size(); ++i)
        if (running[i] == status) return static_cast<int>(i);
    return is_final_status(status) ? 10 : -1;
}

std::size_t hash_of(std::string_view call_sid) { return std::hash<std::string_view>()(call_sid); }

void read_number(const Form& form, std::string_view name, std::optional<std::int64_t>& out) {
    std::string_view text = form_value(form, name);
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && error == std::errc{}) out = number;
}

}  // namespace

bool is_final_status(std::string_view status) {
    return std::find(ended.begin(), ended.end(), status) != ended.end();
}

bool CallState::final() const { return is_final_status(status); }

CallState& CallStates::at(std::string_view call_sid, TimePoint now) {
    auto it = states_.find(call_sid);
    if (it == states_.end()) {
        forget(now);
        it = states_.emplace(call_sid, Known{}).first;
    }
    it->second.touched = now;
    return it->second.state;
}

void CallStates::forget(TimePoint now) {
    if (now < next_look_ && states_.size() < most) return;
    next_look_ = now + look_every;
    for (auto it = states_.begin(); it != states_.end();) {
        const auto& [sid, known] = *it;
        const bool over = known.state.after || known.state.final();
        if (!over || now < known.touched + kept_for) {
            ++it;
            continue;
        }
        if (known.state.after) {
            if (forgotten_.size() < most) forgotten_.push_back(0);
            forgotten_[oldest_] = hash_of(sid);
            oldest_ = (oldest_ + 1) % most;
        }
        it = states_.erase(it);
    }
    // Calls whose end we are never told, or more at once than anybody places.
    while (states_.size() >= most)
        states_.erase(std::min_element(
            states_.begin(), states_.end(),
            [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; }));
}

bool CallStates::forgotten(std::string_view call_sid) const {
    return std::find(forgotten_.begin(), forgotten_.end(), hash_of(call_sid)) != forgotten_.end();
}

CallState& CallStates::update(std::string_view call_sid, const Form& callback, TimePoint now) {
    CallState& state = at(call_sid, now);
    std::string_view status = form_value(callback, "CallStatus");
    if (rank(status) > rank(state.status)) {
        state.status = status == "initiated" ? "queued" : status;
        if (status == "ringing") state.rang = now;
        if (status == "in-progress") state.answered = now;
    }
    if (auto by = form_value(callback, "AnsweredBy"); !by.empty()) state.answered_by = by;
    read_number(callback, "SipResponseCode", state.sip_code);
    read_number(callback, "CallDuration", state.duration_s);
    return state;
}

void CallStates::learn(std::string_view call_sid, const CallState& other, TimePoint now) {
    CallState& state = at(call_sid, now);
    if (rank(other.status) > rank(state.status)) state.status = other.status;
    if (state.answered_by.empty()) state.answered_by = other.answered_by;
    if (!state.sip_code) state.sip_code = other.sip_code;
    if (!state.duration_s) state.duration_s = other.duration_s;
    if (other.acknowledged) state.acknowledged = other.acknowledged;
    if (!other.log.empty()) state.log = other.log;
    if (other.after) {
        state.after = other.after;
        state.unprepared = other.unprepared;
    }
}

const CallState* CallStates::find(std::string_view call_sid) const {
    auto it = states_.find(call_sid);
    return it == states_.end() ? nullptr : &it->second.state;
}

}  // namespace pa::bridge
