// What a worker has to tell an operator, in a shell or on the live page, of its calls.
#include <algorithm>

#include "bridge/live_view.hpp"
#include "bridge/operator_answers.hpp"
#include "bridge/worker.hpp"

namespace pa::bridge {
namespace {

std::string state_json(std::string_view call_sid, const CallState& state) {
    json::Writer w;
    w.start().object().member("call_sid", call_sid).member("status", state.status);
    w.member("final", state.final());
    write_optional(w, "answered_by", state.answered_by);
    write_optional(w, "sip_code", state.sip_code);
    write_optional(w, "duration_s", state.duration_s);
    write_optional(w, "acknowledged", state.acknowledged);
    write_optional(w, "log", state.log);
    w.member("held", state.after.has_value() && !state.unprepared);
    return w.end().str();
}

}  // namespace

void Worker::answer_call(std::string_view call_sid, const net::Responder& responder) {
    const CallState* state = states_.find(call_sid);
    if (state == nullptr) return answer_error(responder, 404, "no such call");
    CallState now = *state;
    if (const CallDriver* call = find(call_sid); call != nullptr)
        now.acknowledged = call->session().record().acknowledged;
    answer_json(responder, 200, state_json(call_sid, now));
}

std::string Worker::calls_json() const {
    json::Writer w;
    w.start().array();
    for (const auto& [sid, call] : calls_) {
        w.object();
        write_live_call(w, *call, loop_.now());
        w.end();
    }
    return w.end().str();
}

std::string Worker::lines_json(std::string_view call_sid) {
    json::Writer w;
    CallDriver* call = find(call_sid);
    w.start().object().member("agent", call == nullptr ? std::string() : call->meta().agent);
    w.key("lines").array();
    if (call != nullptr)
        for (const call::TranscriptLine& l : call->session().settled_lines(loop_.now()))
            write_line(w, l);
    return w.end().end().str();
}

Worker::Live Worker::live(std::string_view call_sid, std::size_t known) {
    const net::TimePoint now = loop_.now();
    Live out;
    json::Writer w;
    w.start().array();
    for (const auto& [sid, call] : calls_) {
        w.object();
        write_live_call(w, *call, now);
        const LiveLevels::Levels levels = call->levels().look(now);
        w.member("caller_db", levels.caller_db).member("agent_db", levels.agent_db).end();
    }
    out.calls = w.end().str();
    if (const CallDriver* call = find(call_sid); call != nullptr) {
        w.start().object().member("call_sid", call_sid);
        write_live_talk(w, *call, known, now);
        out.talk = w.end().str();
    }
    return out;
}

Figures Worker::figures() {
    Figures f;
    f.counted = metrics_;
    f.loop = loop_.turns();
    f.now.calls = calls_.size();
    for (const auto& [sid, call] : calls_) {
        if (call->session().ended()) continue;  // counted already
        f.now.talking += call->session().streaming() ? 1U : 0U;
        f.now.running_cost_usd += call->cost_so_far();
        const std::size_t queued = call->queued_bytes();
        f.now.queued_bytes += queued;
        f.now.queued_bytes_most = std::max(f.now.queued_bytes_most, queued);
    }
    f.now.sockets_waiting = waiting_sockets();
    f.now.model_sockets_closing = retired_.size();
    f.now.logs_waiting =
        static_cast<std::size_t>(unsaved_logs_) + static_cast<std::size_t>(open_tapes_);
    return f;
}

}  // namespace pa::bridge
