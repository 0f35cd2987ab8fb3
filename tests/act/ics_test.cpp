#include "act/ics.hpp"

#include "act/calendar.hpp"
#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using act::IcsEvent;

namespace {

struct Zone {
    explicit Zone(const char* name) { set_process_timezone(name); }
    ~Zone() { set_process_timezone("UTC"); }
};

IcsEvent event(const std::string& summary, const char* start) {
    return {"id1@phone-agent", summary, "", *parse_iso(start), false, ""};
}

const WallTime stamp = *parse_iso("2026-02-28T14:49:32Z");

}  // namespace

TEST_CASE("every line of a calendar has at most 75 octets and is UTF-8 by itself") {
    Zone seoul("Asia/Seoul");
    IcsEvent e = event("회의", "2026-03-01T07:00:00");
    for (int i = 0; i < 60; ++i) e.description += "가나, 다;라\\마\n바😀";
    std::string text = act::write_ics(e, "Asia/Seoul", stamp);
    CHECK(text.ends_with("\r\n"));
    for (std::string_view line : split(text, '\n')) {
        CHECK(line.size() <= 76);  // with its CR
        CHECK(is_utf8(line));
    }
    auto back = act::read_ics(text);
    REQUIRE(back.size() == 1);
    CHECK(back[0].description == e.description);
    CHECK(back[0].summary == "회의");
    CHECK(back[0].start == e.start);
    CHECK(back[0].uid == "id1@phone-agent");
}

TEST_CASE("words of a caller cannot add lines to a calendar") {
    Zone seoul("Asia/Seoul");
    IcsEvent e = event("x\r\nEND:VEVENT\r\nBEGIN:VEVENT\rUID:evil", "2026-03-01T07:00:00");
    std::string text = act::write_ics(e, "Asia/Seoul", stamp);
    CHECK(act::read_ics(text).size() == 1);
    CHECK_THAT(text, !contains("\nUID:evil"));
    CHECK_THAT(text, contains("SUMMARY:x\\nEND:VEVENT\\nBEGIN:VEVENTUID:evil\r\n"));
}

TEST_CASE("a zone with clock changes brings them along") {
    Zone berlin("Europe/Berlin");
    IcsEvent e = event("Zahnarzt", "2026-07-01T10:00:00");
    e.repeat = "weekly";
    std::string text = act::write_ics(e, "Europe/Berlin", stamp);
    CHECK_THAT(text, contains("DTSTAMP:20260228T144932Z"));
    CHECK_THAT(text, contains("DTSTART;TZID=Europe/Berlin:20260701T100000"));
    CHECK_THAT(text, contains("RRULE:FREQ=WEEKLY\r\n"));
    CHECK_THAT(text, contains("BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\n"
                              "TZOFFSETTO:+0200"));
    CHECK_THAT(text, contains("BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\n"
                              "TZOFFSETTO:+0100"));
}

TEST_CASE("an event of a day has a date and no zone") {
    Zone seoul("Asia/Seoul");
    IcsEvent e = event("생일", "2026-03-02T00:00:00");
    e.all_day = true;
    e.repeat = "yearly";
    std::string text = act::write_ics(e, "Asia/Seoul", stamp);
    CHECK_THAT(text, contains("DTSTART;VALUE=DATE:20260302\r\n"));
    CHECK_THAT(text, !contains("VTIMEZONE"));
    auto back = act::read_ics(text);
    REQUIRE(back.size() == 1);
    CHECK(back[0].all_day);
    CHECK(back[0].repeat == "yearly");
}

TEST_CASE("what repeats is read back as it was written") {
    Zone seoul("Asia/Seoul");
    for (const char* repeat : {"daily", "weekdays", "weekends", "weekly", "monthly", "yearly"}) {
        IcsEvent e = event("x", "2026-01-31T09:00:00");
        e.repeat = repeat;
        auto back = act::read_ics(act::write_ics(e, "Asia/Seoul", stamp));
        REQUIRE(back.size() == 1);
        CHECK(back[0].repeat == repeat);
    }
    IcsEvent e = event("x", "2026-01-31T09:00:00");
    e.repeat = "monthly";
    CHECK_THAT(act::write_ics(e, "Asia/Seoul", stamp),
               contains("RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"));
}

TEST_CASE("today's calendar has what is still to come, in order, from any program's files") {
    Zone seoul("Asia/Seoul");
    test::Scratch dir;
    config::Settings settings;
    settings.directory = dir.path();
    dir.put("calendar/b.ics",
            act::write_ics(event("점심", "2026-03-02T12:30:00"), "Asia/Seoul", stamp));
    dir.put("calendar/early.ics",
            act::write_ics(event("새벽", "2026-03-02T05:00:00"), "Asia/Seoul", stamp));
    IcsEvent daily = event("체조", "2026-02-01T09:00:00");
    daily.repeat = "daily";
    dir.put("calendar/daily.ics", act::write_ics(daily, "Asia/Seoul", stamp));
    dir.put("calendar/other.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=ko:종일\nDTSTART;VALUE=DATE:20260302\n"
            "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:UTC\nDTSTART:20260302T060000Z\nEND:VEVENT\n"
            "BEGIN:VEVENT\nSUMMARY:내일\nDTSTART:20260303T060000\nEND:VEVENT\nEND:VCALENDAR\n");
    dir.put("calendar/broken.ics", "BEGIN:VEVENT\nDTSTART:nonsense\nEND:VEVENT\nBEGIN:VEVENT\n:");
    CHECK(act::agenda_for(settings, *parse_iso("2026-03-02T07:00:00")) ==
          "\n\n오늘 일정:\n- 하루 종일 종일\n- 09:00 체조\n- 12:30 점심\n- 15:00 UTC");
    CHECK(act::agenda_for(settings, *parse_iso("2026-03-04T23:00:00")).empty());
    settings.language = "en";
    CHECK_THAT(act::agenda_for(settings, *parse_iso("2026-03-02T07:00:00")),
               contains("Today's calendar:\n- all day 종일"));
}
