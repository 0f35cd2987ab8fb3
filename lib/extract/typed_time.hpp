// A time that somebody typed, for pa-dial --at: read strictly, where a call's words are read
// kindly.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/wall_time.hpp"

namespace pa::extract {

/// RFC 3339, or as people say it: "tomorrow 07:00", "in 20 minutes", "내일 아침 7시". HH:MM without
/// am or pm is a clock of 24 hours; without a day it is the next time the clock shows it.
/// Errc::data, with a sentence: a word that is not understood, a date that does not exist, a time
/// that has passed.
[[nodiscard]] Result<WallTime> read_typed_time(std::string_view typed, WallTime now);

}  // namespace pa::extract
