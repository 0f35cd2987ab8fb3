// The operator's socket: pa-dial hands over what a call is about and follows it; anybody with
// access to the file sees calls and counters.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "agent/prompt.hpp"
#include "bridge/bridge.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::bridge {
namespace {

void answer_json(const net::Responder& responder, int status, std::string_view body) {
    responder.answer(status, "application/json", body);
}

void answer_error(const net::Responder& responder, int status, std::string_view what) {
    json::Writer w;
    w.start().object().member("error", what).end();
    answer_json(responder, status, w.view());
}

void write_optional(json::Writer& w, std::string_view name, const std::string& text) {
    w.key(name);
    text.empty() ? w.null() : w.value(text);
}

template <class T>
void write_optional(json::Writer& w, std::string_view name, const std::optional<T>& value) {
    w.key(name);
    value ? w.value(*value) : w.null();
}

std::string state_json(std::string_view call_sid, const CallState& state) {
    json::Writer w;
    w.start().object().member("call_sid", call_sid).member("status", state.status);
    w.member("final", state.final());
    write_optional(w, "answered_by", state.answered_by);
    write_optional(w, "sip_code", state.sip_code);
    write_optional(w, "duration_s", state.duration_s);
    write_optional(w, "acknowledged", state.acknowledged);
    write_optional(w, "log", state.log);
    return w.end().str();
}

}  // namespace

void Bridge::on_operator(const net::ServerRequest& request, net::Responder responder) {
    const std::string& path = request.path;
    auto below = [&](std::string_view folder) {
        return path.starts_with(folder) ? std::string_view(path).substr(folder.size())
                                        : std::string_view();
    };
    if (request.method == "GET") {
        if (path == "/status") return answer_json(responder, 200, status_json());
        if (path == "/calls") return answer_json(responder, 200, calls_json());
        if (path == "/metrics")
            return responder.answer(200, "text/plain; version=0.0.4", metrics_text());
        if (auto sid = below("/lines/"); !sid.empty())
            return answer_json(responder, 200, lines_json(sid));
        if (auto sid = below("/calls/"); !sid.empty()) {
            const CallState* state = states_.find(sid);
            if (state == nullptr) return answer_error(responder, 404, "no such call");
            CallState now = *state;
            if (const CallDriver* call = find(sid); call != nullptr)
                now.acknowledged = call->session().record().acknowledged;
            return answer_json(responder, 200, state_json(sid, now));
        }
    }
    if (request.method == "POST" && path == "/dials") return add_dial(request, responder);
    if (auto id = below("/dials/"); !id.empty()) {
        if (request.method == "POST") return bind_dial(id, request, responder);
        if (request.method == "DELETE") {
            dials_.remove(id);
            return responder.answer(204, "text/plain", "");
        }
    }
    answer_error(responder, 404, "not found");
}

std::string Bridge::status_json() const {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/bridge/1").member("nonce", nonce_);
    write_optional(w, "public_url", public_base_);
    w.member("port", server_->port()).member("pid", ::getpid()).member("calls", calls_.size());
    return w.end().str();
}

std::string Bridge::calls_json() const {
    json::Writer w;
    w.start().object().key("calls").array();
    for (const auto& [sid, call] : calls_) {
        const call::Record& r = call->session().record();
        w.object().member("call_sid", sid).member("direction", call->meta().direction);
        w.member("from", call->meta().from).member("to", call->meta().to);
        w.member("streaming", call->session().streaming()).member("turns", r.turns.size());
        w.member("cost_usd", call->cost_so_far()).end();
    }
    return w.end().end().str();
}

