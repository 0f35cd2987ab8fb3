// Ends an event loop when the process is told to stop.
#pragma once

#include <memory>

#include "net/event_loop.hpp"

namespace pa::sim {

/// SIGINT, SIGTERM and SIGHUP stop what run() runs. To be made before any thread is started, so
/// before the loop too. One in a process.
class StopSwitch {
public:
    StopSwitch();
    /// Runs the loop until a signal has come, at any time since this was made, or until its stop().
    void run(net::EventLoop& loop);

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the thread that waits for signals
};

}  // namespace pa::sim
