#include "dial/outcome.hpp"

#include <fmt/format.h>

namespace pa::dial {
namespace {

constexpr int sip_declined = 603;  // RFC 3261 §21.6.2: the callee does not wish to take part

bool is_machine(std::string_view answered_by) {
    return answered_by.starts_with("machine") || answered_by == "fax";
}

}  // namespace

bool CallState::final() const {
    return status == "completed" || status == "busy" || status == "no-answer" ||
           status == "failed" || status == "canceled";
}

Outcome outcome_of(const CallState& state, bool wants_ack) {
    if (state.status != "completed" && state.sip_code == sip_declined) return Outcome::cancelled;
    if (state.status == "no-answer") return Outcome::no_answer;
    if (state.status == "busy") return Outcome::busy;
    if (state.status == "canceled") return Outcome::cancelled;
    if (state.status == "failed") return Outcome::failed;
    // Who acknowledged is no machine, whatever detection thought.
    if (wants_ack && state.acknowledged.value_or(false)) return Outcome::answered;
    if (is_machine(state.answered_by)) return Outcome::machine;
    return wants_ack ? Outcome::not_acknowledged : Outcome::answered;
}

std::string_view word_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::answered: return "answered";
        case Outcome::no_answer: return "no-answer";
        case Outcome::busy: return "busy";
        case Outcome::cancelled: return "cancelled";
        case Outcome::failed: return "failed";
        case Outcome::machine: return "machine";
        case Outcome::not_acknowledged: return "not-acknowledged";
    }
    return "unknown";
}

std::string sentence_of(Outcome outcome, const CallState& state, std::optional<int> rang_s) {
    switch (outcome) {
        case Outcome::answered:
            return state.duration_s ? fmt::format("answered, {} s", *state.duration_s) : "answered";
        case Outcome::no_answer:
            return rang_s ? fmt::format("no answer after {} s", *rang_s) : "no answer";
        case Outcome::busy: return "busy";
        case Outcome::cancelled:
            return state.sip_code == sip_declined ? "declined (SIP 603)"
                                                  : "cancelled before it was answered";
        case Outcome::failed:
            return "the carrier could not place the call: check the number and that it takes calls "
                   "from abroad";
        case Outcome::machine:
            return fmt::format("answered by {}",
                               state.answered_by == "fax" ? "a fax" : "a machine");
        case Outcome::not_acknowledged: return "answered, but not acknowledged";
    }
    return {};
}

std::string live_text(const CallState& state, int seconds) {
    if (state.status == "in-progress")
        return fmt::format("in progress {}:{:02}", seconds / 60, seconds % 60);
    return state.status.empty() ? "queued" : state.status;
}

}  // namespace pa::dial
