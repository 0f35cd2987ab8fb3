// A child process that is given a text and gives one back, within bounds.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/child_process.hpp"

namespace pa {

struct RunBounds {
    std::chrono::milliseconds timeout{30'000};  // for the whole run
    std::size_t output = 64U << 10U;  // [bytes] of stdout, and of stderr where it is piped
    std::function<bool()> cancelled;  // asked every 50 ms; may be empty
};

struct RunOutcome {
    enum class End { exited, timed_out, too_much_output, cancelled };
    End end = End::exited;
    int status = 0;  // as a shell has it
    std::string out, err;
};

/// Starts `options` with stdin and stdout piped (and stderr if `pipe_stderr`), writes `input`, and
/// reads until the child has ended. A child that breaks a bound is stopped with all it started; one
/// that does not read its input is no error, nor is one whose offspring keeps the pipes open.
/// SIGPIPE must be ignored, as it is in every tool. Errc::unavailable if it cannot be started.
[[nodiscard]] Result<RunOutcome> run_child(ChildOptions options, std::string_view input,
                                           const RunBounds& bounds);

/// The environment of a program that is the person's own and not of this house: where it finds
/// programs, home and language, nothing that was set for us.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> plain_environment();

}  // namespace pa
