#include "dial/follow.hpp"

#include <fmt/format.h>

#include "store/call_log.hpp"
#include "store/log_reader.hpp"

namespace pa::dial {
namespace {

using namespace std::chrono_literals;

constexpr auto bridge_interval = 250ms;
constexpr auto carrier_interval = 2000ms;  // Twilio asks for no more than about one a second
/// Also when the bridge knows the call: a tunnel that is down swallows status callbacks.
constexpr auto carrier_check = 15'000ms;
/// For the log of a call that has ended: the bridge waits some seconds for the last words, and for
/// what the model makes of an answer that was hung up on.
constexpr auto patience_at_end = 6s;

CallState state_of(const twilio::CallResource& call) {
    CallState state;
    state.status = call.status;
    state.answered_by = call.answered_by;
    if (call.duration_s) state.duration_s = static_cast<int>(*call.duration_s);
    return state;
}

}  // namespace

Result<CallState> Follower::ask_carrier(const std::string& call_sid) {
    carrier_at_ = hooks_.now();
    auto call = calls_.fetch(call_sid);
    if (!call) return call.error();
    return state_of(*call);
}

bool Follower::time_for_carrier(bool bridge_knows) const {
    return hooks_.now() - carrier_at_ >= (bridge_knows ? carrier_check : carrier_interval);
}

Result<CallState> Follower::look(const std::string& call_sid) {
    auto known = bridge_.call(call_sid);
    if (known && *known) return **known;
    auto state = ask_carrier(call_sid);
    if (state) read_log(call_sid, *state);
    return state;
}

/// What only the conversation can tell. A bridge forgets a call soon after its end.
void Follower::read_log(const std::string& call_sid, CallState& state) const {
    if (state.status != "completed" || !state.log.empty()) return;
    const std::string path = store::log_of_call(log_folder_, call_sid);
    if (!path.ends_with(".json")) return;  // none, or a journal
    auto log = store::load_log(path);
    if (!log) return;
    state.log = path;
    state.acknowledged = log->record.acknowledged;
}

Result<CallState> Follower::follow(const std::string& call_sid, std::chrono::seconds limit) {
    TimePoint end = hooks_.now() + limit;
    carrier_at_ = hooks_.now();
    CallState state;
    while (hooks_.now() < end) {
        auto known = bridge_.call(call_sid);
        bool bridge_knows = known && *known;
        if (bridge_knows) state = **known;
        if (!state.final() && time_for_carrier(bridge_knows)) {
            auto carrier = ask_carrier(call_sid);
            if (!carrier && !bridge_knows && carrier.error().code != Errc::later)
                return carrier.error();
            if (carrier && (carrier->final() || !bridge_knows)) state = *carrier;
        }
        if (state.final()) return complete(call_sid, std::move(state));
        hooks_.changed(state);
        hooks_.sleep(bridge_interval);
    }
    return Error{Errc::later, fmt::format("call {}: no end after {} s", call_sid, limit.count())};
}

/// Adds what comes last: the log, and who answered.
CallState Follower::complete(const std::string& call_sid, CallState state) {
    if (state.status != "completed") return state;
    for (TimePoint end = hooks_.now() + patience_at_end; state.log.empty() && hooks_.now() < end;) {
        auto known = bridge_.call(call_sid);
        if (!known || !*known) break;
        if ((*known)->final()) state = **known;
        if (state.log.empty()) hooks_.sleep(bridge_interval);
    }
    read_log(call_sid, state);
    if (!state.answered_by.empty()) return state;
    if (auto carrier = ask_carrier(call_sid)) {
        state.answered_by = carrier->answered_by;
        if (!state.duration_s) state.duration_s = carrier->duration_s;
    }
    return state;
}

}  // namespace pa::dial
