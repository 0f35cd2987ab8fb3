// Being told to stop.
#pragma once

#include <functional>

namespace pa::cli {

/// Blocks SIGINT, SIGTERM and SIGHUP in this and later threads and calls `stop` (from a thread of
/// its own) with the first of them; a second ends the process with 128+n. Call before starting any
/// thread.
void on_stop_signal(std::function<void(int)> stop);

}  // namespace pa::cli
