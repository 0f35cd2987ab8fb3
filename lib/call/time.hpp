// Time as the call sees it: passed in, never asked for.
#pragma once

#include <chrono>

namespace pa::call {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using std::chrono::milliseconds;

/// Whole milliseconds from `from` to `to`, negative if it comes before.
[[nodiscard]] inline std::int64_t ms_between(TimePoint from, TimePoint to) {
    return std::chrono::duration_cast<milliseconds>(to - from).count();
}

}  // namespace pa::call
