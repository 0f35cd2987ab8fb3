// Event loops in tests: made or the test fails, and never run for more than a minute (a sanitizer
// on a busy machine takes its time).
#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.hpp"
#include "support/catch.hpp"

namespace pa::test {

inline std::unique_ptr<net::EventLoop> make_loop(const std::string& ca_file = "") {
    auto loop = net::EventLoop::create({.ca_file = ca_file});
    if (!loop) FAIL(loop.error().what);
    return std::move(*loop);
}

/// Runs until the test stops the loop; fails if it does not.
inline void run(net::EventLoop& loop, std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    bool late = false;
    net::Timer watchdog(loop, [&] {
        late = true;
        loop.stop();
    });
    watchdog.arm(limit);
    loop.run();
    if (late) FAIL("the loop was not stopped in time");
}

/// Runs until `done()`; it is asked every millisecond.
inline void run_until(net::EventLoop& loop, const std::function<bool()>& done,
                      std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    net::Timer* again = nullptr;
    net::Timer ask(loop, [&] {
        if (done()) return loop.stop();
        again->arm(std::chrono::milliseconds(1));
    });
    again = &ask;
    ask.arm(std::chrono::milliseconds(0));
    run(loop, limit);
}

}  // namespace pa::test
