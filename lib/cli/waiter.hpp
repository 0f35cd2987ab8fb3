// What a long-running tool listens to while it waits: its inputs, the signals that stop it, and the
// reader of its stdout.
#pragma once

#include <chrono>
#include <vector>

#include "base/file.hpp"

namespace pa::cli {

/// One per process. If it takes the signals (SIGINT, SIGTERM, SIGHUP), made before any thread is
/// started; else they end the process as they always do.
class Waiter {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    enum class Why {
        timeout,
        readable,     // `fd` has data or is at its end
        stopped,      // told to stop; every later wait says so again, at once
        reader_gone,  // nobody reads our stdout any more
    };
    struct Woken {
        Why why = Why::timeout;
        int fd = -1;
    };

    enum class Signals { take, leave };
    explicit Waiter(Signals signals);
    /// Returns at `until` at the latest. Negative descriptors are skipped.
    [[nodiscard]] Woken wait(TimePoint until, const std::vector<int>& fds = {}) const;
    /// The same without an end.
    [[nodiscard]] Woken wait(const std::vector<int>& fds) const {
        return wait(TimePoint::max(), fds);
    }

private:
    Fd stop_;  // readable once told to stop
};

}  // namespace pa::cli
