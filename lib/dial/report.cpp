#include "dial/report.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.hpp"
#include "json/writer.hpp"

namespace pa::dial {
namespace {

void text_or_null(json::Writer& w, std::string_view name, std::string_view text) {
    w.key(name);
    text.empty() ? w.null() : w.value(text);
}

void number_or_null(json::Writer& w, std::string_view name, std::optional<int> number) {
    w.key(name);
    number ? w.value(*number) : w.null();
}

using Kept = std::pair<std::string_view, std::string_view>;
std::array<Kept, 5> kept_here(const Order& order) {
    const Matter& m = order.matter;
    return {Kept{"about", m.about}, Kept{"persona", m.persona}, Kept{"machine", m.machine},
            Kept{"ack", m.ack}, Kept{"once", order.key}};
}

}  // namespace

std::string write_report(const Report& r) {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/dial/1");
    w.member("call_sid", r.call_sid).member("to", r.to);
    w.member("outcome", r.outcome ? word_of(*r.outcome) : std::string_view("queued"));
    w.member("exit", r.outcome ? static_cast<int>(*r.outcome) : 0);
    text_or_null(w, "status", r.state.status);
    text_or_null(w, "answered_by", r.state.answered_by);
    number_or_null(w, "sip_code", r.state.sip_code);
    number_or_null(w, "duration_s", r.state.duration_s);
    w.key("acknowledged");
    r.state.acknowledged ? w.value(*r.state.acknowledged) : w.null();
    text_or_null(w, "log", r.state.log);
    return w.end().str();
}

std::string show_request(const HttpRequest& request, const Order& order) {
    std::string out = fmt::format("{} {}\nuser {}:***", request.method, request.url, request.user);
    for (const auto& [name, value] : form_decode(request.body))
        out += fmt::format("\n{}={}", name, value);
    out += "\n\nnot told to Twilio:";
    for (const auto& [name, value] : kept_here(order))
        if (!value.empty()) out += fmt::format("\n{}={}", name, printable(value));
    return out;
}

std::string write_request(const HttpRequest& request, const Order& order) {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/dial-request/1");
    w.member("method", request.method).member("url", request.url);
    w.member("user", request.user).member("password", "***").key("form").array();
    for (const auto& [name, value] : form_decode(request.body))
        w.array().value(name).value(value).end();
    w.end().key("here").object();
    for (const auto& [name, value] : kept_here(order)) text_or_null(w, name, value);
    return w.end().end().str();
}

}  // namespace pa::dial
