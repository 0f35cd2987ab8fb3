#include "openai/chat.hpp"

#include "json/document.hpp"
#include "support/catch.hpp"

using namespace pa;
using openai::ChatAnswer;

namespace {

openai::ChatRequest request(const std::string& model) {
    openai::ChatRequest r;
    r.model = model;
    r.instructions = "Find wishes.";
    r.question = "<transcript>\"안녕\"</transcript>";
    r.schema_name = "wishes";
    r.schema = R"({"type":"object","additionalProperties":false,"required":[],"properties":{}})";
    return r;
}

json::Document body(const std::string& model) {
    auto document = json::Document::parse(openai::chat_body(request(model)));
    REQUIRE(document);
    return std::move(*document);
}

Result<ChatAnswer> read(const std::string& text, int status = 200) {
    return openai::read_chat({status, {}, text});
}

}  // namespace

TEST_CASE("a reasoning model is told not to think, and limited by max_completion_tokens") {
    for (const char* model : {"gpt-6-luna", "gpt-5.4-mini", "gpt-6.1-sol"}) {
        auto b = body(model);
        CHECK(b.root()["reasoning_effort"].text() == "none");
        CHECK(b.root()["max_completion_tokens"].integer() == 4000);
        CHECK_FALSE(b.root()["max_tokens"].exists());
        CHECK_FALSE(b.root()["temperature"].exists());
        CHECK(b.root()["messages"].at(0)["role"].text() == "developer");
        CHECK_FALSE(b.root()["store"].boolean(true));
    }
}

TEST_CASE("an older model gets no reasoning_effort, an unknown one neither of the two") {
    auto old = body("gpt-4o-mini");
    CHECK_FALSE(old.root()["reasoning_effort"].exists());
    CHECK(old.root()["max_completion_tokens"].exists());
    CHECK(old.root()["messages"].at(0)["role"].text() == "system");
    auto unknown = body("qwen3-32b");
    CHECK_FALSE(unknown.root()["reasoning_effort"].exists());
    CHECK_FALSE(unknown.root()["max_completion_tokens"].exists());
    CHECK_FALSE(unknown.root()["store"].exists());
}

TEST_CASE("the schema goes out as a strict json_schema, or in the words in JSON mode") {
    auto strict = body("gpt-6-luna");
    auto format = strict.root()["response_format"];
    CHECK(format["type"].text() == "json_schema");
    CHECK(format["json_schema"]["strict"].boolean());
    CHECK(format["json_schema"]["schema"]["type"].text() == "object");
    auto r = request("gpt-6-luna");
    r.json_mode = true;
    auto plain = json::Document::parse(openai::chat_body(r));
    REQUIRE(plain);
    CHECK(plain->root()["response_format"]["type"].text() == "json_object");
    CHECK_THAT(std::string(plain->root()["messages"].at(0)["content"].text()),
               contains("JSON Schema"));
}

TEST_CASE("the key travels in the header and nowhere else") {
    auto http = openai::chat_request("https://api.openai.com/v1", Secret("sk-canary"),
                                     request("gpt-6-luna"));
    CHECK(http.method == "POST");
    CHECK(http.url == "https://api.openai.com/v1/chat/completions");
    CHECK(http.body.find("sk-canary") == std::string::npos);
    bool authorized = false;
    for (const auto& [name, value] : http.headers)
        authorized = authorized || (name == "Authorization" && value == "Bearer sk-canary");
    CHECK(authorized);
    CHECK(http.timeout >= std::chrono::seconds(60));
}

TEST_CASE("an answer is read in order: refusal, filter, cut, text") {
    auto complete = read(
        R"({"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{}","refusal":null}}],
            "usage":{"prompt_tokens":1117,"completion_tokens":46,"total_tokens":1163}})");
    REQUIRE(complete);
    CHECK(complete->ending == ChatAnswer::Ending::complete);
    CHECK(complete->text == "{}");
    CHECK(complete->tokens_in == 1117);
    CHECK(complete->tokens_out == 46);
    auto refusal = read(
        R"({"choices":[{"finish_reason":"stop","message":{"content":null,"refusal":"I cannot"}}]})");
    CHECK(refusal->ending == ChatAnswer::Ending::refused);
    CHECK(refusal->text == "I cannot");
    auto filtered =
        read(R"({"choices":[{"finish_reason":"content_filter","message":{"content":""}}]})");
    CHECK(filtered->ending == ChatAnswer::Ending::refused);
    auto cut = read(R"({"choices":[{"finish_reason":"length","message":{"content":"{\"req"}}]})");
    CHECK(cut->ending == ChatAnswer::Ending::cut);
}

TEST_CASE(
    "a 200 that is no chat completion is worth another try, other statuses are the service's "
    "errors") {
    for (const char* text :
         {"", "<html>", "[]", "{}", R"({"choices":[]})", R"({"choices":[{"message":7}]})"}) {
        auto answer = read(text);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Errc::later);
    }
    CHECK(read("", 503).error().code == Errc::later);
    CHECK(read(R"({"error":{"code":"invalid_api_key"}})", 401).error().code == Errc::credentials);
    CHECK(read(R"({"error":{"code":"insufficient_quota","type":"insufficient_quota"}})", 429)
              .error()
              .code == Errc::unavailable);
}

TEST_CASE("a server that knows no schemas is recognised, a fault in the schema is not that") {
    CHECK(openai::wants_json_mode(
        {400, {}, R"({"error":{"message":"response_format.type must be text"}})"}));
    CHECK_FALSE(openai::wants_json_mode(
        {400, {}, R"({"error":{"message":"Invalid schema for response_format 'x'"}})"}));
    CHECK_FALSE(openai::wants_json_mode({500, {}, "response_format"}));
}
