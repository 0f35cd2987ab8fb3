// A child process: argument list without a shell, environment of our choosing, default signals,
// pipes to its streams, and an end that is certain.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace pa {

struct ChildOptions {
    std::vector<std::string> argv;                             // argv[0] is looked up in PATH
    std::vector<std::pair<std::string, std::string>> set_env;  // added to or replacing ours
    std::vector<std::string> unset_env;                        // taken out of ours
    bool clear_env = false;                                    // none of ours, only set_env
    bool pipe_stdin = false, pipe_stdout = false, pipe_stderr = false;  // else inherited
    std::string directory;                                              // "" stays
};

/// Started in a process group of its own, so that stop() reaches what the child started. On Linux
/// the child also gets SIGTERM when the thread that started it dies, however it dies.
class ChildProcess {
public:
    /// Errc::unavailable if the program cannot be found or started; the error names it.
    [[nodiscard]] static Result<ChildProcess> start(const ChildOptions& options);

    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();  // stop()s it

    [[nodiscard]] pid_t pid() const { return pid_; }
    Fd in, out, err;  // our ends of the pipes, non-inheritable

    /// Exit status as a shell has it (128+n if ended by signal n), or nullopt while it runs.
    [[nodiscard]] std::optional<int> poll();
    /// Waits until it has ended.
    int wait();
    /// SIGTERM to its group, SIGKILL after `grace`; returns the status. Nothing if it had ended.
    int stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

private:
    ChildProcess() = default;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

}  // namespace pa
