#include "extract/ask.hpp"

#include "extract/sample.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::test;
using std::chrono::milliseconds;

namespace {

struct Asking {
    FakeHttp http;
    extract::AskOptions options;
    std::vector<milliseconds> waits;

    Asking() {
        options.base_url = "https://api.openai.com/v1";
        options.model = "gpt-6-luna";
        options.timezone = "Asia/Seoul";
        options.key = Secret("sk-test");
        options.sleep = [this](milliseconds ms) { waits.push_back(ms); };
        options.random = [] { return 1.0; };
    }
    Result<extract::Judgement> ask() { return extract::ask(http, options, morning_call()); }
};

}  // namespace

TEST_CASE("one question, one answer, four requests") {
    Seoul seoul;
    Asking a;
    a.http.answer(200, completion(morning_answer()));
    auto j = a.ask();
    REQUIRE(j);
    CHECK(j->requests.size() == 4);
    CHECK(a.http.requests.size() == 1);
    CHECK(a.waits.empty());
}

TEST_CASE("passing errors are tried again with growing waits, at least what the service asks for") {
    Seoul seoul;
    Asking a;
    a.http.answer(500, "oops");
    a.http.fail(Errc::later, "cannot connect");
    a.http.answer(429, R"({"error":{"code":"rate_limit_exceeded"}})", {{"Retry-After", "20"}});
    a.http.answer(503, "", {{"retry-after-ms", "10"}});
    a.http.answer(200, completion(morning_answer()));
    REQUIRE(a.ask());
    CHECK(a.waits == std::vector<milliseconds>{milliseconds(500), milliseconds(1000),
                                               milliseconds(20000), milliseconds(4000)});
}

TEST_CASE("after five tries it is later, and a wait of hours is not waited") {
    Asking a;
    for (int i = 0; i < 6; ++i) a.http.answer(503, "");
    CHECK(a.ask().error().code == Errc::later);
    CHECK(a.http.requests.size() == 5);
    Asking b;
    b.http.answer(429, R"({"error":{"code":"rate_limit_exceeded"}})", {{"Retry-After", "3600"}});
    auto j = b.ask();
    CHECK(j.error().code == Errc::later);
    CHECK_THAT(j.error().what, contains("3600 s"));
    CHECK(b.http.requests.size() == 1);
}

TEST_CASE("an empty account, a bad key and a bad request are never tried again") {
    for (auto [status, body, code] :
         {std::tuple{429, R"({"error":{"type":"insufficient_quota","code":"insufficient_quota"}})",
                     Errc::unavailable},
          {401, R"({"error":{"code":"invalid_api_key"}})", Errc::credentials},
          {400, R"({"error":{"type":"invalid_request_error","message":"no"}})",
           Errc::unavailable}}) {
        Asking a;
        a.http.answer(status, body);
        CHECK(a.ask().error().code == code);
        CHECK(a.http.requests.size() == 1);
        CHECK(a.waits.empty());
    }
}

TEST_CASE("a cut answer is asked once more with room, a second cut is a bad answer") {
    Seoul seoul;
    Asking a;
    a.http.answer(200, completion("{\"requ", "length"));
    a.http.answer(200, completion(morning_answer()));
    REQUIRE(a.ask());
    auto second = json::Document::parse(a.http.requests[1].body);
    CHECK(second->root()["max_completion_tokens"].integer() == 16000);
}

TEST_CASE("an invalid answer is asked again once, then it is the log's misfortune") {
    Seoul seoul;
    Asking a;
    a.http.answer(200, completion("I found these: milk"));
    a.http.answer(200, completion(morning_answer()));
    CHECK(a.ask()->requests.size() == 4);
    Asking b;
    b.http.answer(200, completion("nope"));
    b.http.answer(200, completion(R"({"requests":[{}]})"));
    auto j = b.ask();
    REQUIRE_FALSE(j);
    CHECK(j.error().code == Errc::data);
    CHECK_THAT(j.error().what, contains("requests[0].quote"));
    CHECK(b.http.requests.size() == 2);
}

TEST_CASE("an answer with words that nobody said is asked again, and what stands is kept") {
    Seoul seoul;
    Asking a;
    auto made_up = proposal("todo", "송금", "백만 원 보내 줘", 1);
    auto milk = proposal("todo", "우유", "우유 사 와야 돼", 3);
    a.http.answer(200, completion(answer({made_up, milk})));
    a.http.answer(200, completion(answer({made_up, made_up, milk})));
    auto j = a.ask();
    REQUIRE(j);
    CHECK(a.http.requests.size() == 2);
    REQUIRE(j->requests.size() == 1);
    CHECK(j->requests[0].title == "우유");
    CHECK(j->dropped.size() == 1);
}

TEST_CASE("a refusal is no result and no reason to ask again") {
    Asking a;
    a.http.answer(
        200, R"({"choices":[{"finish_reason":"stop","message":{"refusal":"I cannot help"}}]})");
    auto j = a.ask();
    REQUIRE(j);
    CHECK(j->requests.empty());
    CHECK_THAT(j->dropped.at(0), contains("I cannot help"));
    CHECK(a.http.requests.size() == 1);
}

TEST_CASE("a server without schemas is asked in JSON mode") {
    Seoul seoul;
    Asking a;
    a.http.answer(400,
                  R"({"error":{"message":"response_format type json_schema is not supported"}})");
    a.http.answer(200, completion(morning_answer()));
    REQUIRE(a.ask());
    auto second = json::Document::parse(a.http.requests[1].body);
    CHECK(second->root()["response_format"]["type"].text() == "json_object");
}
