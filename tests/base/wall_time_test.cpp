#include "base/wall_time.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {
/// Runs the body in another zone and goes back to UTC.
struct Zone {
    explicit Zone(const char* name) { set_process_timezone(name); }
    ~Zone() { set_process_timezone("UTC"); }
};
}  // namespace

TEST_CASE("a time in Seoul is written with its offset and read back") {
    Zone zone("Asia/Seoul");
    auto t = parse_iso("2026-02-28T14:49:32.120Z");
    REQUIRE(t);
    CHECK(to_iso(*t) == "2026-02-28T23:49:32.120+09:00");
    CHECK(parse_iso(to_iso(*t)) == t);
    CHECK(parse_iso("2026-02-28 23:49:32.12") == t);  // local where no offset is written
    CHECK(to_file_stamp(*t) == "2026-02-28_23-49-32");
    CHECK(to_civil(*t).weekday == 6);
}

TEST_CASE("days carry over months and leap years") {
    Zone zone("Asia/Seoul");
    CHECK(to_iso(from_civil({2028, 2, 29 + 1, 7, 0, 0}), false) == "2028-03-01T07:00:00+09:00");
    CHECK(to_iso(from_civil({2026, 12, 32, 7, 0, 0}), false) == "2027-01-01T07:00:00+09:00");
}

TEST_CASE("a skipped hour moves forward, a doubled one is the first") {
    Zone zone("Europe/Berlin");
    CHECK(to_iso(from_civil({2026, 3, 29, 2, 30, 0}), false) == "2026-03-29T03:30:00+02:00");
    CHECK(to_iso(from_civil({2026, 10, 25, 2, 30, 0}), false) == "2026-10-25T02:30:00+02:00");
    CHECK(to_iso(from_civil({2026, 10, 25, 3, 30, 0}), false) == "2026-10-25T03:30:00+01:00");
}

TEST_CASE("what is no date is refused") {
    for (const char* text :
         {"", "tomorrow", "2026-02-30T07:00:00Z", "2026-02-28T25:00:00Z", "2026-02-28",
          "2026-02-28T07:00:00+9", "2026-02-28T07:00:00Zx", "2026-02-28T07:00:00.",
          // The system's clock counts nanoseconds and overflows in 2262.
          "4048-10-06T07:00:00+09:00", "1500-10-06T07:00:00Z"})
        CHECK_FALSE(parse_iso(text));
    CHECK_FALSE(known_timezone("Asia/Soul"));
    CHECK_FALSE(known_timezone("../etc/passwd"));
    CHECK(known_timezone("Asia/Seoul"));
}
