// Going through a call again: the events of its trace, at their times, through the state machine as
// it is now.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::trace {

/// The first step whose actions are not those of the trace.
struct Difference {
    std::size_t line = 0;  // of the trace, from 1; 0: there is none
    double at_s = 0;       // since the call's session was made
    std::string event;
    std::string recorded, now;  // the first action that differs, as JSON; "" where there is none
};

struct Replay {
    std::size_t steps = 0;
    bool finished = false;  // the trace has the call's end
    Difference difference;
    [[nodiscard]] bool same() const { return difference.line == 0; }
};

/// `show` is given each line of the trace as the machine makes it now, whether it differs or not.
/// Errc::data names the line that is no part of a trace; a last line without newline, as a crash
/// leaves it, is skipped.
[[nodiscard]] Result<Replay> replay(std::string_view trace,
                                    const std::function<void(std::string_view)>& show = nullptr);

/// "line 57, 3.140 s after the start, at speech_started: recorded …, now …", for people.
[[nodiscard]] std::string in_words(const Difference& difference);

}  // namespace pa::trace
