// The operator's socket: pa-dial hands over what a call is about and follows it; anybody with
// access to the file sees calls and counters.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "agent/prompt.hpp"
#include "bridge/bridge.hpp"
#include "bridge/live_view.hpp"
#include "bridge/operator_answers.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::bridge {
namespace {

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
    find_who_knows({Question::Door::operators, {}, request.method, request.path, request.body},
                   std::move(responder));
}

void Bridge::answer_operator(const net::ServerRequest& request, net::Responder responder) {
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
    if (request.method == "POST" && path == "/page") return open_page(responder);
    if (request.method == "POST" && path == "/page/close") {
        page_.close();
        return responder.answer(204, "text/plain", "");
    }
    if (auto target = below("/calls/"); request.method == "POST" && !target.empty())
        return command(target, request, responder);
    if (request.method == "POST" && path == SelfTest::path)
        return answer_json(responder, 201, self_test_.make_tokens());
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
        w.object();
        write_live_call(w, *call, loop_.now());
        w.end();
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

std::string Bridge::metrics_text() {
    Gauges now;
    now.calls = calls_.size();
    for (const auto& [sid, call] : calls_) {
        if (call->session().ended()) continue;  // counted already
        now.talking += call->session().streaming() ? 1U : 0U;
        now.running_cost_usd += call->cost_so_far();
        const std::size_t queued = call->queued_bytes();
        now.queued_bytes += queued;
        now.queued_bytes_most = std::max(now.queued_bytes_most, queued);
    }
    now.sockets_waiting = static_cast<std::size_t>(waiting_sockets_);
    now.model_sockets_closing = retired_.size();
    now.tasks_waiting = office_.waiting() + after_call_.waiting();
    now.logs_waiting =
        static_cast<std::size_t>(unsaved_logs_) + static_cast<std::size_t>(open_tapes_);
    return bridge::metrics_text(metrics_, now, loop_.turns());
}

/// Opens the live page's port, if it is not open, and tells the address that lets one browser in.
void Bridge::open_page(const net::Responder& responder) {
    auto url = page_.open();
    if (!url) return answer_error(responder, url.error());
    json::Writer w;
    w.start().object().member("url", *url).end();
    answer_json(responder, 200, w.view());
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
