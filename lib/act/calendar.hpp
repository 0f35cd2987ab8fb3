// The agent's calendar: a folder of iCalendar files, one event each; others may be put beside them.
#pragma once

#include <string>
#include <vector>

#include "act/ics.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::act {

[[nodiscard]] std::string calendar_folder(const config::Settings& settings);

/// Something that takes place.
struct Appointment {
    WallTime at{};
    bool all_day = false;
    std::string summary;
};

/// What begins in [from, to), in order; an event of the whole day counts as long as the day lasts.
[[nodiscard]] std::vector<Appointment> appointments(const std::string& folder, WallTime from,
                                                    WallTime to);

/// For a call with the owner: what is in the calendar from `now` to the end of that day, a
/// paragraph in the agent's language that begins with a blank line, or "" if there is nothing.
[[nodiscard]] std::string agenda_for(const config::Settings& settings, WallTime now);

}  // namespace pa::act
