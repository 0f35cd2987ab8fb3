#include "openai/errors.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::openai {
namespace {

constexpr std::size_t message_limit = 300;  // code points of the service's own words

constexpr std::string_view empty_account =
    "the OpenAI account has no credit or has reached its spending limit: add credit or raise the "
    "limit at "
    "platform.openai.com under Billing and Limits";
constexpr std::string_view bad_key =
    "the OpenAI key is not valid: set OPENAI_API_KEY to a live one";

struct Entry {
    std::string_view code, text;
    bool fatal;
};
constexpr Entry entries[] = {
    {"insufficient_quota", empty_account, true},
    {"credit_balance_exhausted", empty_account, true},
    {"billing_hard_limit_reached", empty_account, true},
    {"organization_spend_limit_exceeded", empty_account, true},
    {"project_spend_limit_exceeded", empty_account, true},
    {"organization_usage_limit_exceeded", empty_account, true},
    {"invalid_api_key", bad_key, true},
    {"account_deactivated", "the OpenAI account is deactivated: write to OpenAI", true},
    {"model_not_found",
     "no such model for this key: check REALTIME_MODEL, TRANSCRIBE_MODEL and EXTRACT_MODEL, or the "
     "project's access",
     true},
    {"beta_api_shape_disabled", "the service refuses the retired beta interface", true},
    {"context_length_exceeded", "the text is too long for the model", false},
    {"rate_limit_exceeded", "too many requests or tokens in a minute: wait and try again", false},
    {"inference_rate_limit_exceeded", "too many requests or tokens in a minute: wait and try again",
     false},
    {"slow_down", "too many requests: wait and try again", false},
    {"server_is_overloaded", "the service is overloaded: wait and try again", false},
    {"session_expired", "a session lasts 60 minutes at most", false},
};

const Entry* find(std::string_view code) {
    for (const Entry& e : entries)
        if (e.code == code) return &e;
    return nullptr;
}

struct Problem {
    int status = 0;
    std::string code, message;  // "" if the body has none
};

Problem read_problem(const HttpResponse& response) {
    Problem p;
    p.status = response.status;
    auto body = json::Document::parse(response.body);
    if (!body) return p;
    json::Value error = body->root()["error"];
    // The type tells an empty account too, under codes that are not in our list.
    bool quota = error["type"].text() == "insufficient_quota";
    p.code = quota ? "insufficient_quota" : std::string(error["code"].text());
    p.message = printable(utf8_prefix(to_utf8(trim(error["message"].text())), message_limit));
    while (p.message.ends_with('.')) p.message.pop_back();
    p.message = replace_all(p.message, "\n", " ");
    return p;
}

Errc errc_of(const Problem& p) {
    if (p.code == "invalid_api_key" || p.status == 401 || p.status == 403) return Errc::credentials;
    if (fatal_realtime_code(p.code)) return Errc::unavailable;
    bool passing = p.status == 408 || p.status == 409 || p.status == 429 || p.status >= 500;
    return passing ? Errc::later : Errc::unavailable;
}

/// Seconds or milliseconds of at most a day; a date is not read.
std::optional<std::int64_t> wait_of(std::string_view header, double ms_per_unit) {
    auto value = to_number(trim(header));
    if (!value || *value < 0 || *value * ms_per_unit > 86'400'000) return {};
    return std::llround(std::ceil(*value * ms_per_unit));
}

}  // namespace

std::string_view explanation_of(std::string_view code) {
    const Entry* e = find(code);
    return e == nullptr ? std::string_view() : e->text;
}

bool fatal_realtime_code(std::string_view code) {
    const Entry* e = find(code);
    return e != nullptr && e->fatal;
}

Error openai_error(const HttpResponse& response) {
    Problem p = read_problem(response);
    Errc code = errc_of(p);
    if (std::string_view known = explanation_of(p.code); !known.empty())
        return {code, fmt::format("{} (OpenAI: {})", known, p.code)};
    if (p.status == 401 && p.code.empty() && p.message.empty()) return {code, std::string(bad_key)};
    std::string text = fmt::format("OpenAI answered {}", p.status);
    if (!p.code.empty()) text += fmt::format(", {}", printable(p.code));
    if (!p.message.empty()) text += ": " + p.message;
    return {code, text};
}

std::optional<std::int64_t> retry_after_ms(const HttpResponse& response) {
    if (auto ms = wait_of(response.header("retry-after-ms"), 1)) return ms;
    return wait_of(response.header("retry-after"), 1000);
}

}  // namespace pa::openai
