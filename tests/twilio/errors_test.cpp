#include "twilio/errors.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {

Error error(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return twilio::error_of(response);
}

Error coded(int status, int code) {
    return error(status, "{\"code\":" + std::to_string(code) +
                             ",\"message\":\"m\",\"status\":" + std::to_string(status) + "}");
}

}  // namespace

TEST_CASE("each kind of refusal has its exit status") {
    CHECK(coded(401, 20003).code == Errc::credentials);
    CHECK(coded(403, 20008).code == Errc::credentials);
    CHECK(error(401, "").code == Errc::credentials);
    CHECK(coded(429, 20429).code == Errc::later);
    CHECK(coded(400, 10004).code == Errc::later);
    CHECK(error(429, "").code == Errc::later);
    CHECK(error(500, "<html>").code == Errc::later);
    CHECK(error(503, "{}").code == Errc::later);
    CHECK(coded(400, 21211).code == Errc::unavailable);
    CHECK(coded(404, 20404).code == Errc::unavailable);
    CHECK(coded(401, 20005).code == Errc::unavailable);  // the account, not the key, is at fault
    CHECK(error(418, "").code == Errc::unavailable);
}

TEST_CASE("a known code is told with its remedy") {
    CHECK_THAT(coded(400, 21215).what, contains("Geo permissions"));
    CHECK_THAT(coded(400, 21215).what, contains("(Twilio error 21215)"));
    CHECK_THAT(coded(400, 21219).what, contains("trial"));
    CHECK_THAT(coded(400, 21210).what, contains("TWILIO_PHONE_NUMBER_SID"));
    CHECK_THAT(coded(400, 10005).what, contains("Customer Profile"));
    CHECK_THAT(coded(400, 10005).what, contains("enable Voice"));
    CHECK_THAT(coded(401, 20003).what, contains("auth token"));
    CHECK(coded(400, 13227).what.substr(0, 40) == coded(400, 32205).what.substr(0, 40));
}

TEST_CASE("an unknown code is told in Twilio's words") {
    CHECK(
        error(
            400,
            R"({"code":99999,"message":"Strange things.","more_info":"https://www.twilio.com/docs/errors/99999","status":400})")
            .what ==
        "Twilio error 99999: Strange things, see https://www.twilio.com/docs/errors/99999");
}

TEST_CASE("a body that is no JSON leaves the status") {
    CHECK(error(502, "<html>Bad gateway</html>").what == "Twilio answered 502");
    CHECK_THAT(error(401, "").what, contains("wrong credentials"));
    CHECK(error(400, R"(["x"])").what == "Twilio answered 400");
    CHECK(error(400, R"({"code":null,"message":null})").what == "Twilio answered 400");
}

TEST_CASE("Twilio's words cannot move the cursor or fill the screen") {
    std::string what = error(400, R"({"code":1,"message":"a\u001b[2Jb\nc"})").what;
    CHECK(what.find('\x1b') == std::string::npos);
    CHECK(what.find('\n') == std::string::npos);
    CHECK(error(400, R"({"code":1,"message":")" + std::string(100000, 'x') + "\"}").what.size() <
          1000);
}

TEST_CASE("every sentence is one: lower case or a name, no full stop") {
    for (int code = 10000; code < 40000; ++code) {
        std::string_view text = twilio::explanation_of(code);
        if (text.empty()) continue;
        INFO(text);
        CHECK((text[0] >= 'a' && text[0] <= 'z' ? true : text.starts_with("Twilio")));
        CHECK(text.back() != '.');
    }
    CHECK(twilio::explanation_of(1).empty());
}
