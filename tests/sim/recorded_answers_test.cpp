#include "sim/recorded_answers.hpp"

#include "support/catch.hpp"

using pa::sim::RecordedAnswers;

TEST_CASE("a question is answered by the entry with the most words of it, in turn") {
    auto answers = RecordedAnswers::parse(
        "{\"match\":[\"우유 사 줘.\"],\"answers\":[\"short\"]}\n\n"
        "{\"match\":[\"우유 사 줘.\",\"Good bye\"],\"answers\":[\"first\",\"second\"]}\n",
        "a.jsonl");
    REQUIRE(answers);
    auto next = [&](const char* question) {
        const std::string* answer = answers->next(question);
        return answer == nullptr ? std::string("none") : *answer;
    };
    CHECK(next(R"({"text":"우유사줘"},{"text":"\"Good bye!\""})") == "first");
    CHECK(next("우유 사 줘. good BYE") == "second");
    CHECK(next("우유 사 줘. good bye") == "second");
    CHECK(next("우유 사 줘") == "short");
    CHECK(next("빵 사 줘") == "none");
}

TEST_CASE("recorded answers of the wrong form are refused with the line") {
    for (const char* text : {"no json", "{}", R"({"match":["x"]})", R"({"answers":["x"]})"}) {
        auto answers = RecordedAnswers::parse("\n" + std::string(text), "a.jsonl");
        REQUIRE_FALSE(answers);
        CHECK_THAT(answers.error().what, contains("a.jsonl:2"));
    }
}
