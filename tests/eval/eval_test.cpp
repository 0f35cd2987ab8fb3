#include "eval/corpus.hpp"
#include "eval/score.hpp"
#include "eval/table.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::eval;

namespace {

Result<std::vector<Case>> theme(const std::string& members) {
    return read_theme(
        R"({"theme":"t","cases":[{"name":"n","at":"2026-02-28T23:49:32",)" + members + "}]}",
        "t.json");
}

/// A call with one wish and the answer `requests`.
Case one_wish(const std::string& requests) {
    auto cases = theme(
        R"("talk":["a: 안녕?","c: 내일 일곱 시에 깨워 줘.","a: 일곱 // 시 맞지?"],
           "expect":[{"type":"reminder","title":"깨우|기상","due":"2026-03-01T07:00","line":1}],
           "answer":)" +
        requests);
    REQUIRE(cases);
    Case c = cases->at(0);
    c.begin();
    return c;
}

Score score_of(const Case& c, std::vector<std::string>& differences) {
    return score(c, as_answered(c.answers[0], c), differences);
}

struct ZoneBack {
    ~ZoneBack() { set_process_timezone("UTC"); }
};

}  // namespace

TEST_CASE("a case is a call, what is in it, and an answer in the form of the schema") {
    ZoneBack zone;
    Case c = one_wish(R"([{"line":1,"type":"reminder","title":"기상","due":"2026-03-01T07:00"}])");
    REQUIRE(c.log.record.transcript.size() == 3);
    CHECK(c.log.record.transcript[2].interrupted);
    CHECK(c.log.record.transcript[2].heard == "일곱");
    CHECK(c.log.record.transcript[2].text == "일곱 시 맞지?");
    CHECK(to_iso(c.log.meta.started_at, false) == "2026-02-28T23:49:32+09:00");
    std::vector<std::string> differences;
    Score s = score_of(c, differences);
    CHECK(differences.empty());
    CHECK(s.whole == 1);
    CHECK(s.time == 1);
}

TEST_CASE("what is missing, not wanted or different is counted and told") {
    ZoneBack zone;
    std::vector<std::string> differences;
    Score none = score_of(one_wish("[]"), differences);
    CHECK(none.right == 0);
    CHECK_THAT(differences.at(0), contains("missing: reminder"));

    differences.clear();
    Score two = score_of(
        one_wish(
            R"([{"line":1,"type":"reminder","title":"기상","due":"2026-03-01","confirmed":true},
                {"line":1,"type":"todo","title":"기상"}])"),
        differences);
    CHECK(two.found == 2);
    CHECK(two.right == 1);
    CHECK(two.time == 0);
    CHECK(two.confirmed == 0);
    CHECK(two.whole == 0);
    CHECK(differences.size() == 3);
}

TEST_CASE("an answer that cannot be read holds nothing") {
    ZoneBack zone;
    std::vector<std::string> differences;
    CHECK(score_of(one_wish(R"("Sure! Here are the requests:")"), differences).found == 0);
}

TEST_CASE("a corpus with a slip of the pen is refused with its place") {
    auto refusal = [](const std::string& members) {
        auto cases = theme(members);
        return cases ? std::string("accepted") : cases.error().what;
    };
    CHECK_THAT(refusal(R"("talk":["hello"],"expect":[],"answer":[])"), contains("who says"));
    CHECK_THAT(refusal(R"("talk":["c: 응."],"expects":[],"answer":[])"), contains("expects"));
    CHECK_THAT(refusal(R"("talk":["c: 응."],"expect":[],"answer":[],"flaws":["bad"]")"),
               contains("t.json"));
    CHECK_THAT(refusal(R"("talk":["c: 응."],"expect":[],"answer":[],"flaws":["bad"])"),
               contains("no such flaw"));
    CHECK_THAT(
        refusal(R"("talk":["a: 응."],"expect":[{"type":"todo","title":"x","line":0}],"answer":[])"),
        contains("line 0 is none of the caller's"));
    CHECK_THAT(refusal(R"("talk":["c: 응."],"expect":[])"), contains("answer are needed"));
}

TEST_CASE("the table shows shares, and a dash where there is nothing to count") {
    ZoneBack zone;
    Table table;
    Case c = one_wish("[]");
    c.flaws = {"missing"};
    std::vector<std::string> differences;
    table.add(c, score_of(c, differences), Score{1, 1, 1, 1, 1, 1, 1, 1});
    std::string text = table.text();
    CHECK_THAT(text, contains("0.0      -      -"));
    CHECK_THAT(text, contains("100.0  100.0  100.0"));
    CHECK_THAT(text, contains("missing"));
}
