// When something that repeats comes again. Pure: the zone is the process's (base/wall_time.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/wall_time.hpp"

namespace pa::act {

/// "daily", "weekdays", "weekends", "weekly", "monthly" or "yearly".
[[nodiscard]] bool is_repeat(std::string_view text);

/// The first occurrence after `after` of what was first meant for `anchor` (local time), or nullopt
/// if `repeat` is none of the above. Never before the anchor. The hour is that of the clock on the
/// wall: on a day on which a clock change skips it, it comes that much later, and the next day as
/// always; an hour that occurs twice counts once. A 31st is the last day of a shorter month, 29
/// February the 28th of a common year.
[[nodiscard]] std::optional<WallTime> next_occurrence(std::string_view repeat, const Civil& anchor,
                                                      WallTime after);

/// "2026-03-01 07:00 (Sun)".
[[nodiscard]] std::string show_time(WallTime time);

}  // namespace pa::act
