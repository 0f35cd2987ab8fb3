#include "call/session.hpp"

#include <algorithm>
#include <utility>

#include "base/fetch_ahead.hpp"

namespace pa::call {

Session::Session(SessionConfig config, TimePoint now)
    : Session(std::make_shared<const SessionConfig>(std::move(config)), now) {}

Session::Session(Shared<SessionConfig> config, TimePoint now)
    : config_(std::move(config)),
      interruption_(config_->interruption),
      started_(now),
      now_(now),
      last_media_(now),
      recent_(config_->vad_padding.count()),
      pin_(config_->pin) {
    timers_.fill(never);
}

void Session::start(Actions& out) {
    arm(TimerId::stream, stream_seen_ ? config_->reattach : config_->stream_deadline);
    if (stream_seen_ || config_->prewarm != Prewarm::off) open_model(out);
}

template <class E>
Session::Next Session::dispatch(const E& event, Actions& out) {
    constexpr bool in_any_state =
        std::is_same_v<E, ModelOpened> || std::is_same_v<E, LegClosed> ||
        std::is_same_v<E, ModelError> || std::is_same_v<E, AnsweredBy> ||
        std::is_same_v<E, EndRequested> || std::is_same_v<E, FunctionCalled> ||
        std::is_same_v<E, FunctionReturned> || std::is_same_v<E, AnswerGiven> ||
        std::is_same_v<E, SayRequested> || std::is_same_v<E, WhisperRequested> ||
        std::is_same_v<E, MuteRequested> || std::is_same_v<E, HangUpRequested> ||
        std::is_same_v<E, TransferRequested> || std::is_same_v<E, TransferEnded>;
    if constexpr (in_any_state)
        return any(event, out);
    else
        return std::visit([&](auto& state) { return on(state, event, out); }, state_);
}

void Session::handle(const Event& event, TimePoint now, Actions& out) {
    now_ = std::max(now, now_);
    sent_.reset();
    if (ended()) return;
    if (std::holds_alternative<Timeout>(event)) return expire(out);
    std::visit(
        [&](const auto& e) {
            note(e, out);
            if (Next next = dispatch(e, out)) state_ = std::move(*next);
        },
        event);
}

void Session::expire(Actions& out) {
    for (std::size_t i = 0; i < timers_.size() && !ended(); ++i) {
        if (timers_[i] > now_) continue;
        timers_[i] = never;
        if (Next next = expired(static_cast<TimerId>(i), out)) state_ = std::move(*next);
    }
}

void Session::comes_soon() const {
    fetch_members(config_, transcript_);
    fetch_members(ended_by_, turn_);
    recent_.comes_soon();
}

std::optional<TimePoint> Session::next_timeout() const {
    const TimePoint next = *std::min_element(timers_.begin(), timers_.end());
    return ended() || next == never ? std::nullopt : std::optional(next);
}

Session::Next Session::expired(TimerId id, Actions& out) {
    switch (id) {
        case TimerId::model: return model_lost("no ready session in time", false, out);
        case TimerId::answer: return model_lost("no answer from the session", false, out);
        case TimerId::rotate: return grown_old(out);
        case TimerId::retry:
            if (model_ == ModelLeg::down)
                open_model(out);
            else
                ask_again(out);
            return {};
        case TimerId::first_audio: return first_audio_late(out);
        case TimerId::stream:
            out.push_back(CompleteCall{});  // wherever it hangs
            return carrier_gone(stream_seen_ ? EndedBy::caller : EndedBy::carrier, out);
        case TimerId::stall: return stalled(out);
        case TimerId::gap: return line_silent(out);
        case TimerId::max_duration:
            return leave(EndedBy::limit, config_->limit_goodbye, "limit: duration", out);
        case TimerId::silence: return silent_too_long(out);
        case TimerId::keys: tell_keys(out); return {};
        case TimerId::evidence:
            judge_answer(out);
            return std::holds_alternative<Leaving>(state_) ? maybe_finished(out) : Next{};
        case TimerId::drain: return drained(out);
        case TimerId::transcripts:
            for (std::size_t i : transcript_.give_up_waiting()) keep_line(i, out);
            return maybe_finished(out);
        case TimerId::carrier: return finish(out);
        case TimerId::function: bridge_silence(out); return {};
        case TimerId::count: break;
    }
    return {};
}

/// The caller has heard nothing for too long. Once, the carrier says a word meanwhile and comes
/// back with a new stream; then it is over.
Session::Next Session::first_audio_late(Actions& out) {
    if (std::holds_alternative<Leaving>(state_) || !stream_up_ || muted_) return {};
    if (parkings_++ > 0) return fail("silence", "the model says nothing", out);
    happen("first-audio-late", {}, out);
    parked_ = true;
    out.push_back(CloseStream{});
    return {};
}

/// Looked at rarely and not set anew with each frame.
Session::Next Session::stalled(Actions& out) {
    if (!stream_up_ || std::holds_alternative<Leaving>(state_)) return {};
    if (now_ - last_media_ < config_->media_stall) {
        timer(TimerId::stall) = last_media_ + config_->media_stall;
        return {};
    }
    error("media-stall", "no audio from the carrier", out);
    return hang_up(EndedBy::carrier, out);
}

Session::Next Session::any(const LegClosed& e, Actions& out) {
    if (e.leg == Leg::carrier) return stream_lost(out);
    // 3000 and 4000: bad key, refused shape of the interface (seen; reference of the Realtime API).
    bool hopeless = e.code == 3000 || e.code == 4000 || e.reason.starts_with("401") ||
                    e.reason.starts_with("403");
    return model_lost(e.reason, hopeless, out);
}

Session::Next Session::any(const EndRequested& e, Actions& out) {
    // Who talks to somebody else needs no bridge.
    if (handover_ == Handover::away) return transferred(e.reason, out);
    if (e.reason == "budget")
        return leave(EndedBy::budget, config_->budget_goodbye, "limit: budget", out);
    return leave(EndedBy::agent, config_->stopped_goodbye, e.reason, out);
}

After Session::after() const {
    if (ended_by_ == EndedBy::error) return After::apologise;
    if (ended() || std::holds_alternative<Leaving>(state_)) return After::hang_up;
    return parked_ ? After::wait : After::resume;
}

void Session::happen(std::string_view what, std::string detail, Actions& out) {
    record_.events.push_back({at(), std::string(what), std::move(detail)});
    keep(Keep::What::event, record_.events.size() - 1, out);
}

void Session::error(std::string_view what, std::string detail, Actions& out) {
    record_.errors.push_back({at(), std::string(what), std::move(detail)});
    keep(Keep::What::error, record_.errors.size() - 1, out);
}

void Session::keep(Keep::What what, std::size_t index, Actions& out) {
    out.push_back(Keep{what, index});
}

/// The line stays at that place of the transcript until the call is over.
void Session::keep_line(std::size_t index, Actions& out) {
    if (index != Transcript::npos) keep(Keep::What::line, index, out);
}

}  // namespace pa::call
