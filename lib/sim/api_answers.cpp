// What the REST API says besides completions: errors, refusals, the list of models.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "json/writer.hpp"
#include "sim/chat_model.hpp"

namespace pa::sim {
namespace {

/// As announced on 2026-11-22.
struct Model {
    std::string_view id, shutdown_date;  // "": none
};
constexpr std::array models = {
    Model{"gpt-realtime-2.1-mini", ""},
    Model{"gpt-realtime-2.1", ""},
    Model{"gpt-realtime-2", ""},
    Model{"gpt-realtime-1.5", ""},
    Model{"gpt-realtime", "2027-01-20"},
    Model{"gpt-realtime-mini", "2027-01-20"},
    Model{"gpt-transcribe", ""},
    Model{"gpt-live-transcribe", ""},
    Model{"gpt-4o-transcribe", "2027-02-26"},
    Model{"gpt-4o-mini-transcribe", "2027-02-26"},
    Model{"whisper-1", "2027-02-26"},
    Model{"gpt-6-luna", ""},
    Model{"gpt-6-sol", ""},
    Model{"gpt-6.1-sol", ""},
    Model{"gpt-5.4-mini", ""},
    Model{"gpt-5.4-nano", "2027-04-01"},
    Model{"gpt-4.1-mini", "2027-01-14"},
    Model{"gpt-4o-mini", "2027-01-14"},
};

void write_model(json::Writer& w, const Model& model) {
    w.object().member("id", model.id).member("object", "model").member("created", 1756271701);
    w.member("owned_by", "system").key("shutdown_date");
    model.shutdown_date.empty() ? w.null() : w.value(model.shutdown_date);
    w.end();
}

/// The type that the service gives to a code.
std::string_view type_of(int status, std::string_view code) {
    constexpr std::array quota = {
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded"};
    if (std::find(quota.begin(), quota.end(), code) != quota.end()) return "insufficient_quota";
    if (status == 429) return "rate_limit_error";
    if (status == 503) return "service_unavailable_error";
    return status >= 500 ? "server_error" : "invalid_request_error";
}

std::string_view usual_code(int status) {
    switch (status) {
        case 401: return "invalid_api_key";
        case 404: return "model_not_found";
        case 429: return "rate_limit_exceeded";
        case 503: return "server_is_overloaded";
        default: return status >= 500 ? "server_error" : "";
    }
}

}  // namespace

HttpResponse api_error(int status, std::string_view code, std::string_view message,
                       std::string_view param, std::string_view type) {
    json::Writer w;
    w.object().key("error").object().member("message", message);
    w.member("type", type.empty() ? type_of(status, code) : type).key("param");
    param.empty() ? w.null() : w.value(param);
    w.key("code");
    code.empty() ? w.null() : w.value(code);
    return {status, {{"x-request-id", "req_simulated"}}, w.end().end().str()};
}

HttpResponse api_fault(const Fault& fault) {
    int status = http_status(fault);
    std::string_view code = fault.code.empty() ? usual_code(status) : std::string_view(fault.code);
    HttpResponse response = api_error(status, code, fmt::format("A scripted {}.", status));
    if (fault.retry_after_s > 0)
        response.headers.emplace_back("Retry-After", std::to_string(fault.retry_after_s));
    return response;
}

HttpResponse models_answer(std::string_view id) {
    json::Writer w;
    if (id.empty()) {
        w.object().member("object", "list").key("data").array();
        for (const Model& model : models) write_model(w, model);
        return {200, {}, w.end().end().str()};
    }
    auto it =
        std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.id == id; });
    if (it == models.end())
        return api_error(
            404, "model_not_found",
            fmt::format("The model '{}' does not exist or you do not have access to it.", id),
            "model");
    write_model(w, *it);
    return {200, {}, w.str()};
}

}  // namespace pa::sim
