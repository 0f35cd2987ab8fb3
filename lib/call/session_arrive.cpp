// Coming up: one of the two legs is not there.
#include "base/base64.hpp"
#include "call/session.hpp"

namespace pa::call {

Session::Next Session::on(Arriving& s, const StreamStarted&, Actions& out) {
    bool first = !stream_seen_;
    stream_up_ = stream_seen_ = true;
    last_media_ = now_;
    line_ms_ = -1;
    disarm(TimerId::stream);
    arm(TimerId::stall, config_->media_stall);
    if (!audible_ || model_ != ModelLeg::ready) arm(TimerId::first_audio, config_->first_audio);
    if (first) arm(TimerId::max_duration, config_->max_duration);
    if (s.again && !parked_) {
        happen("reattached", {}, out);
        bool something_to_say = !held_.empty() || !active_response_.empty() || response_due_ ||
                                transfer_word_due() || message_due_;
        if (audible_ && !something_to_say) respond(config_->resumed, "resumed", out);
    }
    if (model_ == ModelLeg::down && attempts_ == 0 && !armed(TimerId::retry)) open_model(out);
    if (model_ == ModelLeg::ready) return talk(out);
    return {};
}

Session::Next Session::on(Arriving&, const CallerAudio& e, Actions& out) {
    if (stream_up_) hear(e, out);
    return {};
}

Session::Next Session::on(Arriving&, const ModelAudio& e, Actions&) {
    if (!discarded(e.response_id))
        held_.push_back({std::string(e.item_id), std::string(e.payload), e.content_index});
    return {};
}

Session::Next Session::on(Arriving&, const SessionUpdated& e, Actions& out) {
    if (Next next = session_accepted(e, out)) return next;
    if (model_ == ModelLeg::ready && stream_up_) return talk(out);
    return {};
}

/// The answer to the last words before the call was put through: for nobody.
Session::Next Session::on(Arriving&, const ResponseStarted& e, Actions& out) {
    if (handover_ == Handover::away && discarded(e.response_id)) out.push_back(CancelResponse{});
    return {};
}

Session::Next Session::on(Arriving&, const ResponseDone& e, Actions& out) {
    held_complete_ = !held_.empty();
    if (e.status == "failed") return response_failed(e.error_code, e.error_message, out);
    failed_responses_ = 0;
    if (end_call_) (void)end_call_answered(e, out);  // nobody is there to say goodbye to
    functions_answered(out);
    respond_next(out);
    return {};
}

Session::Next Session::on(Arriving&, const KeyPressed& e, Actions&) {
    if (stream_up_) collect_key(e.digit);
    return {};
}

Session::Next Session::on(Arriving& s, const CarrierStatus&, Actions& out) {
    if (handover_ == Handover::away) return transferred("the call is over", out);
    return carrier_gone(s.again ? EndedBy::caller : EndedBy::carrier, out);
}

Session::Next Session::on(Arriving&, const StreamStopped&, Actions& out) {
    if (handover_ == Handover::asked) return given_away(out);
    return parked_ ? Next{} : carrier_gone(EndedBy::caller, out);
}

/// Both legs are there: what was held goes out, the agent speaks first.
Session::Next Session::talk(Actions& out) {
    parked_ = false;
    if (message_due_) return leave_message(out);
    std::swap(sent().held, held_);
    for (const Held& h : sent().held) forward(h.item_id, h.content_index, h.payload, out);
    if (held_complete_ && !sent().held.empty()) finish_part(out);
    held_complete_ = false;
    greet(out);
    respond_next(out);
    if (config_->silence.count() > 0) arm(TimerId::silence, config_->silence);
    return Talking{};
}

/// Audio of the model to the caller, with its place in the books.
void Session::forward(std::string_view item_id, int content_index, std::string_view payload,
                      Actions& out) {
    auto bytes = static_cast<std::int64_t>(base64_decoded_size(payload));
    if (bytes == 0) return;
    if (answer_begun_ && turn_end_ms_ >= 0) {
        record_.turns.push_back({turn_end_ms_, at(), turn_.noticed_ms, turn_.response_ms});
        keep(Keep::What::turn, record_.turns.size() - 1, out);
        turn_end_ms_ = -1;
    }
    audible_ = true;
    caller_waits_ = false;
    parkings_ = 0;
    disarm(TimerId::first_audio);
    transcript_.agent_audible(item_id, at() + playback_.remaining_ms(now_), bytes);
    auto mark = playback_.sent(item_id, content_index, bytes, now_);
    out.push_back(PlayAudio{payload});
    if (mark) out.push_back(SendMark{std::move(*mark)});
}

void Session::finish_part(Actions& out) {
    if (auto mark = playback_.finish(now_)) out.push_back(SendMark{std::move(*mark)});
}

}  // namespace pa::call
