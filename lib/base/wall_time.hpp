// The time of day in the agent's zone. One process serves one agent, so the zone is the process's
// TZ (config::load sets it) and libc's tables do the arithmetic.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pa {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] WallTime wall_now();

/// True if the zone database has that name ("Asia/Seoul", "UTC").
[[nodiscard]] bool known_timezone(const std::string& name);
/// Sets TZ. Before any thread is started.
void set_process_timezone(const std::string& name);

/// Local civil time.
struct Civil {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    int weekday = 4;  // 0 Sunday … 6 Saturday; not read by from_civil
    [[nodiscard]] int minute_of_day() const { return hour * 60 + minute; }
};
[[nodiscard]] Civil to_civil(WallTime time);
/// Fields out of range carry over (day 32 is the next month's first). A time that a clock change
/// skips moves forward by the gap; one that occurs twice is the first.
[[nodiscard]] WallTime from_civil(const Civil& civil);

/// "2026-02-28T23:49:32.120+09:00", in local time; without `.120` if not `with_ms`.
[[nodiscard]] std::string to_iso(WallTime time, bool with_ms = true);
/// RFC 3339 with "Z" or an offset; without either, local time is meant. nullopt if it is no such
/// date.
[[nodiscard]] std::optional<WallTime> parse_iso(std::string_view text);
/// "2026-02-28_23-49-32", local, for names of files.
[[nodiscard]] std::string to_file_stamp(WallTime time);

}  // namespace pa
