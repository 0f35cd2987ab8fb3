#include "sim/chat_model.hpp"

#include "extract/ask.hpp"
#include "extract/sample.hpp"
#include "json/document.hpp"
#include "sim/model_rig.hpp"

using namespace pa::sim;

namespace {

const char* scenario_text = R"({"name":"t","extraction":[
    {"clip":"wake-me","type":"reminder","title":"모닝콜","due":"+1d 07:00"},
    {"clip":"milk","type":"todo","title":"우유"},
    {"phrase":"call me back","type":"call_back","title":"call","phone":"+821000000000","quote":"call me"}]})";

const char* schema =
    R"({"type":"object","additionalProperties":false,"required":["requests"],"properties":{"requests":
    {"type":"array","items":{"type":"object","additionalProperties":false,
     "required":["kind","title","due","phone","quote","line","sure","odd"],"properties":{
      "kind":{"type":"string","enum":["reminder","todo","calendar","call_back"]},"title":{"type":"string"},
      "due":{"type":["string","null"]},"phone":{"anyOf":[{"type":"string"},{"type":"null"}]},
      "quote":{"type":"string"},"line":{"type":"integer"},"sure":{"type":"boolean"},"odd":{"type":"string"}}}}}})";

std::string request(const std::string& transcript, const std::string& more = "",
                    const std::string& model = "gpt-6-luna", const std::string& form = schema) {
    pa::json::Writer w;
    w.object().member("model", model).key("messages").array();
    w.object()
        .member("role", "developer")
        .member("content", "마트에서 우유 사와야 해. The call began at 2026-02-28T23:49:32+09:00.")
        .end();
    w.object().member("role", "user").member("content", transcript).end().end();
    w.key("response_format").object().member("type", "json_schema").key("json_schema").object();
    w.member("name", "r").member("strict", true).key("schema").raw(form).end().end();
    std::string text = w.end().str();
    text.pop_back();
    return text + more + "}";
}

struct Answered {
    pa::HttpResponse response;
    pa::json::Document doc;
    pa::json::Document content;
};

Answered ask(const std::string& body, const Fault* fault = nullptr) {
    static const Scenario scenario = std::move(*Scenario::parse(scenario_text, "t.json"));
    ChatModel model(scenario, clips());
    auto response = model.answer(body, fault, 1'790'000'000);
    auto doc = std::move(*pa::json::Document::parse(response.body));
    auto content =
        pa::json::Document::parse(doc.root()["choices"].at(0)["message"]["content"].text("null"));
    return {response, std::move(doc),
            content ? std::move(*content) : std::move(*pa::json::Document::parse("null"))};
}

std::string code_of(const std::string& body) {
    auto answered = ask(body);
    return std::to_string(answered.response.status) + " " +
           std::string(answered.doc.root()["error"]["code"].text("null"));
}

}  // namespace

TEST_CASE("the answer holds the requests whose words are in the transcript, and no others") {
    auto answered = ask(
        request("0 사용자: 내일 아침 7시에 모닝콜 해줘.\n1 하나: 좋아\n2 사용자: Call me back!"));
    REQUIRE(answered.response.status == 200);
    auto requests = answered.content.root()["requests"];
    REQUIRE(requests.size() == 2);
    CHECK(requests.at(0)["kind"].text() == "reminder");
    CHECK(requests.at(0)["due"].text() == "2026-03-01T07:00:00+09:00");
    CHECK(requests.at(0)["phone"].is_null());
    CHECK(requests.at(0)["quote"].text() == "내일 아침 7시에 모닝콜 해줘.");
    CHECK(requests.at(1)["quote"].text() == "call me");
    CHECK(requests.at(1)["line"].integer(-1) == 2);
    CHECK(requests.at(1)["due"].is_null());
    CHECK(requests.at(1)["odd"].text("?").empty());
}

TEST_CASE("what was cut off in the transcript is not found, nor what only the developer says") {
    CHECK(ask(request("사용자: 마트에서 우유")).content.root()["requests"].size() == 0);
    CHECK(ask(request("사용자: 마트에서 우유 사와야 해")).content.root()["requests"].size() == 1);
}

TEST_CASE("requests that the service refuses are refused") {
    CHECK(code_of("{") == "400 null");
    CHECK(code_of(request("x", "", "gpt-4o-realtime-preview")) == "404 model_not_found");
    CHECK(code_of(request("x", R"(,"max_tokens":5)")) == "400 unsupported_parameter");
    CHECK(code_of(request("x", R"(,"temperature":0)")) == "400 unsupported_parameter");
    CHECK(code_of(request("x", R"(,"temperature":0,"reasoning_effort":"none")")) == "200 null");
    CHECK(code_of(request("x", R"(,"reasoning_effort":"none")", "gpt-4o-mini")) ==
          "400 unsupported_parameter");
    CHECK(code_of(request("x", R"(,"audio_format":1)")) == "400 unknown_parameter");
    CHECK(code_of(request("x", "", "gpt-6-luna",
                          R"({"type":"object","properties":{"a":{"type":"string"}}})")) ==
          "400 null");
    CHECK_THAT(
        ask(request(
                "x", "", "gpt-6-luna",
                R"({"type":"object","additionalProperties":false,"required":[],"properties":{"a":{"type":"string"}}})"))
            .response.body,
        contains("Missing 'a'"));
}

