#include "extract/typed_time.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {

// Monday, 23 November 2026, a quarter past ten in the zone of the tests.
WallTime monday() {
    Civil c{};
    c.year = 2026;
    c.month = 11;
    c.day = 23;
    c.hour = 10;
    c.minute = 15;
    return from_civil(c);
}

std::string read(std::string_view typed) {
    auto at = extract::read_typed_time(typed, monday());
    if (!at) return at.error().what;
    return to_iso(*at, false).substr(0, 16);
}

}  // namespace

TEST_CASE("a typed clock without am or pm is one of 24 hours") {
    CHECK(read("tomorrow 06:30") == "2026-11-24T06:30");
    CHECK(read("tomorrow 05:00") == "2026-11-24T05:00");
    CHECK(read("내일 06:30") == "2026-11-24T06:30");
    CHECK(read("friday 06:30") == "2026-11-27T06:30");
    CHECK(read("tomorrow 18:30") == "2026-11-24T18:30");
    CHECK(read("tomorrow 00:30") == "2026-11-24T00:30");
    CHECK(read("2026-11-25 07:00") == "2026-11-25T07:00");
}

TEST_CASE("without a day a typed clock is the next one") {
    CHECK(read("07:00") == "2026-11-24T07:00");
    CHECK(read("11:00") == "2026-11-23T11:00");
    CHECK_THAT(read("today 07:00"), contains("has passed"));
}

TEST_CASE("what people say is read as before") {
    CHECK(read("in 20 minutes") == "2026-11-23T10:35");
    CHECK(read("내일 아침 7시") == "2026-11-24T07:00");
    CHECK(read("tomorrow 6:30 pm") == "2026-11-24T18:30");
    CHECK(read("다음 주 월요일 9시") == "2026-11-30T09:00");
    CHECK(read("2026-11-25T07:00") == "2026-11-25T07:00");
}

TEST_CASE("a word that is not understood, or a day that is none, is no time at all") {
    for (const char* typed : {"tomorow 07:00", "yesterday 07:00", "어제 7시", "in -5 minutes",
                              "25 Nov 07:00", "2026/11/25 07:00", "tomorrow 07:00 UTC",
                              "2026-13-01T09:00", "2026-11-25T9:00", "2026-02-30T00:00:00+09:00"})
        CHECK_THAT(read(typed), contains("is not understood"));
    CHECK_THAT(read("2월 30일 7시"), contains("no such day"));
    CHECK_THAT(read("tomorrow 25:00"), contains("names no time"));
    CHECK_THAT(read(""), contains("names no time"));
}
