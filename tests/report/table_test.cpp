#include "report/table.hpp"

#include "base/text.hpp"
#include "json/document.hpp"
#include "report/sample.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::report;

namespace {

std::vector<Summary> two_calls() {
    store::CallLog later = test::reported_call(), earlier = test::reported_call();
    earlier.meta.started_at -= std::chrono::hours(2);
    earlier.meta.about = "wake-up call";
    earlier.meta.owner = false;
    earlier.record.turns.clear();
    return {summarise(later, "later.json"), summarise(earlier, "earlier.json")};
}

}  // namespace

TEST_CASE("the table is in the order of time, with a head and totals") {
    test::Seoul zone;
    auto lines = table(two_calls(), {}, 0);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].starts_with("WHEN"));
    CHECK(lines[1].starts_with("2026-02-28 21:49  to 010-0000-0001  "));
    CHECK(lines[2].starts_with("2026-02-28 23:49  to 010-0000-0001 (owner)"));
    CHECK_THAT(lines[2], contains("0.80 s"));
    CHECK_THAT(lines[2], contains("2.50 s"));
    CHECK(lines[3] == "2 calls, 28s, $0.024 without what the carrier takes");
}

TEST_CASE("columns stand below each other whatever is in them") {
    test::Seoul zone;
    auto calls = two_calls();
    calls[0].ended_by = "caller";
    auto lines = table(calls, {}, 0);
    auto column = [&](const std::string& line, std::string_view what) {
        return display_width(line.substr(0, line.find(what)));
    };
    CHECK(column(lines[0], "ABOUT") == column(lines[1], "wake-up"));
    CHECK(column(lines[0], "ABOUT") == column(lines[2], "모닝콜"));
}

TEST_CASE("no line is wider than the terminal, Korean or not") {
    test::Seoul zone;
    auto calls = two_calls();
    calls[0].meta.about = std::string(30, 'x') + "아주 긴 이야기가 여기 있습니다";
    for (const auto& line : table(calls, {}, 110)) CHECK(display_width(line) <= 110);
}

TEST_CASE("an answer that was slow is marked where there are colours") {
    test::Seoul zone;
    auto lines = table(two_calls(), {true}, 0);
    CHECK_THAT(lines[2], contains("\x1b[33m2.50 s\x1b[0m"));
    CHECK(lines[1].find("\x1b[") == std::string::npos);
}

TEST_CASE("what went wrong stands before what the call is about") {
    test::Seoul zone;
    store::CallLog log = test::reported_call();
    log.record.errors.push_back({100, "model-lost", "gone"});
    log.record.answered_by = "machine";
    log.meta.recovered = true;
    CHECK_THAT(table({summarise(log, "")}, {}, 0)[1],
               contains("[recovered] [machine] [1 error] 모닝콜"));
}

TEST_CASE("each call is one TSV line of as many fields as the head has") {
    test::Seoul zone;
    store::CallLog log = test::reported_call();
    log.meta.about = "tab\there\nand\x1b[31m there";
    std::string line = tsv_line(summarise(log, "a.json"));
    auto fields = split(line, '\t');
    REQUIRE(fields.size() == split(tsv_head(), '\t').size());
    CHECK(fields[0] == "2026-02-28T23:49:32.000+09:00");
    CHECK(fields[9] == "800");
    CHECK(fields[15] == "tab here and\\x1b[31m there");
    CHECK(fields[16] == "a.json");
}

TEST_CASE("a call without answers has no latency, in TSV and in JSON") {
    test::Seoul zone;
    Summary call = two_calls()[1];
    CHECK(split(tsv_line(call), '\t')[9].empty());
    auto json = json::Document::parse(json_line(call));
    REQUIRE(json);
    CHECK(json->root()["latency_p50_ms"].is_null());
    CHECK(json->root()["schema"].text() == "phone-agent/call-summary/1");
    CHECK(json->root()["cost_usd"].number() == Approx(0.012));
}
