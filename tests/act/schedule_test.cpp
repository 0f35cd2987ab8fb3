#include "act/schedule.hpp"

#include "support/catch.hpp"

using namespace pa;
using act::next_occurrence;

namespace {

struct Zone {
    explicit Zone(const char* name) { set_process_timezone(name); }
    ~Zone() { set_process_timezone("UTC"); }
};

struct Case {
    const char *repeat, *anchor, *after, *next;  // local times
};

void check(const Case& c) {
    INFO(c.repeat << " from " << c.anchor << " after " << c.after);
    auto next = next_occurrence(c.repeat, to_civil(*parse_iso(c.anchor)), *parse_iso(c.after));
    REQUIRE(next);
    CHECK(to_iso(*next, false) == to_iso(*parse_iso(c.next), false));
    CHECK(*next > *parse_iso(c.after));
}

}  // namespace

TEST_CASE("what repeats comes on its days, over ends of weeks, months and years") {
    Zone seoul("Asia/Seoul");
    // 2026-02-28 is a Saturday.
    const Case cases[] = {
        {"daily", "2026-02-28T07:00:00", "2026-02-28T07:00:00", "2026-03-01T07:00:00"},
        {"daily", "2026-02-28T07:00:00", "2026-02-28T06:59:59", "2026-02-28T07:00:00"},
        {"daily", "2026-02-28T00:00:00", "2026-12-31T23:59:59", "2027-01-01T00:00:00"},
        {"daily", "2026-05-01T07:00:00", "2026-02-01T00:00:00", "2026-05-01T07:00:00"},
        {"weekdays", "2026-02-27T07:00:00", "2026-02-27T07:00:00", "2026-03-02T07:00:00"},
        {"weekdays", "2026-02-28T07:00:00", "2026-02-28T06:00:00", "2026-03-02T07:00:00"},
        {"weekends", "2026-02-28T09:00:00", "2026-03-01T09:00:00", "2026-03-07T09:00:00"},
        {"weekly", "2026-02-28T09:00:00", "2026-02-28T09:00:01", "2026-03-07T09:00:00"},
        {"weekly", "2026-02-28T09:00:00", "2026-08-01T09:00:00", "2026-08-08T09:00:00"},
        {"monthly", "2026-01-31T09:00:00", "2026-01-31T09:00:00", "2026-02-28T09:00:00"},
        {"monthly", "2026-01-31T09:00:00", "2026-02-28T09:00:00", "2026-03-31T09:00:00"},
        {"monthly", "2026-01-31T09:00:00", "2026-03-31T09:00:00", "2026-04-30T09:00:00"},
        {"monthly", "2027-12-30T09:00:00", "2028-01-30T09:00:00", "2028-02-29T09:00:00"},
        {"monthly", "2026-12-15T09:00:00", "2026-12-15T09:00:00", "2027-01-15T09:00:00"},
        {"yearly", "2024-02-29T09:00:00", "2026-06-01T09:00:00", "2027-02-28T09:00:00"},
        {"yearly", "2024-02-29T09:00:00", "2027-02-28T09:00:00", "2028-02-29T09:00:00"},
    };
    for (const Case& c : cases) check(c);
    CHECK_FALSE(next_occurrence("", Civil{}, wall_now()));
    CHECK_FALSE(next_occurrence("hourly", Civil{}, wall_now()));
}

TEST_CASE("seven o'clock is seven o'clock on both sides of a clock change") {
    Zone berlin("Europe/Berlin");
    // Clocks go forward at 02:00 on 2026-03-29 and back at 03:00 on 2026-10-25.
    const Case cases[] = {
        {"daily", "2026-03-27T07:00:00", "2026-03-28T07:00:00", "2026-03-29T07:00:00"},
        {"daily", "2026-10-01T07:00:00", "2026-10-24T07:00:00", "2026-10-25T07:00:00"},
        // An hour that does not exist comes that much later, and the next day as always.
        {"daily", "2026-03-01T02:30:00", "2026-03-28T02:30:00", "2026-03-29T03:30:00+02:00"},
        {"daily", "2026-03-01T02:30:00", "2026-03-29T03:30:00", "2026-03-30T02:30:00"},
        // One that occurs twice counts once.
        {"daily", "2026-10-01T02:30:00", "2026-10-24T02:30:00", "2026-10-25T02:30:00+02:00"},
        {"daily", "2026-10-01T02:30:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00"},
    };
    for (const Case& c : cases) check(c);
}

TEST_CASE("a year of mornings has each day once") {
    Zone new_york("America/New_York");
    WallTime t = *parse_iso("2026-01-01T02:30:00");
    Civil anchor = to_civil(t);
    for (int day = 2; day <= 365; ++day) {
        auto next = next_occurrence("daily", anchor, t);
        REQUIRE(next);
        Civil c = to_civil(*next), wanted = to_civil(from_civil({2026, 1, day, 12, 0, 0, 0}));
        CHECK(c.month == wanted.month);
        CHECK(c.day == wanted.day);
        t = *next;
    }
}
