#include <fmt/format.h>

#include "base/text.hpp"
#include "json/document.hpp"
#include "twilio/errors.hpp"
#include "twilio/rest.hpp"

namespace pa::twilio {
namespace {

/// The body of a 2xx answer.
Result<json::Document> body_of(const HttpResponse& response) {
    if (response.status < 200 || response.status > 299) return error_of(response);
    auto body = json::Document::parse(response.body);
    if (body && body->root().is_object()) return body;
    return Error{
        Errc::later,
        fmt::format("Twilio answered {} with something else than a JSON object", response.status)};
}

std::string text(json::Value v) { return std::string(v.text()); }

/// Twilio writes amounts as strings ("-0.03000").
std::optional<double> amount(json::Value v) {
    return v.is_number() ? v.number() : to_number(v.text());
}

CallResource call_of(json::Value v) {
    CallResource c;
    c.sid = text(v["sid"]);
    c.from = text(v["from"]);
    c.to = text(v["to"]);
    c.direction = text(v["direction"]);
    c.status = text(v["status"]);
    c.answered_by = text(v["answered_by"]);
    c.date_created = text(v["date_created"]);
    c.start_time = text(v["start_time"]);
    c.end_time = text(v["end_time"]);
    if (v["duration"].integer(-1) >= 0) c.duration_s = v["duration"].integer();
    c.price = amount(v["price"]);
    c.price_unit = text(v["price_unit"]);
    return c;
}

NumberResource number_of(json::Value v) {
    NumberResource n;
    n.sid = text(v["sid"]);
    n.phone_number = text(v["phone_number"]);
    n.friendly_name = text(v["friendly_name"]);
    n.voice_url = text(v["voice_url"]);
    n.voice_method = text(v["voice_method"]);
    n.voice_fallback_url = text(v["voice_fallback_url"]);
    n.voice_fallback_method = text(v["voice_fallback_method"]);
    n.status_callback = text(v["status_callback"]);
    n.status_callback_method = text(v["status_callback_method"]);
    n.voice_application_sid = text(v["voice_application_sid"]);
    n.trunk_sid = text(v["trunk_sid"]);
    n.voice = v["capabilities"]["voice"].boolean(true);
    return n;
}

Notification notification_of(json::Value v) {
    Notification n;
    n.error_code = static_cast<int>(v["error_code"].integer());
    n.warning = v["log"].text() == "1";
    n.message = printable(to_utf8(url_decode(v["message_text"].text())));  // comes url-encoded
    n.more_info = printable(text(v["more_info"]));
    return n;
}

template <class T>
Result<T> read_one(const HttpResponse& response, T (*read)(json::Value)) {
    auto body = body_of(response);
    if (!body) return body.error();
    T resource = read(body->root());
    if (resource.sid.empty()) return Error{Errc::later, "Twilio's answer has no sid"};
    return resource;
}

template <class T>
Result<std::vector<T>> read_list(const HttpResponse& response, std::string_view key,
                                 T (*read)(json::Value)) {
    auto body = body_of(response);
    if (!body) return body.error();
    json::Value list = body->root()[key];
    if (!list.is_array())
        return Error{Errc::later, fmt::format("Twilio's answer has no list of {}", key)};
    std::vector<T> out;
    list.for_each([&](json::Value v) { out.push_back(read(v)); });
    return out;
}

}  // namespace

bool is_final(std::string_view s) {
    return s == "completed" || s == "busy" || s == "no-answer" || s == "failed" || s == "canceled";
}

Result<CallResource> read_call(const HttpResponse& response) { return read_one(response, call_of); }

Result<std::vector<CallResource>> read_calls(const HttpResponse& response) {
    return read_list(response, "calls", call_of);
}

Result<NumberResource> read_number(const HttpResponse& response) {
    return read_one(response, number_of);
}

Result<std::vector<NumberResource>> read_numbers(const HttpResponse& response) {
    return read_list(response, "incoming_phone_numbers", number_of);
}

Result<std::vector<Notification>> read_notifications(const HttpResponse& response) {
    return read_list(response, "notifications", notification_of);
}

Result<AccountResource> read_account(const HttpResponse& response) {
    auto body = body_of(response);
    if (!body) return body.error();
    return AccountResource{text(body->root()["status"]), text(body->root()["type"]),
                           Secret(text(body->root()["auth_token"]))};
}

Result<Balance> read_balance(const HttpResponse& response) {
    auto body = body_of(response);
    if (!body) return body.error();
    auto value = amount(body->root()["balance"]);
    if (!value) return Error{Errc::later, "Twilio's answer has no balance"};
    return Balance{*value, text(body->root()["currency"])};
}

Result<bool> read_dialing_permission(const HttpResponse& response) {
    auto body = body_of(response);
    if (!body) return body.error();
    json::Value low_risk = body->root()["low_risk_numbers_enabled"];
    if (!low_risk.is_bool()) return Error{Errc::later, "Twilio's answer has no permission"};
    return low_risk.boolean();
}

}  // namespace pa::twilio
