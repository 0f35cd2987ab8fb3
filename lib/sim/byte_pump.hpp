// Bytes both ways between two connections, until one ends.
#pragma once

#include <chrono>
#include <string>

#include "sim/tls_stream.hpp"

namespace pa::sim {

/// `to_client` and `to_upstream` are what had been read before. All that is read takes `delay` to
/// the other side. What is queued when one side ends is still delivered to the other, at once.
/// Blocks; ends when either socket is shut down.
void pump(Stream& client, Stream& upstream, std::string to_client, std::string to_upstream,
          std::chrono::milliseconds delay = {});

}  // namespace pa::sim
