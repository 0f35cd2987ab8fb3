#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "act/ics.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

using namespace std::chrono;

/// RFC 5545 §3.3.11.
std::string escaped(std::string_view text) {
    std::string out;
    for (char c : to_utf8(text)) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

/// §3.1: at most 75 octets a line; what is folded goes on behind a blank.
void line(std::string& out, std::string_view text) {
    std::size_t room = 75;
    while (text.size() > room) {
        std::size_t cut = room;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
        out.append(text.substr(0, cut)).append("\r\n ");
        text.remove_prefix(cut);
        room = 74;
    }
    out.append(text).append("\r\n");
}

std::string local_stamp(WallTime t) {
    Civil c = to_civil(t);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", c.year, c.month, c.day, c.hour, c.minute,
                       c.second);
}

std::string utc_stamp(WallTime t) {
    auto second = floor<seconds>(t);
    auto date = floor<days>(second);
    year_month_day d(date);
    auto s = (second - date).count();
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(d.year()),
                       static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()), s / 3600,
                       s / 60 % 60, s % 60);
}

struct Offset {
    long seconds = 0;  // east of UTC
    bool summer = false;
    std::string name;
    bool operator==(const Offset& other) const {
        return seconds == other.seconds && summer == other.summer;
    }
};

Offset offset_at(WallTime t) {
    std::time_t s = system_clock::to_time_t(t);
    std::tm tm{};
    ::localtime_r(&s, &tm);
    return {tm.tm_gmtoff, tm.tm_isdst > 0, tm.tm_zone == nullptr ? "" : tm.tm_zone};
}

std::string show(const Offset& o) {
    long minutes = std::abs(o.seconds) / 60;
    return fmt::format("{}{:02}{:02}", o.seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/// One observance that begins when the clock shows `onset` (by the offset before).
void observance(std::string& out, const std::string& onset, const Offset& before,
                const Offset& after) {
    const char* kind = after.summer ? "DAYLIGHT" : "STANDARD";
    line(out, fmt::format("BEGIN:{}", kind));
    line(out, "DTSTART:" + onset);
    line(out, "TZOFFSETFROM:" + show(before));
    line(out, "TZOFFSETTO:" + show(after));
    if (!after.name.empty()) line(out, "TZNAME:" + escaped(after.name));
    line(out, fmt::format("END:{}", kind));
}

/// The first instant of (from, to] with another offset than `from`; to the second.
WallTime change_between(WallTime from, WallTime to) {
    Offset before = offset_at(from);
    while (to - from > seconds(1)) {
        WallTime middle = floor<seconds>(from + (to - from) / 2);
        (offset_at(middle) == before ? from : to) = middle;
    }
    return to;
}

/// What the clock shows at `t` if it goes on by `offset`.
std::string clock_by(WallTime t, const Offset& offset) {
    std::string stamp = utc_stamp(t + seconds(offset.seconds));
    stamp.pop_back();
    return stamp;
}

void timezone(std::string& out, const std::string& zone, WallTime start) {
    line(out, "BEGIN:VTIMEZONE");
    line(out, "TZID:" + zone);
    WallTime day = start - days(370), end = start + days(3660);
    Offset now = offset_at(day);
    observance(out, "19700101T000000", now, now);
    for (; day < end; day += days(1)) {
        Offset next = offset_at(day + days(1));
        if (next == now) continue;
        observance(out, clock_by(change_between(day, day + days(1)), now), now, next);
        now = next;
    }
    line(out, "END:VTIMEZONE");
}

/// A 31st that repeats is the last day of a shorter month, as in schedule.hpp.
std::string monthly_rule(int day) {
    if (day <= 28) return fmt::format("FREQ=MONTHLY;BYMONTHDAY={}", day);
    std::string possible = "28";
    for (int d = 29; d <= day; ++d) possible += fmt::format(",{}", d);
    return fmt::format("FREQ=MONTHLY;BYMONTHDAY={};BYSETPOS=-1", possible);
}

std::string rule_of(const IcsEvent& e) {
    if (e.repeat == "daily") return "FREQ=DAILY";
    if (e.repeat == "weekdays") return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    if (e.repeat == "weekends") return "FREQ=WEEKLY;BYDAY=SA,SU";
    if (e.repeat == "weekly") return "FREQ=WEEKLY";
    if (e.repeat == "monthly") return monthly_rule(to_civil(e.start).day);
    if (e.repeat == "yearly") return "FREQ=YEARLY";
    return "";
}

void event(std::string& out, const IcsEvent& e, const std::string& zone, WallTime stamp) {
    line(out, "BEGIN:VEVENT");
    line(out, "UID:" + escaped(e.uid));
    line(out, "DTSTAMP:" + utc_stamp(stamp));
    if (e.all_day)
        line(out, "DTSTART;VALUE=DATE:" + local_stamp(e.start).substr(0, 8));
    else
        line(out, fmt::format("DTSTART;TZID={}:{}", zone, local_stamp(e.start)));
    if (std::string rule = rule_of(e); !rule.empty()) line(out, "RRULE:" + rule);
    line(out, "SUMMARY:" + escaped(e.summary));
    if (!e.description.empty()) line(out, "DESCRIPTION:" + escaped(e.description));
    line(out, "END:VEVENT");
}

}  // namespace

std::string write_ics(const IcsEvent& e, const std::string& zone, WallTime stamp) {
    std::string out;
    line(out, "BEGIN:VCALENDAR");
    line(out, "VERSION:2.0");
    line(out, "PRODID:-//phone-agent//pa-act//EN");
    line(out, "CALSCALE:GREGORIAN");
    if (!e.all_day) timezone(out, zone, e.start);
    event(out, e, zone, stamp);
    line(out, "END:VCALENDAR");
    return out;
}

}  // namespace pa::act
