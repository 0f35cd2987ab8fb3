// Functions that the model calls, and keys that the caller presses.
#include <algorithm>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr milliseconds key_pause{1500};
constexpr std::size_t most_keys = 32;
constexpr milliseconds next_word{8'000};  // of silence, while a function still runs

}  // namespace

Session::Next Session::any(const FunctionCalled& e, Actions& out) {
    bool known = std::any_of(record_.functions.begin(), record_.functions.end(),
                             [&](const FunctionRun& f) { return f.call_id == e.call_id; });
    const bool answer = config_->wants_ack && e.name == "acknowledge";
    const auto* leaving = std::get_if<Leaving>(&state_);
    if (known || (leaving != nullptr && !(leaving->over && answer))) return {};
    const bool again = runs_already(e);
    FunctionRun run;
    run.call_id = e.call_id;
    run.name = e.name;
    run.arguments = e.arguments;
    run.start_ms = at();
    record_.functions.push_back(std::move(run));
    keep(Keep::What::function, record_.functions.size() - 1, out);
    if (e.name == "end_call") {
        end_call_ = e.call_id;  // answered when the response is done
        return {};
    }
    pending_functions_.push_back({std::string(e.call_id)});
    if (discreet_) return not_run(e.call_id, R"({"error":"a machine has answered the call"})", out);
    if (discarded(e.response_id) && !answer)  // the caller said something else meanwhile
        return not_run(e.call_id, R"({"cancelled":true})", out);
    if (again)
        return not_run(e.call_id, R"({"waiting":"this runs already; its result comes"})", out);
    out.push_back(
        RunFunction{std::string(e.call_id), std::string(e.name), std::string(e.arguments)});
    if (!config_->one_moment.empty() && !answer) arm(TimerId::function, config_->function_patience);
    return {};
}

/// A function takes its time: a word now and then instead of silence.
void Session::bridge_silence(Actions& out) {
    bool waiting = std::any_of(pending_functions_.begin(), pending_functions_.end(),
                               [](const Pending& p) { return !p.returned; });
    if (!waiting || !std::holds_alternative<Talking>(state_) || !stream_up_) return;
    if (std::int64_t left = playback_.remaining_ms(now_); left > 0)  // not silent yet
        return arm(TimerId::function, milliseconds(left) + config_->function_patience);
    bool another = asked_ || !wanted_.empty() || caller_speaking_ || commit_due_ || response_due_;
    if (!another) respond(config_->one_moment, "hold", out);
    arm(TimerId::function, next_word);
}

/// The same is asked for and has not come back: the model grew impatient, or is a new session.
bool Session::runs_already(const FunctionCalled& e) const {
    return std::any_of(pending_functions_.begin(), pending_functions_.end(), [&](const Pending& p) {
        return !p.returned && std::any_of(record_.functions.begin(), record_.functions.end(),
                                          [&](const FunctionRun& f) {
                                              return f.call_id == p.call_id && f.name == e.name &&
                                                     f.arguments == e.arguments;
                                          });
    });
}

Session::Next Session::not_run(std::string_view call_id, std::string_view why, Actions& out) {
    FunctionReturned result{call_id, why, false};
    note(result, out);
    return any(result, out);
}

Session::Next Session::any(const FunctionReturned& e, Actions& out) {
    auto is = [&](const Pending& p) { return p.call_id == e.call_id && !p.returned; };
    if (std::holds_alternative<Leaving>(state_)) {
        std::erase_if(pending_functions_, is);
        return {};
    }
    auto p = std::find_if(pending_functions_.begin(), pending_functions_.end(), is);
    if (p == pending_functions_.end()) return {};
    p->returned = true;
    std::erase_if(wanted_, [](const Wanted& w) { return w.purpose == "hold"; });
    if (model_ != ModelLeg::ready) {
        // It will be part of the history.
        caller_waits_ = true;
        pending_functions_.erase(p);
        return {};
    }
    if (p->orphan)
        out.push_back(AddMessage{"system", "The function returned " + std::string(e.output)});
    else
        out.push_back(AddFunctionOutput{p->call_id, std::string(e.output)});
    functions_answered(out);
    return {};
}

/// One response for all outputs, once the response that called has ended.
void Session::functions_answered(Actions& out) {
    bool all = std::all_of(pending_functions_.begin(), pending_functions_.end(),
                           [](const Pending& p) { return p.returned; });
    if (pending_functions_.empty() || !all || !active_response_.empty()) return;
    // The answer to a turn that is committed already may have begun without the outputs.
    if (response_due_) return;
    pending_functions_.clear();
    // The answer to a turn that is still open will know them.
    if (!caller_speaking_ && !commit_due_) respond({}, "function", out);
}

/// What keeps the call from ending with this response; "" if nothing does.
std::string_view Session::why_not_end(const ResponseDone& e) const {
    bool said = (e.status == "completed" || e.status == "incomplete") &&
                !discarded(e.response_id) && stream_up_;
    if (!said) return R"({"ok":false,"why":"the caller spoke"})";
    if (detecting())
        return R"({"ok":false,"why":"a machine may have answered: say nothing and wait"})";
    if (config_->wants_ack && !pending_functions_.empty())
        return R"({"ok":false,"why":"acknowledge has not returned: read its result first"})";
    return {};
}

/// The model wants to end the call: so be it, unless the caller spoke into its goodbye or is not
/// there.
Session::Next Session::end_call_answered(const ResponseDone& e, Actions& out) {
    std::string_view why = why_not_end(e);
    const bool said = why.empty();
    std::string call_id = *end_call_;
    end_call_.reset();
    FunctionReturned result{call_id, said ? R"({"ok":true})" : why, said};
    note(result, out);
    out.push_back(AddFunctionOutput{call_id, std::string(result.output)});
    if (!said) return {};
    ended_by_ = EndedBy::agent;
    return drain(Leaving{}, out);
}

// --- keys ---

Session::Next Session::on(Talking&, const KeyPressed& e, Actions&) {
    if (config_->silence.count() > 0) arm(TimerId::silence, config_->silence);
    collect_key(e.digit);
    return {};
}

void Session::collect_key(char digit) {
    if (keys_.size() < most_keys) keys_ += digit;
    key_one_ = key_one_ || (digit == '1' && audible_ && !discreet_);
    arm(TimerId::keys, digit == '#' ? milliseconds(0) : key_pause);
}

void Session::tell_keys(Actions& out) {
    // Before the first session is there, nobody could be told.
    if (!ready_once_ && !keys_.empty()) return arm(TimerId::keys, key_pause);
    std::string keys;
    std::swap(keys, keys_);
    if (keys.empty() || std::holds_alternative<Leaving>(state_)) return;
    if (pin_.wanted()) {
        if (pin_.keys(keys)) owner_proved(out);
        return;
    }
    if (discreet_) person_proved(out);
    tell("user", "[keys pressed: " + keys + "]", out);
    respond({}, "keys", out);
}

/// A message of ours, for this session and those that take over.
void Session::tell(std::string_view role, std::string text, Actions& out) {
    if (model_ == ModelLeg::ready) out.push_back(AddMessage{role, text});
    told_.push_back({at(), role, std::move(text)});
}

void Session::owner_proved(Actions& out) {
    happen("pin", "the caller proved to be the owner", out);
    out.push_back(OwnerProved{});
    if (model_ == ModelLeg::ready) configure(out);
    tell("system", "The caller has proved to be the owner.", out);
    respond({}, "pin", out);
}

}  // namespace pa::call
