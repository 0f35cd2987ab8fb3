#include "call/session.hpp"

#include <algorithm>
#include <utility>

namespace pa::call {

Session::Session(SessionConfig config, TimePoint now)
    : config_(std::move(config)), started_(now), now_(now), last_media_(now), pin_(config_.pin) {}

void Session::start(Actions& out) {
    arm(TimerId::stream, config_.stream_deadline);
    if (config_.prewarm != Prewarm::off) open_model(out);
}

template <class E>
Session::Next Session::dispatch(const E& event, Actions& out) {
    constexpr bool in_any_state = std::is_same_v<E, ModelOpened> || std::is_same_v<E, LegClosed> ||
                                  std::is_same_v<E, ModelError> || std::is_same_v<E, AnsweredBy> ||
                                  std::is_same_v<E, EndRequested>;
    if constexpr (in_any_state)
        return any(event, out);
    else
        return std::visit([&](auto& state) { return on(state, event, out); }, state_);
}

void Session::handle(const Event& event, TimePoint now, Actions& out) {
    now_ = std::max(now, now_);
    held_sent_.clear();
    backlog_sent_.clear();
    recent_sent_.clear();
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
        if (!timers_[i] || *timers_[i] > now_) continue;
        timers_[i].reset();
        if (Next next = expired(static_cast<TimerId>(i), out)) state_ = std::move(*next);
    }
}

std::optional<TimePoint> Session::next_timeout() const {
    std::optional<TimePoint> next;
    if (ended()) return next;
    for (const auto& t : timers_)
        if (t && (!next || *t < *next)) next = t;
    return next;
}

Session::Next Session::expired(TimerId id, Actions& out) {
    switch (id) {
        case TimerId::model: return model_lost("no ready session in time", false, out);
        case TimerId::first_audio:
            if (audible_ || std::holds_alternative<Leaving>(state_)) return {};
            if (parkings_++ > 0) return fail("silence", "the model says nothing", out);
            // The carrier says a word meanwhile and comes back with a new stream.
            happen("first-audio-late", {}, out);
            parked_ = true;
            out.push_back(CloseStream{});
            return {};
        case TimerId::stream:
            out.push_back(CompleteCall{});  // wherever it hangs
            return carrier_gone(stream_seen_ ? EndedBy::caller : EndedBy::carrier, out);
        case TimerId::max_duration:
            return leave(EndedBy::limit, config_.limit_goodbye, "limit: duration", out);
        case TimerId::stall: {
            if (!stream_up_ || std::holds_alternative<Leaving>(state_)) return {};
            if (now_ - last_media_ < config_.media_stall) {
                timers_[static_cast<std::size_t>(id)] = last_media_ + config_.media_stall;
                return {};
            }
            error("media-stall", "no audio from the carrier", out);
            return hang_up(EndedBy::carrier, out);
        }
        case TimerId::silence: return silent_too_long(out);
        case TimerId::guard:
            if (caller_speaking_ && std::holds_alternative<Talking>(state_)) barge_in(out);
            return {};
        case TimerId::drain: {
            auto* leaving = std::get_if<Leaving>(&state_);
            if (leaving == nullptr || leaving->completed) return {};
            if (!leaving->said) return drain(*leaving, out);  // no goodbye came: play what there is
            leaving->completed = true;
            complete(out);
            return {};
        }
        case TimerId::transcripts:
            for (std::size_t i : transcript_.give_up_waiting()) keep_line(i, out);
            return maybe_finished(out);
        case TimerId::carrier: return finish(out);
        case TimerId::retry:
            if (model_ == ModelLeg::down)
                open_model(out);
            else
                respond({}, "retry", out);
            return {};
        case TimerId::keys: tell_keys(out); return {};
        case TimerId::count: break;
    }
    return {};
}

Session::Next Session::any(const ModelOpened&, Actions& out) {
    model_ = ModelLeg::configuring;
    configure(out);
    // The greeting in the same flight: the service answers in order, and no audio goes on before
    // the session is accepted.
    if (!greeted_ && (stream_up_ || config_.prewarm == Prewarm::greeting)) greet(out);
    return {};
}

Session::Next Session::any(const LegClosed& e, Actions& out) {
    if (e.leg == Leg::carrier) return stream_lost(out);
    // 3000 and 4000: bad key, refused shape of the interface (seen; reference of the Realtime API).
    bool hopeless = e.code == 3000 || e.code == 4000 || e.reason.starts_with("401") ||
                    e.reason.starts_with("403");
    return model_lost(e.reason, hopeless, out);
}

Session::Next Session::any(const ModelError& e, Actions& out) {
    if (e.code == "conversation_already_has_active_response" && asked_) {
        // Somebody is already being answered: a greeting is then too late, all else waits its turn.
        if (asked_->purpose != "greeting") wanted_.push_front(std::move(*asked_));
        asked_.reset();
        return {};
    }
    constexpr std::string_view fatal[] = {"invalid_api_key",     "insufficient_quota",
                                          "account_deactivated", "billing_hard_limit_reached",
                                          "model_not_found",     "beta_api_shape_disabled"};
    bool refused = model_ == ModelLeg::configuring && e.event_id.starts_with("session");
    if (refused || std::find(std::begin(fatal), std::end(fatal), e.code) != std::end(fatal))
        return fail("model", std::string(e.message), out);
    return {};
}

Session::Next Session::any(const AnsweredBy& e, Actions& out) {
    bool machine = e.who.starts_with("machine") || e.who == "fax";
    if (!machine || config_.on_machine == OnMachine::talk) return {};
    if (std::holds_alternative<Leaving>(state_)) return {};
    happen("machine", std::string(e.who), out);
    return hang_up(EndedBy::agent, out);
}

Session::Next Session::any(const EndRequested& e, Actions& out) {
    if (e.reason == "budget")
        return leave(EndedBy::budget, config_.budget_goodbye, "limit: budget", out);
    return leave(EndedBy::agent, config_.limit_goodbye, e.reason, out);
}

After Session::after() const {
    if (ended_by_ == EndedBy::error) return After::apologise;
    if (ended() || std::holds_alternative<Leaving>(state_)) return After::hang_up;
    return parked_ ? After::wait : After::resume;
}

bool Session::server_may_take_turns() const {
    // guarded: we decide what is an interruption. off: until the greeting was heard, nothing is.
    return config_.interruption == Interruption::immediate;
}

void Session::configure(Actions& out) {
    server_turns_ = server_may_take_turns();
    out.push_back(ConfigureSession{server_turns_});
}

bool Session::busy() const {
    return caller_speaking_ || !active_response_.empty() || asked_.has_value() ||
           playback_.playing(now_);
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

/// The record has the line from here on, at the place that it keeps until the call is over.
void Session::keep_line(std::size_t index, Actions& out) {
    if (index == Transcript::npos) return;
    if (record_.transcript.size() <= index) record_.transcript.resize(index + 1);
    record_.transcript[index] = transcript_.line(index);
    keep(Keep::What::line, index, out);
}

}  // namespace pa::call
