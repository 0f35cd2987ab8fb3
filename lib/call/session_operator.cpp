// What the operator of a live call wants of it: words said, words told, silence, the end, somebody
// else. Nothing of it is taken once the end is decided, but for a quicker end.
#include <fmt/format.h>

#include "call/session.hpp"

namespace pa::call {
namespace {

/// Somebody took the call over (Twilio, <Dial> action: DialCallStatus).
bool was_answered(std::string_view status) { return status == "completed" || status == "answered"; }

}  // namespace

/// Silenced, the agent says only what the operator has it say, and a message to a machine.
bool Session::may_speak(std::string_view purpose) const {
    if (handover_ != Handover::none) return false;
    return !muted_ || purpose == "say" || purpose == "message" || purpose == "verdict";
}

bool Session::operable() const {
    return !ended() && !std::holds_alternative<Leaving>(state_) && handover_ == Handover::none;
}

/// In its turn, like everything that is said.
Session::Next Session::any(const SayRequested& e, Actions& out) {
    if (!operable()) return {};
    happen("say", std::string(e.text), out);
    respond(fmt::format("{} \"{}\"", config_->word_for_word, e.text), "say", out);
    return {};
}

/// No answer is asked for: it counts from the next one on.
Session::Next Session::any(const WhisperRequested& e, Actions& out) {
    if (!operable()) return {};
    happen("whisper", std::string(e.text), out);
    tell("system", fmt::format("{} {}", config_->whispered, e.text), out);
    return {};
}

Session::Next Session::any(const MuteRequested& e, Actions& out) {
    if (e.on == muted_ || !operable()) return {};
    muted_ = e.on;
    happen(muted_ ? "muted" : "unmuted", {}, out);
    if (muted_) hush(out);
    if (model_ == ModelLeg::ready || model_ == ModelLeg::configuring) configure(out);
    if (!muted_) speak_again(out);
    return {};
}

/// The first words are due still, or an answer to what was said meanwhile.
void Session::speak_again(Actions& out) {
    nudges_ = 0;
    if (stream_up_ && !audible_) arm(TimerId::first_audio, config_->first_audio);
    const bool first = !greeted_ && model_ == ModelLeg::ready && stream_up_;
    if (first)
        greet(out);
    else if (caller_waits_ && !caller_speaking_ && !commit_due_)
        respond({}, "answer", out);
}

Session::Next Session::any(const HangUpRequested& e, Actions& out) {
    if (auto* leaving = std::get_if<Leaving>(&state_)) {
        const bool over = leaving->completed || leaving->over || e.goodbye;
        return over ? Next{} : hang_up(ended_by_, out);
    }
    happen("operator hangs up", std::string(e.reason), out);
    if (e.goodbye) return leave(EndedBy::agent, config_->stopped_goodbye, "goodbye", out);
    return hang_up(EndedBy::agent, out);
}

/// The agent falls silent; the stream ends when the carrier has taken the call.
Session::Next Session::any(const TransferRequested& e, Actions& out) {
    if (!operable() || !stream_up_) return {};
    happen("transfer", std::string(e.number), out);
    hush(out);
    handover_ = Handover::asked;
    const std::int64_t most_ms =
        armed(TimerId::max_duration) ? ms_between(now_, timer(TimerId::max_duration)) : 0;
    out.push_back(Transfer{std::string(e.number), most_ms});
    return {};
}

/// The carrier has taken it. The session stays, should the call come back; nothing is sent to it.
Session::Next Session::given_away(Actions& out) {
    handover_ = Handover::away;
    stream_up_ = false;
    cut_playback(Truncating::yes, out);
    // What they said last is still to be written down.
    if (caller_speaking_ && model_ == ModelLeg::ready) give(silent_second(), out);
    for (TimerId id : {TimerId::first_audio, TimerId::stall, TimerId::gap, TimerId::silence,
                       TimerId::keys, TimerId::function})
        disarm(id);
    out.push_back(CloseStream{});
    return Arriving{true};
}

Session::Next Session::any(const TransferEnded& e, Actions& out) {
    const auto* arriving = std::get_if<Arriving>(&state_);
    // Asked for by a process that died before it had written that down.
    const bool unknown = arriving != nullptr && arriving->again && e.status != "refused";
    const bool leaving = std::holds_alternative<Leaving>(state_);
    if (leaving || (handover_ == Handover::none && !unknown)) return {};
    std::string how =
        e.detail.empty() ? std::string(e.status) : fmt::format("{}, {}", e.status, e.detail);
    return was_answered(e.status) ? transferred(how, out) : not_transferred(std::move(how), out);
}

/// The agent's part was over when it gave the call away.
Session::Next Session::transferred(std::string_view how, Actions& out) {
    happen("transfer ended", std::string(how), out);
    handover_ = Handover::none;
    return carrier_gone(EndedBy::agent, out);
}

/// The other side is still ours: at once if the carrier refused, else with a new stream.
Session::Next Session::not_transferred(std::string why, Actions& out) {
    happen("transfer failed", std::move(why), out);
    handover_ = Handover::none;
    if (!stream_up_) arm(TimerId::stream, config_->reattach);
    respond(config_->transfer_failed, "transfer", out);
    return {};
}

bool Session::transfer_word_due() const {
    return (asked_ && asked_->purpose == "transfer") ||
           (!wanted_.empty() && wanted_.front().purpose == "transfer");
}

/// From the events of an earlier process.
void Session::recall_operator(const Happening& h) {
    if (h.what == "muted" || h.what == "unmuted") muted_ = h.what == "muted";
    if (h.what == "whisper")
        told_.push_back({h.at_ms, "system", fmt::format("{} {}", config_->whispered, h.detail)});
    if (h.what == "transfer") handover_ = Handover::away;
    if (h.what == "transfer failed") handover_ = Handover::none;
}

}  // namespace pa::call
