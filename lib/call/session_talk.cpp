// The conversation: turns, interruptions, functions, keys, silence.
#include <algorithm>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr milliseconds key_pause{1500};

}  // namespace

Session::Next Session::on(Talking&, const CallerAudio& e, Actions& out) {
    hear(e.payload, out);
    return {};
}

Session::Next Session::on(Talking&, const SessionUpdated& e, Actions& out) {
    return session_accepted(e, out);
}

Session::Next Session::on(Talking&, const SpeechStarted&, Actions& out) {
    bool heard = playback_.playing(now_);
    cut_in_ = false;
    if (config_.interruption == Interruption::off && heard) return {};
    if (config_.interruption == Interruption::guarded && heard)
        arm(TimerId::guard, config_.guard);
    else
        barge_in(out);
    return {};
}

/// The caller has the word: silence the phone, tell the model how far it was heard, drop what is
/// late.
void Session::barge_in(Actions& out) {
    cut_in_ = true;
    std::erase_if(wanted_, [](const Wanted& w) { return w.purpose == "nudge"; });
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
    disarm(TimerId::guard);
    if (config_.silence.count() > 0) arm(TimerId::silence, config_.silence);
    return {};
}

Session::Next Session::on(Talking&, const InputCommitted&, Actions& out) {
    if (server_turns_) return {};
    open_floor(out);
    if (cut_in_ || !playback_.playing(now_)) {
        cut_in_ = false;
        respond({}, "answer", out);
        return {};
    }
    happen("backchannel", {}, out);  // a cough, a "음": the agent goes on
    caller_waits_ = config_.interruption == Interruption::off;
    return {};
}

/// The protected greeting was heard: from here the service takes the turns.
void Session::open_floor(Actions& out) {
    if (config_.interruption != Interruption::off || !audible_ || playback_.playing(now_)) return;
    config_.interruption = Interruption::immediate;
    configure(out);
}

Session::Next Session::on(Talking&, const ModelAudio& e, Actions& out) {
    if (!discarded(e.response_id)) forward(e.item_id, e.content_index, e.payload, out);
    return {};
}

Session::Next Session::on(Talking&, const ModelAudioDone& e, Actions& out) {
    if (!discarded(e.response_id)) finish_part(out);
    return {};
}

Session::Next Session::on(Talking&, const MarkPlayed&, Actions& out) {
    bool was_closed = config_.interruption == Interruption::off;
    open_floor(out);
    if (was_closed && config_.interruption != Interruption::off && caller_waits_)
        respond({}, "answer", out);
    if (!busy() && config_.silence.count() > 0) arm(TimerId::silence, config_.silence);
    return {};
}

Session::Next Session::on(Talking&, const FunctionCalled& e, Actions& out) {
    FunctionRun run;
    run.call_id = e.call_id;
    run.name = e.name;
    run.arguments = e.arguments;
    run.start_ms = at();
    bool known = std::any_of(record_.functions.begin(), record_.functions.end(),
                             [&](const FunctionRun& f) { return f.call_id == e.call_id; });
    if (known) return {};  // the same call is told by several events
    record_.functions.push_back(std::move(run));
    keep(Keep::What::function, record_.functions.size() - 1, out);
    if (e.name == "end_call") {
        end_call_ = e.call_id;  // answered when the response is done
        return {};
    }
    pending_functions_.push_back({std::string(e.call_id), false});
    out.push_back(
        RunFunction{std::string(e.call_id), std::string(e.name), std::string(e.arguments)});
    return {};
}

Session::Next Session::on(Talking&, const FunctionReturned& e, Actions& out) {
    for (Pending& p : pending_functions_) {
        if (p.call_id != e.call_id || p.returned) continue;
        p.returned = true;
        out.push_back(AddFunctionOutput{p.call_id, std::string(e.output)});
    }
    functions_answered(out);
    return {};
}

/// One response for all outputs, once the response that called has ended.
void Session::functions_answered(Actions& out) {
    bool all = std::all_of(pending_functions_.begin(), pending_functions_.end(),
                           [](const Pending& p) { return p.returned; });
    if (pending_functions_.empty() || !all || !active_response_.empty()) return;
    pending_functions_.clear();
    respond({}, "function", out);
}

Session::Next Session::on(Talking&, const ResponseDone& e, Actions& out) {
    if (!discarded(e.response_id)) finish_part(out);
    if (end_call_)
        if (Next next = end_call_answered(e, out)) return next;
    if (e.status == "failed") return response_failed(e, out);
    failed_responses_ = 0;
    functions_answered(out);
    respond_next(out);
    return {};
}

/// The model wants to end the call: so be it, unless the caller spoke into its goodbye.
Session::Next Session::end_call_answered(const ResponseDone& e, Actions& out) {
    bool said = (e.status == "completed" || e.status == "incomplete") && !discarded(e.response_id);
    FunctionReturned result{
        *end_call_, said ? R"({"ok":true})" : R"({"ok":false,"why":"the caller spoke"})", said};
    note(result, out);
    out.push_back(AddFunctionOutput{*end_call_, std::string(result.output)});
    end_call_.reset();
    if (!said) return {};
    ended_by_ = EndedBy::agent;
    return drain(Leaving{}, out);
}

Session::Next Session::on(Talking&, const KeyPressed& e, Actions&) {
    if (keys_.size() < 32) keys_ += e.digit;
    arm(TimerId::keys, e.digit == '#' ? milliseconds(0) : key_pause);
    return {};
}

void Session::tell_keys(Actions& out) {
    if (pin_.wanted()) {
        if (pin_.keys(keys_)) owner_proved(out);
    } else if (model_ == ModelLeg::ready) {
        out.push_back(AddMessage{"user", "[keys pressed: " + keys_ + "]"});
        respond({}, "keys", out);
    }
    keys_.clear();
}

void Session::owner_proved(Actions& out) {
    happen("pin", "the caller proved to be the owner", out);
    out.push_back(OwnerProved{});
    configure(out);
    out.push_back(AddMessage{"system", "The caller has proved to be the owner."});
    respond({}, "pin", out);
}

Session::Next Session::silent_too_long(Actions& out) {
    if (!std::holds_alternative<Talking>(state_)) return {};
    arm(TimerId::silence, config_.silence + milliseconds(playback_.remaining_ms(now_)));
    if (busy() || !wanted_.empty() || model_ != ModelLeg::ready) return {};
    auto nudge = static_cast<std::size_t>(nudges_++);
    happen("silence", {}, out);
    if (nudge >= config_.silence_nudges.size())
        return leave(EndedBy::agent, config_.silence_goodbye, "silence", out);
    respond(config_.silence_nudges[nudge], "nudge", out);
    return {};
}

Session::Next Session::on(Talking&, const StreamStopped&, Actions& out) {
    return parked_ ? Next{} : carrier_gone(EndedBy::caller, out);
}

Session::Next Session::on(Talking&, const CarrierStatus&, Actions& out) {
    return carrier_gone(EndedBy::caller, out);
}

}  // namespace pa::call
