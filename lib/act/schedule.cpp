#include "act/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pa::act {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 6> repeats{"daily",  "weekdays", "weekends",
                                                  "weekly", "monthly",  "yearly"};

sys_days date_of(const Civil& c) {
    return sys_days(year(c.year) / month(static_cast<unsigned>(c.month)) /
                    day(static_cast<unsigned>(c.day)));
}

WallTime on(sys_days date, const Civil& clock) {
    year_month_day d(date);
    Civil c = clock;
    c.year = static_cast<int>(d.year());
    c.month = static_cast<int>(static_cast<unsigned>(d.month()));
    c.day = static_cast<int>(static_cast<unsigned>(d.day()));
    return from_civil(c);
}

bool falls_on(std::string_view repeat, sys_days date, sys_days first) {
    unsigned d = weekday(date).iso_encoding();
    if (repeat == "weekdays") return d <= 5;
    if (repeat == "weekends") return d >= 6;
    if (repeat == "weekly") return d == weekday(first).iso_encoding();
    return true;
}

/// `months` after the anchor's, on its day or the last one the month has.
sys_days month_later(sys_days first, int months_ahead) {
    year_month_day d(first);
    year_month m = d.year() / d.month() + months(months_ahead);
    return sys_days(m / std::min(d.day(), (m / last).day()));
}

std::optional<WallTime> by_month(const Civil& anchor, int step, WallTime after) {
    sys_days first = date_of(anchor);
    Civil now = to_civil(after);
    int passed = (now.year - anchor.year) * 12 + now.month - anchor.month;
    for (int k = std::max(0, passed / step - 1);; ++k)
        if (WallTime t = on(month_later(first, k * step), anchor); t > after) return t;
}

}  // namespace

bool is_repeat(std::string_view text) {
    return std::find(repeats.begin(), repeats.end(), text) != repeats.end();
}

std::optional<WallTime> next_occurrence(std::string_view repeat, const Civil& anchor,
                                        WallTime after) {
    if (!is_repeat(repeat)) return std::nullopt;
    if (repeat == "monthly") return by_month(anchor, 1, after);
    if (repeat == "yearly") return by_month(anchor, 12, after);
    sys_days first = date_of(anchor);
    sys_days date = std::max(first, date_of(to_civil(after)) - days(1));
    for (;; date += days(1))
        if (WallTime t = on(date, anchor); t > after && falls_on(repeat, date, first)) return t;
}

std::string show_time(WallTime time) {
    constexpr std::array<const char*, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    Civil c = to_civil(time);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} ({})", c.year, c.month, c.day, c.hour,
                       c.minute, names[static_cast<std::size_t>(c.weekday) % 7]);
}

}  // namespace pa::act
