// What follows from how the call of a job went: done, failed, or again at another time. Pure.
//
//   outcome                    then
//   0 answered                 done
//   10 no answer, 15 no ack    again in 5 minutes, 3 times
//   11 busy                    again in 2 minutes, 5 times
//   14 machine                 as VOICEMAIL says: again like no answer, or done
//   16 refused                 in quiet hours: when they end; else failed
//   75, ended by a signal      in a minute under the same key, until LATE_MINUTES after its time:
//                              no network, no bridge, or that person is on the line with us
//   any other                  failed
//
// What repeats goes back to wait for its next occurrence, whatever became of this one.
#pragma once

#include <string>

#include "act/job.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::act {

/// How pa-dial --wait ended.
struct DialEnd {
    int status = 0;
    std::string said;  // its last sentence on stderr
};

/// Sets `then`, `receipt`, and what is tried next.
void conclude(Job& job, const DialEnd& end, WallTime now, const config::Settings& settings);
/// The same for a job whose time passed while nothing ran.
void conclude_late(Job& job, WallTime now);

/// True if that was more than LATE_MINUTES ago.
[[nodiscard]] bool is_late(const Job& job, WallTime now, const config::Settings& settings);

/// True if the quiet hours do not bind this job, though it is made in them: its own time, which the
/// person named, lies in them too.
[[nodiscard]] bool keeps_time_in_quiet_hours(const Job& job, WallTime now,
                                             const config::Settings& settings);

}  // namespace pa::act
