// iCalendar (RFC 5545), as much of it as an agent's own events need. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/wall_time.hpp"

namespace pa::act {

struct IcsEvent {
    std::string uid;
    std::string summary, description;
    WallTime start{};
    bool all_day = false;  // `start` is its midnight
    std::string repeat;    // "" or as in schedule.hpp
};

/// A calendar with that one event: lines of at most 75 octets, CRLF, UTF-8 never cut, DTSTART in
/// `zone` with its VTIMEZONE, so that what repeats keeps its hour over clock changes. The clock
/// changes of `zone`, which must be that of the process, are written out for ten years.
[[nodiscard]] std::string write_ics(const IcsEvent& event, const std::string& zone, WallTime stamp);

/// The events of any calendar file, as far as understood: an event without a start is left out; a
/// TZID is taken for the process's zone; a rule other than ours counts as no repetition.
[[nodiscard]] std::vector<IcsEvent> read_ics(std::string_view text);

}  // namespace pa::act