TEST_CASE("faults of the text model: HTTP, cut off, refused, no JSON") {
    Fault fault;
    fault.what = "429";
    fault.retry_after_s = 2;
    auto refused = ask(request("x"), &fault);
    CHECK(refused.response.status == 429);
    CHECK(refused.response.header("retry-after") == "2");
    CHECK(refused.doc.root()["error"]["type"].text() == "rate_limit_error");
    fault.code = "insufficient_quota";
    CHECK(ask(request("x"), &fault).doc.root()["error"]["type"].text() == "insufficient_quota");
    fault.what = "cut";
    CHECK(ask(request("x"), &fault).doc.root()["choices"].at(0)["finish_reason"].text() ==
          "length");
    fault.what = "fail";
    CHECK(ask(request("x"), &fault).doc.root()["choices"].at(0)["message"]["refusal"].is_string());
    fault.what = "garbage";
    CHECK(ask(request("x"), &fault).content.root().is_null());
}

TEST_CASE("times of the extraction table count from the start of the call") {
    CHECK(due_time("2026-02-28", "+1d 07:00") == "2026-03-01T07:00:00");
    CHECK(due_time("2026-02-28T23:49:32.120+09:00", "+30m") == "2026-03-01T00:19:00+09:00");
    CHECK(due_time("2026-02-28T10:00:00Z", "+2h") == "2026-02-28T12:00:00Z");
    CHECK(due_time("2026-02-28", "next mon") == "2026-03-02");                 // a Saturday
    CHECK(due_time("2026-03-02", "next mon 10:30") == "2026-03-09T10:30:00");  // a Monday
    CHECK(due_time("2026-03-01", "next sun") == "2026-03-08");                 // a Sunday
    CHECK(due_time("2026-02-28", "2026-05-01T10:00:00+09:00") == "2026-05-01T10:00:00+09:00");
    CHECK(due_time("2026-02-28", "someday").empty());
    CHECK(due_time("2026-02-28", "").empty());
}

TEST_CASE("the list of models tells which ones end") {
    auto one = std::move(*pa::json::Document::parse(models_answer("gpt-4o-mini").body));
    CHECK(one.root()["shutdown_date"].text() == "2027-01-14");
    auto other = std::move(*pa::json::Document::parse(models_answer("gpt-realtime-2.1-mini").body));
    CHECK(other.root()["shutdown_date"].is_null());
    CHECK(models_answer("gpt-9").status == 404);
    CHECK_THAT(models_answer("").body, contains("gpt-6-luna"));
}

namespace {

/// pa-extract asking the simulated model without a socket between.
class DirectHttp final : public pa::net::Http {
public:
    explicit DirectHttp(const Scenario& scenario) : model_(scenario, clips()) {}
    pa::Result<pa::HttpResponse> send(const pa::HttpRequest& request) override {
        return model_.answer(request.body, nullptr, 1'790'000'000);
    }

private:
    ChatModel model_;
};

}  // namespace

TEST_CASE("the question that pa-extract asks is answered so that its judgement accepts it") {
    pa::test::Seoul here;
    auto scenario = Scenario::load("morning-call", PA_SHARE);
    REQUIRE(scenario);
    auto log = pa::test::call_with(
        {"a: 좋은 아침! 나 하나야. 잘 잤어?", "c: 응, 잘 잤어. 내일 아침 7시에 모닝콜 해줘.",
         "a: 좋아, 내일 아침 7시에 깨워줄게.", "c: 마트에서 우유 사와야 해.", "a: 우유, 적어뒀어.",
         "c: 다음 주 월요일에 회의 있어.", "c: 나중에 다시 전화해줘."});
    DirectHttp http(*scenario);
    pa::extract::AskOptions options;
    options.model = "gpt-6-luna";
    options.timezone = "Asia/Seoul";
    options.base_url = "http://127.0.0.1/v1";
    auto judged = pa::extract::ask(http, options, log);
    INFO((judged ? std::string() : judged.error().what));
    REQUIRE(judged);
    REQUIRE(judged->requests.size() == 4);
    CHECK(judged->requests[0].type == "reminder");
    REQUIRE(judged->requests[0].due_at);
    CHECK(pa::to_iso(*judged->requests[0].due_at, false) == "2026-03-01T07:00:00+09:00");
    REQUIRE(judged->requests[2].due_at);
    CHECK(pa::to_iso(*judged->requests[2].due_at, false) == "2026-03-02T00:00:00+09:00");
    CHECK(judged->requests[3].type == "call_back");
}
