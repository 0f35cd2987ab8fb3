// pa-bridge as a running program: the loop's thread, the sources of the public URL, signals, the
// end.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bridge/bridge.hpp"

namespace pa::bridge {

struct ServiceOptions {
    BridgeOptions bridge;
    std::string public_url;          // as typed: URL, "-", "@FILE" or ""
    std::chrono::seconds drain{60};  // for running calls when told to stop; then they are ended
};

/// Runs until told to stop, until stdout's reader has gone, or until stdin (with "-") ends; then
/// takes no new calls, lets those that run come to their end, and returns. Blocks the calling
/// thread.
[[nodiscard]] Status serve(ServiceOptions options);

}  // namespace pa::bridge