/// What has been said so far in a running call; of one that is over the log tells.
std::string Bridge::lines_json(std::string_view call_sid) {
    json::Writer w;
    CallDriver* call = find(call_sid);
    w.start().object().member("agent", call == nullptr ? std::string() : call->meta().agent);
    w.key("lines").array();
    if (call != nullptr) {
        for (const call::TranscriptLine& l : call->session().settled_lines(loop_.now())) {
            w.object();
            w.member("role", l.role == call::TranscriptLine::Role::user ? "user" : "assistant");
            w.member("text", l.text).member("start_ms", l.start_ms);
            if (l.interrupted) w.member("interrupted", true).member("heard", l.heard);
            w.end();
        }
    }
    return w.end().end().str();
}

std::string Bridge::metrics_text() const {
    std::string out;
    auto line = [&](std::string_view name, std::string_view kind, auto value) {
        out += fmt::format("# TYPE phone_agent_{0} {1}\nphone_agent_{0} {2}\n", name, kind, value);
    };
    line("calls", "gauge", calls_.size());
    line("calls_started_total", "counter", metrics_.calls_started);
    line("calls_finished_total", "counter", metrics_.calls_finished);
    line("calls_resumed_total", "counter", metrics_.calls_resumed);
    line("model_sockets_closing", "gauge", retired_.size());
    line("turns_total", "counter", metrics_.turns);
    line("webhooks_total", "counter", metrics_.webhooks);
    line("webhooks_refused_total", "counter", metrics_.refused);
    line("media_sockets_refused_total", "counter", metrics_.sockets_refused);
    const net::EventLoop::Turns& turns = loop_.turns();
    line("loop_turns_total", "counter", turns.count);
    line("loop_turns_over_5ms_total", "counter", turns.long_ones);
    line("loop_turn_longest_seconds", "gauge", static_cast<double>(turns.longest.count()) / 1000);
    line("cost_usd_total", "counter", metrics_.cost_usd);
    // Inside the bridge, from a socket to a socket: speech_started in, clear out.
    return out + metrics_.interruptions.text("phone_agent_interruption_seconds");
}

void Bridge::add_dial(const net::ServerRequest& request, const net::Responder& responder) {
    auto document = json::Document::parse(request.body);
    if (!document) return answer_error(responder, 400, document.error().what);
    auto to = document->text("to");
    if (!to) return answer_error(responder, 400, to.error().what);
    json::Value root = document->root();
    Dial dial;
    dial.to = *to;
    dial.about = root["about"].text();
    dial.persona = root["persona"].text();
    dial.machine = root["machine"].text("hangup");
    dial.ack = root["ack"].text();
    dial.ring = std::chrono::seconds(std::clamp<std::int64_t>(root["ring_s"].integer(), 0, 600));
    if (dial.about.size() + dial.ack.size() > agent::about_limit)
        return answer_error(responder, 413, "about: more than 64 KiB");
    json::Writer w;
    w.start().object().member("id", dials_.add(std::move(dial), net::Clock::now())).end();
    answer_json(responder, 201, w.view());
}

void Bridge::bind_dial(std::string_view id, const net::ServerRequest& request,
                       const net::Responder& responder) {
    auto document = json::Document::parse(request.body);
    auto sid = document ? document->text("call_sid") : Result<std::string_view>(document.error());
    if (!sid || !store::is_plain_sid(*sid))
        return answer_error(responder, 400, "call_sid: expected a SID");
    states_.at(*sid);
    if (dials_.bind(id, *sid))
        if (const Dial* dial = dials_.find_bound(*sid); dial != nullptr)
            prewarm(std::string(*sid), *dial);
    responder.answer(204, "text/plain", "");
}

/// While the phone rings: the model's session is opened and may say its greeting already.
void Bridge::prewarm(const std::string& call_sid, const Dial& dial) {
    if (find(call_sid) != nullptr || full() || states_.at(call_sid).final()) return;
    CallFacts facts{call_sid, "outbound", {}, dial.to, {}};
    auto taken = dials_.take(call_sid, dial.to, net::Clock::now());
    if (taken) brief_call(std::move(facts), std::move(*taken), [](CallDriver*) {});
}

}  // namespace pa::bridge
