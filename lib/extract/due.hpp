// When somebody meant: "내일 아침 일곱 시", "다음 주 월요일", "in half an hour", against the time
// at which it was said. Pure: the zone is the process's (base/wall_time.hpp), nothing asks a clock.
//
// The language model reads the same words; this reading checks it and stands in for it. The rules:
//  - A bare hour without a part of the day is the morning for 7 to 11, else the afternoon, unless
//    the words are about waking up; without a day it is the next such hour between 6 and
//    24 o'clock.
//  - A part of the day alone stands for a customary hour (아침 8, 점심 12, 오후 15, 저녁 19, 밤 21)
//    and is told as approximate. "이따", "나중에", "later" name no time.
//  - A bare weekday is the next one after today; "다음 주 월요일" is the Monday of next week, and
//    weeks begin on Monday. A date that has passed is next year's.
//  - Before four in the morning "내일" may also mean the day that is dawning.
//  - "회의 10분 전에" counts back from the time that is named besides.
//  - Where somebody corrects themselves ("아니다 여덟 시로", "no, make it eight") the last word
//    counts; else the first ("7시부터 8시까지"), and the others are allowed: they may belong to
//    another wish of the same sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/wall_time.hpp"

namespace pa::extract {

struct Due {
    std::optional<WallTime> at;  // the best reading: nothing, if no time was named or it has passed
    bool all_day = false;        // only a day was named: `at` is its midnight
    bool approximate = false;    // only a part of the day was named
    bool passed = false;         // a time was named that lies before the call
    std::string repeat;          // "", "daily", "weekdays", "weekends", "weekly", "monthly"
    bool repeat_denied = false;  // "매일은 말고"

    bool day_named = false, clock_named = false;
    bool relative = false;                       // "30분 뒤"
    std::optional<std::chrono::minutes> before;  // "30분 전에": of another time
    bool waking = false;                         // about waking up: an hour is one of the morning
    std::vector<WallTime> possible;              // every instant the words allow, if they name one
    std::vector<WallTime> others;                // those of other times named in the same words

    /// "회의 10분 전에": what is named is the meeting; afterwards it is ten minutes earlier.
    void count_back();

    /// The words name the hour so that it can only be that of `due`, not twelve hours away.
    [[nodiscard]] bool settles_half(WallTime due) const;

    /// False if `due` contradicts the words. What they leave open (the day, the half of the day) is
    /// allowed; without any word of time everything is.
    [[nodiscard]] bool allows(WallTime due) const;
};

/// Reads Korean and English, also mixed. `said`: the start of the call, or when the line was
/// spoken.
[[nodiscard]] Due read_due(std::string_view words, WallTime said);

}  // namespace pa::extract
