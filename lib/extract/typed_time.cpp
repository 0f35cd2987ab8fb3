#include "extract/typed_time.hpp"

#include <fmt/format.h>

#include <optional>
#include <regex>
#include <string>

#include "extract/due.hpp"

namespace pa::extract {
namespace {

constexpr auto flags = std::regex::ECMAScript | std::regex::icase | std::regex::optimize;

/// One word of a time, in either language; numbers are bounded by what follows them.
const std::regex& known_word() {
    static const std::regex words(
        "today|tomorrow|tonight|the|day|after|next|this|at|on|in|a|an|half|past|and|noon|midnight|"
        "morning|"
        "afternoon|evening|night|am|pm|a\\.m\\.|p\\.m\\.|o'clock|minutes?|mins?|hours?|days?|weeks?"
        "|"
        "(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?|(one|two|three|four|five|six|seven|"
        "eight|"
        "nine|ten|eleven|twelve|fifteen|twenty|thirty)|"
        "\\d{1,2}:\\d{2}(am|pm)?|\\d{1,2}(am|pm)|\\d{1,4}|\\d{4}-\\d{2}-\\d{2}|"
        "오늘|내일|모레|글피|이번|다음|주|(월|화|수|목|금|토|일)요일|주말|오전|오후|아침|점심|저녁|"
        "밤|새벽|"
        "정오|자정|에|\\d{1,2}월|\\d{1,2}일|\\d{1,2}시(반|간)?|\\d{1,3}분|반|뒤|후|뒤에|후에|시간|"
        "분|"
        "(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두)시(반|간)?|\\d{1,2}시\\d{1,2}분",
        flags);
    return words;
}

std::optional<std::string> strange_word(const std::string& typed) {
    static const std::regex blank("[\\s,]+");
    for (std::sregex_token_iterator it(typed.begin(), typed.end(), blank, -1), end; it != end; ++it)
        if (it->length() > 0 && !std::regex_match(it->str(), known_word())) return it->str();
    return std::nullopt;
}

/// The clock as digits, of 24 hours unless a half of the day is named.
std::optional<Civil> plain_clock(const std::string& typed) {
    static const std::regex clock("(?:^|\\s)(\\d{1,2}):(\\d{2})(?=\\s|$)", flags);
    static const std::regex half(
        "\\b[ap]m\\b|[ap]\\.m\\.|noon|midnight|morning|afternoon|evening|night|오전|오후|아침|점심|"
        "저녁|밤|새벽",
        flags);
    std::smatch m;
    if (!std::regex_search(typed, m, clock) || std::regex_search(typed, half)) return std::nullopt;
    Civil c{};
    c.hour = std::stoi(m[1]);
    c.minute = std::stoi(m[2]);
    return c;
}

/// The date as digits: "2026-03-01", "3월 1일".
bool names_other_date(const std::string& typed, const Civil& read) {
    static const std::regex iso("(\\d{4})-(\\d{2})-(\\d{2})"),
        korean("(\\d{1,2})월\\s*(\\d{1,2})일");
    std::smatch m;
    if (std::regex_search(typed, m, iso))
        return read.year != std::stoi(m[1]) || read.month != std::stoi(m[2]) ||
               read.day != std::stoi(m[3]);
    if (std::regex_search(typed, m, korean))
        return read.month != std::stoi(m[1]) || read.day != std::stoi(m[2]);
    return false;
}

/// That day, or where none was named the next on which the clock comes to it.
WallTime at_clock(const Due& due, const Civil& clock, WallTime now) {
    Civil day = to_civil(due.day_named && due.at ? *due.at : now);
    day.hour = clock.hour;
    day.minute = clock.minute;
    day.second = 0;
    const WallTime at = from_civil(day);
    if (due.day_named || at > now) return at;
    ++day.day;
    return from_civil(day);
}

}  // namespace

Result<WallTime> read_typed_time(std::string_view text, WallTime now) {
    const std::string typed(text);
    const auto wrong = [&](std::string_view why) {
        return Error{Errc::data, fmt::format("\"{}\": {}", typed, why)};
    };
    constexpr std::string_view examples =
        "names no time: such as 2026-03-01T07:00, \"tomorrow 07:00\", \"내일 7시\"";
    if (auto exact = parse_iso(typed))
        return *exact > now ? Result<WallTime>(*exact) : wrong("has passed");
    if (auto word = strange_word(typed))
        return wrong(fmt::format("'{}' is not understood; {}", *word, examples));
    const auto clock = plain_clock(typed);
    if (clock && (clock->hour > 23 || clock->minute > 59)) return wrong(examples);
    const Due due = read_due(typed, now);
    std::optional<WallTime> at = due.at;
    if (clock && (at || !due.day_named)) at = at_clock(due, *clock, now);
    if (due.passed || (at && *at <= now)) return wrong("has passed");
    if (!at || (!clock && (due.all_day || due.approximate))) return wrong(examples);
    if (names_other_date(typed, to_civil(*at))) return wrong("there is no such day");
    return *at;
}

}  // namespace pa::extract
