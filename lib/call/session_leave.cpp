// The end of a call: said to the last word, told to the carrier, and written down whole.
#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr milliseconds drain_grace{2'000};        // beyond what is still to be played
constexpr milliseconds goodbye_deadline{15'000};  // for the model to say it
constexpr milliseconds transcripts_deadline{2'000};
constexpr milliseconds verdict_deadline{4'000};  // for the model to take an answer hung up on
constexpr milliseconds carrier_deadline{5'000};  // from our wish to the closed stream

bool is_farewell(std::string_view purpose) { return purpose == "goodbye" || purpose == "message"; }

}  // namespace

/// Ends the call with a goodbye in the agent's words; without a session, at once.
Session::Next Session::leave(EndedBy by, std::string_view goodbye, std::string_view what,
                             Actions& out) {
    if (std::holds_alternative<Leaving>(state_)) return {};
    happen(what, {}, out);
    if (!stream_up_ || model_ != ModelLeg::ready || goodbye.empty() || !may_speak("goodbye"))
        return hang_up(by, out);
    farewell(by, goodbye, "goodbye", out);
    return Leaving{};
}

/// The last thing that is said: `purpose` is "goodbye" or "message".
void Session::farewell(EndedBy by, std::string_view instructions, std::string_view purpose,
                       Actions& out) {
    ended_by_ = by;
    wanted_.clear();
    disarm(TimerId::silence);
    arm(TimerId::drain, goodbye_deadline);
    respond(instructions, purpose, out);
}

/// Ends the call now: what is playing is cut.
Session::Next Session::hang_up(EndedBy by, Actions& out) {
    ended_by_ = by;
    if (!stream_up_) {
        out.push_back(CompleteCall{});
        return carrier_gone(by, out);
    }
    cut_playback(Truncating::no, out);
    complete(out);
    return Leaving{true, true, false};
}

void Session::complete(Actions& out) {
    disarm(TimerId::drain);
    arm(TimerId::carrier, carrier_deadline);
    arm(TimerId::transcripts, transcripts_deadline);
    out.push_back(CompleteCall{});
    out.push_back(CloseStream{});
}

/// Everything is said: wait until the last mark is back.
Session::Next Session::drain(Leaving how, Actions& out) {
    if (!how.said && model_ == ModelLeg::ready) {
        // From here the caller is listened to again, for the transcript only.
        std::swap(sent().backlog, backlog_);
        sent().backlog.for_each([&](std::string_view payload) { append(payload, out); });
    }
    how.said = true;
    if (how.completed) return how;
    if (playback_.acknowledged()) {
        how.completed = true;
        complete(out);
    } else {
        arm(TimerId::drain, milliseconds(playback_.remaining_ms(now_)) + drain_grace);
    }
    return how;
}

Session::Next Session::drained(Actions& out) {
    auto* leaving = std::get_if<Leaving>(&state_);
    if (leaving == nullptr || leaving->completed) return {};
    if (!leaving->said) return drain(*leaving, out);  // no goodbye came: play what there is
    leaving->completed = true;                        // a mark was lost
    complete(out);
    return {};
}

/// Until the goodbye is generated the model does not hear the caller: it would take their words for
/// an interruption.
Session::Next Session::on(Leaving& s, const CallerAudio& e, Actions& out) {
    last_media_ = now_;
    if (!s.said)
        backlog_.push(e.payload);
    else if (model_ == ModelLeg::ready)
        append(e.payload, out);
    return {};
}

Session::Next Session::on(Leaving& s, const InputCommitted&, Actions& out) {
    if (s.over && !server_turns_ && verdict_due()) respond({}, "verdict", out);
    return {};
}

Session::Next Session::on(Leaving& s, const ResponseStarted& e, Actions& out) {
    const bool verdict = s.over && verdict_due();  // its words are for nobody, what it calls counts
    const bool stray = s.message && active_.purpose != "message";
    if (verdict || stray || s.said) discarded_response_ = e.response_id;
    const bool cancel = !verdict && (s.said || discarded(e.response_id));
    if (cancel && model_ == ModelLeg::ready) out.push_back(CancelResponse{});
    return {};
}

Session::Next Session::on(Leaving& s, const ModelAudio& e, Actions& out) {
    if (s.said || discarded(e.response_id)) return {};
    if (is_farewell(active_.purpose)) arm(TimerId::drain, goodbye_deadline);  // it is being said
    forward(e.item_id, e.content_index, e.payload, out);
    return {};
}

Session::Next Session::on(Leaving& s, const ModelAudioDone& e, Actions& out) {
    if (!s.said && !discarded(e.response_id)) finish_part(out);
    return {};
}

Session::Next Session::on(Leaving& s, const ResponseDone& e, Actions& out) {
    if (s.over) {
        respond_next(out);
        return maybe_finished(out);
    }
    if (s.said) return {};
    if (!discarded(e.response_id)) finish_part(out);
    if (end_call_ && !s.message)  // it said goodbye by itself while ours was waiting
        if (Next next = end_call_answered(e, out)) return next;
    if (is_farewell(active_.purpose)) {
        const bool again = s.message && e.status == "failed" && failed_responses_++ == 0;
        if (!again) return drain(s, out);
        wanted_.push_back({std::string(config_->machine_message), "message"});
    }
    respond_next(out);
    return {};
}

Session::Next Session::on(Leaving& s, const MarkPlayed&, Actions& out) {
    if (s.said && !s.completed && playback_.acknowledged()) return drain(s, out);
    return {};
}

Session::Next Session::on(Leaving&, const StreamStopped&, Actions& out) {
    return carrier_gone(EndedBy::caller, out);
}
Session::Next Session::on(Leaving&, const CarrierStatus&, Actions& out) {
    return carrier_gone(EndedBy::caller, out);
}
Session::Next Session::on(Leaving&, const CallerText&, Actions& out) { return maybe_finished(out); }
Session::Next Session::on(Leaving&, const CallerTextFailed&, Actions& out) {
    return maybe_finished(out);
}

/// The carrier's socket is gone without a word about the call.
Session::Next Session::stream_lost(Actions& out) {
    if (!stream_up_) return {};
    if (auto* leaving = std::get_if<Leaving>(&state_)) {
        if (!leaving->completed && ended_by_ != EndedBy::error) out.push_back(CompleteCall{});
        stream_up_ = false;
        return carrier_gone(ended_by_, out);
    }
    if (handover_ == Handover::asked) return given_away(out);
    stream_up_ = false;
    // Nobody hears the rest of it; what comes after the gap begins anew.
    if (audible_ && !active_response_.empty() && !discarded(active_response_)) {
        discarded_response_ = active_response_;
        if (model_ == ModelLeg::ready) out.push_back(CancelResponse{});
    }
    cut_playback(Truncating::yes, out);
    // A sentence that the break cut in two ends here.
    if (caller_speaking_ && model_ == ModelLeg::ready) give(silent_second(), out);
    if (!parked_) error("stream-lost", "the carrier's stream broke off", out);
    arm(TimerId::stream, config_->reattach);
    return Arriving{true};
}

/// The call is over on the carrier's side: what is still to be done is to hear the last words.
Session::Next Session::carrier_gone(EndedBy by, Actions& out) {
    auto* leaving = std::get_if<Leaving>(&state_);
    if (leaving != nullptr && leaving->over) return maybe_finished(out);
    if (ended_by_ == EndedBy::none) ended_by_ = by;
    cut_playback(Truncating::no, out);
    if (stream_up_) out.push_back(CloseStream{});
    stream_up_ = false;
    wanted_.clear();
    if (config_->wants_ack && leaving == nullptr) tell_keys(out);
    if (model_ != ModelLeg::ready || !(caller_text_due() || verdict_due())) return finish(out);
    if (caller_speaking_) append(silent_second(), out);
    timers_.fill(never);
    arm(TimerId::transcripts, verdict_due() ? verdict_deadline : transcripts_deadline);
    if (answer_) arm(TimerId::evidence, transcripts_deadline);
    return Leaving{true, true, true};
}

bool Session::caller_text_due() const {
    return caller_speaking_ || commit_due_ || transcript_.waiting_for_text();
}

Session::Next Session::maybe_finished(Actions& out) {
    bool waiting = armed(TimerId::transcripts);
    if (stream_up_ || (waiting && (caller_text_due() || verdict_due()))) return {};
    return finish(out);
}

Session::Next Session::fail(std::string_view what, std::string detail, Actions& out) {
    error(what, std::move(detail), out);
    if (auto* leaving = std::get_if<Leaving>(&state_))
        return leaving->said ? Next{} : drain(*leaving, out);
    ended_by_ = EndedBy::error;
    cut_playback(Truncating::no, out);
    // No CompleteCall: the carrier asks at /after, or for the stream, and is given an apology.
    if (!stream_up_) return finish(out);
    out.push_back(CloseStream{});
    arm(TimerId::carrier, carrier_deadline);
    if (model_ != ModelLeg::down) out.push_back(CloseModel{});
    model_ = ModelLeg::down;
    return Leaving{true, true, false};
}

Session::Next Session::finish(Actions& out) {
    if (model_ != ModelLeg::down) out.push_back(CloseModel{});
    if (stream_up_) out.push_back(CloseStream{});
    model_ = ModelLeg::down;
    stream_up_ = false;
    disarm(TimerId::evidence);
    judge_answer(out);
    if (config_->wants_ack && stream_seen_ && !machine_ && !record_.acknowledged)
        record_.acknowledged = false;
    // What has no text by now has none; a gap must show.
    for (std::size_t i : transcript_.give_up_waiting()) keep_line(i, out);
    record_.ended_by = ended_by_;
    record_.duration_ms = at();
    record_.transcript = transcript_.ordered();
    out.push_back(Finished{});
    return Ended{};
}

}  // namespace pa::call
