// Relative times of a scenario's extraction table, against the start of the call.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/text.hpp"
#include "sim/chat_model.hpp"

namespace pa::sim {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using LocalMinutes = std::chrono::sys_time<minutes>;  // of the local clock

bool number(std::string_view text, int& out) {
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    return ec == std::errc{} && end == text.data() + text.size();
}

bool clock(std::string_view text, minutes& out) {
    int h = 0, m = 0;
    if (text.size() != 5 || !number(text.substr(0, 2), h) || !number(text.substr(3, 2), m))
        return false;
    out = minutes(h * 60 + m);
    return true;
}

bool start_of(std::string_view text, LocalMinutes& out) {
    int y = 0, m = 0, d = 0;
    if (text.size() < 10 || !number(text.substr(0, 4), y) || !number(text.substr(5, 2), m) ||
        !number(text.substr(8, 2), d))
        return false;
    std::chrono::year_month_day date{std::chrono::year(y),
                                     std::chrono::month(static_cast<unsigned>(m)),
                                     std::chrono::day(static_cast<unsigned>(d))};
    if (!date.ok()) return false;
    minutes time{0};
    if (text.size() >= 16) clock(text.substr(11, 5), time);
    out = std::chrono::sys_days(date) + time;
    return true;
}

/// The offset behind an ISO time: "Z", "+09:00" or "".
std::string_view offset_of(std::string_view start) {
    auto at = start.size() > 16 ? start.find_first_of("Z+-", 16) : std::string_view::npos;
    if (at == std::string_view::npos) return {};
    return start.substr(at, start[at] == 'Z' ? 1 : 6);
}

/// `day`: only a day is named.
bool relative(std::string_view due, LocalMinutes start, LocalMinutes& out, bool& day) {
    auto words = split(due, ' ');
    std::string_view first = words[0];
    minutes time{0};
    auto midnight = std::chrono::floor<days>(start);
    int count = 0;
    day = words.size() < (first == "next" ? 3U : 2U);
    if (first == "next" && words.size() >= 2) {
        constexpr std::array names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
        auto it = std::find(names.begin(), names.end(), words[1]);
        if (it == names.end() || (words.size() > 2 && !clock(words[2], time))) return false;
        auto weekday = static_cast<int>(std::chrono::weekday(midnight).iso_encoding()) - 1;
        out = midnight + days(7 - weekday + static_cast<int>(it - names.begin())) + time;
        return true;
    }
    if (first.size() < 3 || first[0] != '+' || !number(first.substr(1, first.size() - 2), count))
        return false;
    day = day && first.back() == 'd';
    if (first.back() == 'm') return out = start + minutes(count), true;
    if (first.back() == 'h') return out = start + minutes(count * 60), true;
    if (first.back() != 'd' || (words.size() > 1 && !clock(words[1], time))) return false;
    out = midnight + days(count) + time;
    return true;
}

}  // namespace

std::string due_time(std::string_view start, std::string_view due) {
    LocalMinutes from, at;
    if (!start_of(start, from) || due.empty()) return {};
    bool day = false;
    if (!relative(due, from, at, day)) return start_of(due, at) ? std::string(due) : std::string();
    std::chrono::year_month_day date(std::chrono::floor<days>(at));
    std::string text =
        fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    auto of_day = (at - std::chrono::floor<days>(at)).count();
    return day ? text
               : fmt::format("{}T{:02}:{:02}:00{}", text, of_day / 60, of_day % 60,
                             offset_of(start));
}

}  // namespace pa::sim
