// pa-bridge as a running program: its loops and their threads, the sources of the public URL,
// signals, the end.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bridge/front_desk.hpp"

namespace pa::bridge {

struct ServiceOptions {
    BridgeOptions bridge;
    std::string public_url;          // as typed: URL, "-", "@FILE" or ""
    std::chrono::seconds drain{60};  // for running calls when told to stop; then they are ended
    int workers = 1;                 // loops, each with a thread
    bool take_over = false;          // from the bridge that runs for this agent, if one does
};

/// Runs until told to stop, until stdout's reader has gone, until stdin (with "-") ends, or until
/// another bridge has taken over; then takes no new calls, lets those that run come to their end,
/// and returns. Blocks the calling thread. Listens on the socket that a service manager passed, if
/// it did (https://www.freedesktop.org/software/systemd/man/sd_listen_fds.html). Errc::config: a
/// bridge runs for this agent already.
[[nodiscard]] Status serve(ServiceOptions options);

}  // namespace pa::bridge
