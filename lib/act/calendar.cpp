#include "act/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "act/schedule.hpp"
#include "base/file.hpp"

namespace pa::act {
namespace {

WallTime midnight(WallTime t, int days_later = 0) {
    Civil c = to_civil(t);
    return from_civil({c.year, c.month, c.day + days_later, 0, 0, 0, 0});
}

/// The occurrences of one event in [from, to).
void collect(const IcsEvent& e, WallTime from, WallTime to, std::vector<Appointment>& out) {
    WallTime first = e.all_day ? midnight(from) : from;
    for (auto at = std::optional(e.start); at && *at < to;
         at = next_occurrence(e.repeat, to_civil(e.start),
                              std::max(*at, first - std::chrono::milliseconds(1))))
        if (*at >= first) out.push_back({*at, e.all_day, e.summary});
}

}  // namespace

std::string calendar_folder(const config::Settings& settings) {
    return settings.directory + "/calendar";
}

std::vector<Appointment> appointments(const std::string& folder, WallTime from, WallTime to) {
    std::vector<Appointment> out;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() != ".ics") continue;
        auto text = read_file(entry.path().string(), 4U << 20U);
        if (!text) continue;
        for (const IcsEvent& event : read_ics(*text)) collect(event, from, to, out);
    }
    std::sort(out.begin(), out.end(), [](const Appointment& a, const Appointment& b) {
        return std::tie(a.at, a.summary) < std::tie(b.at, b.summary);
    });
    return out;
}

std::string agenda_for(const config::Settings& settings, WallTime now) {
    auto today = appointments(calendar_folder(settings), now, midnight(now, 1));
    if (today.empty()) return "";
    bool korean = settings.language == "ko";
    std::string out = korean ? "\n\n오늘 일정:" : "\n\nToday's calendar:";
    for (const Appointment& a : today) {
        Civil c = to_civil(a.at);
        std::string clock = a.all_day ? (korean ? "하루 종일" : "all day")
                                      : fmt::format("{:02}:{:02}", c.hour, c.minute);
        out += fmt::format("\n- {} {}", clock, a.summary);
    }
    return out;
}

}  // namespace pa::act
