// What the scanners of the two languages find in a phrase, before it is put together. Private to
// this folder.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/wall_time.hpp"

namespace pa::extract {

enum class PartOfDay { none, am, pm, dawn, morning, noon, afternoon, evening, night };

// `at`: where in the phrase, so that "아침 7시하고 저녁 8시" finds its pairs.
struct NamedDay {
    std::size_t at;
    std::chrono::sys_days day;
    std::optional<std::chrono::sys_days> other = std::nullopt;  // what it may mean as well
};
struct NamedClock {
    std::size_t at = 0;
    int hour = 0, minute = 0;  // minute may be negative: "7시 10분 전"
    PartOfDay part = PartOfDay::none;
};
struct NamedPart {
    std::size_t at;
    PartOfDay part;
};

struct NamedSpan {
    std::size_t at;
    std::chrono::minutes time;
};
struct NamedRepeat {
    std::size_t at;
    std::string_view how;  // a literal, as in Due
};

struct Parts {
    std::vector<NamedDay> days;
    std::vector<NamedClock> clocks;
    std::vector<NamedPart> parts;
    std::vector<std::size_t> corrections;
    std::vector<NamedSpan> after;                // "30분 뒤"
    std::optional<std::chrono::minutes> before;  // "30분 전에": before what is named besides
    std::vector<NamedRepeat> repeats;
    bool repeat_denied = false;  // "매일은 말고"
    bool waking = false;         // 모닝콜, 깨워, "wake me"
};

/// The date on which a phrase was said.
struct Today {
    explicit Today(WallTime said);
    std::chrono::sys_days date;
    unsigned weekday;  // 0 Monday … 6 Sunday
    int minute;        // of the day

    [[nodiscard]] std::chrono::sys_days plus(int days) const {
        return date + std::chrono::days(days);
    }
    /// "내일": said before four in the night it may mean the day that is dawning.
    [[nodiscard]] NamedDay tomorrow(std::size_t at) const;
    /// That weekday after today; today itself is a week away.
    [[nodiscard]] std::chrono::sys_days coming(unsigned day) const;
    /// That weekday `weeks` weeks from this one.
    [[nodiscard]] std::chrono::sys_days of_week(int weeks, unsigned day) const;
    /// That date this year, or next year if it has passed; nothing if there is no such date.
    [[nodiscard]] std::optional<std::chrono::sys_days> date_of(unsigned month, unsigned day) const;
    /// The last day of the month `months` months from this one.
    [[nodiscard]] std::chrono::sys_days month_end(int months) const;
    /// That day `months` months from this one; without a month named the next such day to come.
    [[nodiscard]] std::optional<std::chrono::sys_days> day_of_month(
        unsigned day, std::optional<int> months) const;
};

/// A Saturday: today if it is one.
[[nodiscard]] inline std::chrono::sys_days weekend(const Today& today) {
    return today.weekday == 5 ? today.date : today.coming(5);
}

void scan_korean(std::string_view words, const Today& today, Parts& out);
void scan_english(std::string_view words, const Today& today, Parts& out);

}  // namespace pa::extract
