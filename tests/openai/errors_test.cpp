#include "openai/errors.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {

HttpResponse answer(int status, std::string body, Headers headers = {}) {
    HttpResponse r;
    r.status = status;
    r.body = std::move(body);
    r.headers = std::move(headers);
    return r;
}

Errc code(int status, const std::string& openai_code, const std::string& type = "t") {
    return openai::openai_error(
               answer(status,
                      R"({"error":{"message":"m","type":")" + type + R"(","param":null,"code":)" +
                          (openai_code.empty() ? "null" : "\"" + openai_code + "\"") + "}}"))
        .code;
}

}  // namespace

TEST_CASE("what may pass is worth another try, what cannot is not") {
    CHECK(code(429, "rate_limit_exceeded") == Errc::later);
    CHECK(code(429, "slow_down", "rate_limit_error") == Errc::later);
    CHECK(code(503, "server_is_overloaded") == Errc::later);
    for (int status : {408, 409, 429, 500, 502, 503, 504}) CHECK(code(status, "") == Errc::later);
    CHECK(code(400, "") == Errc::unavailable);
    CHECK(code(404, "model_not_found") == Errc::unavailable);
    CHECK(code(401, "invalid_api_key") == Errc::credentials);
    CHECK(code(401, "") == Errc::credentials);
    CHECK(code(403, "") == Errc::credentials);
}

TEST_CASE("an empty account is never a rate limit") {
    for (const char* c :
         {"insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded", "organization_usage_limit_exceeded"})
        CHECK(code(429, c) == Errc::unavailable);
    CHECK(code(429, "some_new_code", "insufficient_quota") == Errc::unavailable);
    CHECK(code(429, "", "insufficient_quota") == Errc::unavailable);
}

TEST_CASE("the sentence has the remedy, or the service's words") {
    auto what = [](int status, const char* body) {
        return openai::openai_error(answer(status, body)).what;
    };
    CHECK_THAT(
        what(
            429,
            R"({"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"m"}})"),
        contains("add credit"));
    CHECK_THAT(what(401, ""), contains("OPENAI_API_KEY"));
    CHECK(what(400, R"({"error":{"message":"Bad thing.","code":"odd"}})") ==
          "OpenAI answered 400, odd: Bad thing");
    CHECK(what(502, "<html>") == "OpenAI answered 502");
    CHECK(what(500, R"({"error":"text"})") == "OpenAI answered 500");
    CHECK(what(400, R"({"error":{"message":"a\u001b[2Jb"}})").find('\x1b') == std::string::npos);
}

TEST_CASE("how long to wait") {
    CHECK(openai::retry_after_ms(answer(429, "", {{"Retry-After", "2"}})) == 2000);
    CHECK(openai::retry_after_ms(answer(429, "", {{"Retry-After", "1.5"}})) == 1500);
    CHECK(openai::retry_after_ms(
              answer(429, "", {{"retry-after", "9"}, {"Retry-After-Ms", "120"}})) == 120);
    CHECK_FALSE(openai::retry_after_ms(answer(429, "")));
    for (const char* odd :
         {"", "-1", "soon", "nan", "inf", "1e99", "Sun, 22 Nov 2026 10:00:00 GMT"})
        CHECK_FALSE(openai::retry_after_ms(answer(429, "", {{"Retry-After", odd}})));
}

TEST_CASE("which codes end a call") {
    for (const char* c : {"insufficient_quota", "invalid_api_key", "billing_hard_limit_reached",
                          "account_deactivated", "model_not_found", "beta_api_shape_disabled"})
        CHECK(openai::fatal_realtime_code(c));
    for (const char* c : {"", "rate_limit_exceeded", "server_error", "session_expired",
                          "response_cancel_not_active", "conversation_already_has_active_response",
                          "item_not_found"})
        CHECK_FALSE(openai::fatal_realtime_code(c));
}
