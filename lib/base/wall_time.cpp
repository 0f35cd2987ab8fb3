#include "base/wall_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <ctime>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa {
namespace {

using namespace std::chrono;

std::tm local(WallTime time) {
    std::time_t seconds = system_clock::to_time_t(floor<std::chrono::seconds>(time));
    std::tm tm{};
    ::localtime_r(&seconds, &tm);
    return tm;
}

/// `count` digits at the front of `text`, taken off it.
bool take_digits(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count) return false;
    auto [end, error] = std::from_chars(text.data(), text.data() + count, out);
    if (error != std::errc{} || end != text.data() + count || out < 0) return false;
    text.remove_prefix(count);
    return true;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool plausible(const Civil& c) {
    // Beyond 2261 the system's clock, which counts nanoseconds, overflows.
    return c.year >= 1970 && c.year < 2200 &&
           year_month_day{year{c.year}, month{static_cast<unsigned>(c.month)},
                          day{static_cast<unsigned>(c.day)}}
               .ok() &&
           c.hour < 24 && c.minute < 60 && c.second < 61;
}

/// Minutes east of UTC from "Z", "+09:00" or "+0900"; `here` is false where nothing is written.
bool take_offset(std::string_view& text, int& minutes, bool& here) {
    here = !text.empty();
    minutes = 0;
    if (!here || take(text, "Zz")) return true;
    int sign = text.front() == '-' ? -1 : 1, hours = 0, rest = 0;
    if (!take(text, "+-") || !take_digits(text, 2, hours)) return false;
    take(text, ":");
    if (!take_digits(text, 2, rest) || hours > 23 || rest > 59) return false;
    minutes = sign * (hours * 60 + rest);
    return true;
}

}  // namespace

WallTime wall_now() { return time_point_cast<milliseconds>(system_clock::now()); }

bool known_timezone(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) return false;
    if (name == "UTC") return true;
    const char* folder = std::getenv("TZDIR");
    std::string path = std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/" + name;
    auto text = read_file(path);  // fails on a folder such as "Asia"
    return text && text->starts_with("TZif");
}

void set_process_timezone(const std::string& name) {
    ::setenv("TZ", name.c_str(), 1);
    ::tzset();
}

Civil to_civil(WallTime time) {
    std::tm tm = local(time);
    return {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
            tm.tm_min,         tm.tm_sec,     tm.tm_wday};
}

WallTime from_civil(const Civil& c) {
    std::tm tm{};
    tm.tm_year = c.year - 1900;
    tm.tm_mon = c.month - 1;
    tm.tm_mday = c.day;
    tm.tm_hour = c.hour;
    tm.tm_min = c.minute;
    tm.tm_sec = c.second;
    tm.tm_isdst = -1;
    std::tm dst = tm, standard = tm;
    dst.tm_isdst = 1;
    standard.tm_isdst = 0;
    std::time_t plain = std::mktime(&tm), with_dst = std::mktime(&dst);
    // Of an hour that occurs twice, the first: libc may choose either for tm_isdst = -1.
    bool twice = dst.tm_isdst == 1 && dst.tm_hour == tm.tm_hour && dst.tm_mday == tm.tm_mday;
    if (twice && with_dst < plain) plain = with_dst;
    // A skipped hour: libc may go either way; read as standard time it moves forward.
    bool skipped =
        tm.tm_hour != c.hour && c.hour >= 0 && c.hour < 24 && c.minute >= 0 && c.minute < 60;
    if (skipped) plain = std::mktime(&standard);
    return time_point_cast<milliseconds>(system_clock::from_time_t(plain));
}

std::string to_iso(WallTime time, bool with_ms) {
    std::tm tm = local(time);
    long offset = tm.tm_gmtoff / 60;
    auto ms = (time - floor<seconds>(time)).count();
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", tm.tm_year + 1900,
                                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if (with_ms) text += fmt::format(".{:03}", ms);
    return text + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60,
                              std::abs(offset) % 60);
}

std::optional<WallTime> parse_iso(std::string_view text) {
    Civil c;
    int ms = 0, offset = 0;
    bool has_offset = false;
    if (!take_digits(text, 4, c.year) || !take(text, "-") || !take_digits(text, 2, c.month) ||
        !take(text, "-") || !take_digits(text, 2, c.day) || !take(text, "Tt ") ||
        !take_digits(text, 2, c.hour) || !take(text, ":") || !take_digits(text, 2, c.minute))
        return std::nullopt;
    if (take(text, ":") && !take_digits(text, 2, c.second)) return std::nullopt;
    if (take(text, ".")) {
        int scale = 100;
        std::size_t digits = 0;
        for (int d = 0; take_digits(text, 1, d); ++digits, scale /= 10) ms += d * scale;
        if (digits == 0) return std::nullopt;
    }
    if (!take_offset(text, offset, has_offset) || !text.empty() || !plausible(c))
        return std::nullopt;
    if (!has_offset) return from_civil(c) + milliseconds(ms);
    sys_days date = year{c.year} / c.month / c.day;
    return WallTime(date.time_since_epoch()) + hours(c.hour) + minutes(c.minute - offset) +
           seconds(c.second) + milliseconds(ms);
}

std::string to_file_stamp(WallTime time) {
    Civil c = to_civil(time);
    return fmt::format("{:04}-{:02}-{:02}_{:02}-{:02}-{:02}", c.year, c.month, c.day, c.hour,
                       c.minute, c.second);
}

}  // namespace pa
