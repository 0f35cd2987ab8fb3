// One thread's event loop: a libuv loop of our own with one libwebsockets context on it.
//
// Everything in net/ belongs to the loop it was made with and is used on that loop's thread only;
// post() and stop() are the exceptions. No callback of ours ever runs inside a call that we make.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace pa::net {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

class EventLoop {
public:
    struct Options {
        std::string ca_file;  // PEM of trusted authorities; "" = the system's (or SSL_CERT_FILE)
    };
    /// Raises RLIMIT_NOFILE to its hard limit (at most 131072) first: lws sizes its tables from it.
    /// Make all loops of a process before any of them speaks TLS: lws shares a global between them.
    [[nodiscard]] static Result<std::unique_ptr<EventLoop>> create(const Options& options);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs until stop(), and may be run again. What is open then stays so until its owner drops
    /// it; everything made with the loop is to be destroyed before it.
    void run();
    /// From any thread. Calls still in the mailbox are run first.
    void stop();
    /// From any thread: `task` runs on the loop's thread, in the order of posting.
    void post(std::function<void()> task);

    /// Somebody will connect to that URL: its name is looked up now. From any thread.
    void resolve_ahead(const std::string& url);

    [[nodiscard]] TimePoint now() const { return Clock::now(); }

    /// How long the loop works between two waits: what comes meanwhile is that late. Known to 1 ms.
    struct Turns {
        std::uint64_t count = 0, long_ones = 0;  // long: over 5 ms
        std::chrono::milliseconds longest{0};
        double smoothed_ms = 0;  // of the last fifty or so
    };
    /// On the loop's thread.
    [[nodiscard]] const Turns& turns() const;

    struct Impl;  // net/*.cpp only
    [[nodiscard]] Impl& impl() { return *impl_; }

private:
    EventLoop();
    std::unique_ptr<Impl> impl_;
};

/// A one-shot timer. Arming it again replaces the old time; destroying or disarming it is silent.
/// Resolution 1 ms, never early.
class Timer {
public:
    Timer(EventLoop& loop, std::function<void()> expired);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void arm(TimePoint at);
    void arm(std::chrono::milliseconds in) { arm(Clock::now() + in); }
    void arm(std::optional<TimePoint> at) { at ? arm(*at) : disarm(); }
    void disarm();

private:
    struct Impl;
    Impl* impl_;  // freed by the loop once it has closed the handle
};

/// Tells when a file descriptor can be read (data, end of file or error). The descriptor stays the
/// caller's, becomes non-blocking, and must outlive the watch; one watch per descriptor and loop.
class ReadWatch {
public:
    ReadWatch(EventLoop& loop, int fd, std::function<void()> readable);
    ~ReadWatch();
    ReadWatch(const ReadWatch&) = delete;
    ReadWatch& operator=(const ReadWatch&) = delete;

private:
    struct Impl;
    Impl* impl_;
};

}  // namespace pa::net
