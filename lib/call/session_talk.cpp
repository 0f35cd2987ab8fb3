// The conversation: turns, interruptions, silence.
#include <algorithm>

#include "call/session.hpp"

namespace pa::call {

/// A stream that replaces one of which nobody said that it ended.
Session::Next Session::on(Talking&, const StreamStarted& e, Actions& out) {
    if (Next next = stream_lost(out)) state_ = std::move(*next);
    auto* arriving = std::get_if<Arriving>(&state_);
    return arriving != nullptr ? on(*arriving, e, out) : Next{};
}

Session::Next Session::on(Talking&, const CallerAudio& e, Actions& out) {
    if (!stream_up_) return {};
    hear(e, out);
    if (!guard_.running()) return {};
    guard_.hear(e.payload);
    if (guard_.voiced() >= config_->guard) barge_in(out);
    return {};
}

Session::Next Session::on(Talking&, const SessionUpdated& e, Actions& out) {
    return session_accepted(e, out);
}

Session::Next Session::on(Talking&, const SpeechStarted&, Actions& out) {
    cut_in_ = false;
    if (interruption_ == Interruption::off) return {};
    if (interruption_ == Interruption::guarded && playback_.playing(now_))
        guard_.start();
    else
        barge_in(out);
    return {};
}

/// The caller has the word: silence the phone, tell the model how far it was heard, drop what is
/// late.
void Session::barge_in(Actions& out) {
    cut_in_ = true;
    guard_.stop();
    std::erase_if(wanted_, [](const Wanted& w) { return w.purpose == "nudge"; });
    again_.reset();
    if (asked_) asked_cut_ = true;
    if (!active_response_.empty()) {
        discarded_response_ = active_response_;
        // With turn detection in its hands the service has cancelled already.
        if (!server_turns_) out.push_back(CancelResponse{});
    }
    bool playing = playback_.playing(now_);
    if (playing) out.push_back(ClearPlayback{});
    std::int64_t heard = cut_playback(Truncating::yes, out);
    if (playing) happen("barge-in", std::to_string(heard) + " ms heard", out);
}

/// What was not heard by now never will be: the lines say so and, if the model is to know, it is
/// told. Returns how much was heard of what is cut [ms].
std::int64_t Session::cut_playback(Truncating truncating, Actions& out) {
    bool tell = truncating == Truncating::yes && model_ == ModelLeg::ready;
    std::int64_t heard = 0;
    for (const Playback::Cut& cut : playback_.clear(now_)) {
        if (tell && !cut.orphan)
            out.push_back(Truncate{cut.item_id, cut.content_index, cut.heard_ms});
        keep_line(transcript_.agent_cut(cut.item_id, cut.total_ms - cut.heard_ms, at()), out);
        heard += cut.heard_ms;
    }
    // An item without audio cannot be truncated (the service: "Only model output audio messages
    // can be truncated").
    for (const std::string& item : silent_items_) {
        if (tell) out.push_back(DeleteItem{item});
        keep_line(transcript_.agent_cut(item, 0, at()), out);
    }
    silent_items_.clear();
    return heard;
}

bool Session::discarded(std::string_view response_id) const {
    return !response_id.empty() && response_id == discarded_response_;
}

Session::Next Session::on(Talking&, const SpeechStopped&, Actions&) {
    guard_.stop();
    if (config_->silence.count() > 0) arm(TimerId::silence, config_->silence);
    return {};
}

Session::Next Session::on(Talking&, const InputCommitted&, Actions& out) {
    if (server_turns_) return {};
    if (muted_) return {};  // answered when it may speak again
    bool agent_goes_on = playback_.playing(now_) && !cut_in_;
    if (interruption_ == Interruption::off) {
        open_floor(out);  // answers it, unless the greeting still plays
    } else if (agent_goes_on) {
        happen("backchannel", {}, out);  // a cough, a "음"
        caller_waits_ = false;
        turn_end_ms_ = -1;
        respond_next(out);
    } else {
        cut_in_ = false;
        respond({}, "answer", out);
    }
    return {};
}

/// The protected greeting was heard: from here the service takes the turns, when it has confirmed
/// it. What the caller said meanwhile is answered.
void Session::open_floor(Actions& out) {
    bool greeting = !audible_ || playback_.playing(now_) || !active_response_.empty() || asked_;
    if (interruption_ != Interruption::off || greeting || model_ != ModelLeg::ready) return;
    interruption_ = Interruption::immediate;
    configure(out);
    if (caller_waits_) respond({}, "answer", out);
}

/// A response that was asked for before the caller began to speak comes too late.
Session::Next Session::on(Talking&, const ResponseStarted& e, Actions& out) {
    if (discarded(e.response_id)) out.push_back(CancelResponse{});
    return {};
}

Session::Next Session::on(Talking&, const ModelAudio& e, Actions& out) {
    if (stream_up_ && !discarded(e.response_id))
        forward(e.item_id, e.content_index, e.payload, out);
    return {};
}

Session::Next Session::on(Talking&, const ModelAudioDone& e, Actions& out) {
    if (!discarded(e.response_id)) finish_part(out);
    return {};
}

Session::Next Session::on(Talking&, const MarkPlayed&, Actions& out) {
    open_floor(out);
    if (!busy() && config_->silence.count() > 0) arm(TimerId::silence, config_->silence);
    return {};
}

Session::Next Session::on(Talking&, const ResponseDone& e, Actions& out) {
    if (!discarded(e.response_id)) finish_part(out);
    if (end_call_)
        if (Next next = end_call_answered(e, out)) return next;
    if (e.status == "failed" && !discarded(e.response_id))
        return response_failed(e.error_code, e.error_message, out);
    failed_responses_ = 0;
    open_floor(out);
    functions_answered(out);
    mend_language(!discarded(e.response_id), out);
    respond_next(out);
    return {};
}

bool Session::busy() const {
    return caller_speaking_ || commit_due_ || response_due_ || asked_.has_value() ||
           !active_response_.empty() || !pending_functions_.empty() || playback_.playing(now_);
}

Session::Next Session::silent_too_long(Actions& out) {
    if (!std::holds_alternative<Talking>(state_)) return {};
    arm(TimerId::silence, config_->silence + milliseconds(playback_.remaining_ms(now_)));
    if (busy() || !wanted_.empty() || model_ != ModelLeg::ready || muted_) return {};
    auto nudge = static_cast<std::size_t>(nudges_++);
    if (nudge >= config_->silence_nudges.size())
        return leave(EndedBy::agent, config_->silence_goodbye, "silence", out);
    happen("silence", {}, out);
    respond(config_->silence_nudges[nudge], "nudge", out);
    return {};
}

Session::Next Session::on(Talking&, const StreamStopped&, Actions& out) {
    if (handover_ == Handover::asked) return given_away(out);
    return parked_ ? Next{} : carrier_gone(EndedBy::caller, out);
}

Session::Next Session::on(Talking&, const CarrierStatus&, Actions& out) {
    return carrier_gone(EndedBy::caller, out);
}

}  // namespace pa::call
