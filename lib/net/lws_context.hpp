// The one libwebsockets context of a loop, and what its virtual hosts have in common. net/*.cpp
// only; include it after <libwebsockets.h>.
#pragma once

#include <libwebsockets.h>

#include <chrono>

#include "net/loop_impl.hpp"

namespace pa::net {

/// For a request's head, then for its body; for a TLS handshake.
inline constexpr std::chrono::seconds request_time{10};

/// The one protocol; its callback finds the Endpoint in the wsi's opaque pointer.
[[nodiscard]] const lws_protocols* protocols();

/// What every virtual host of ours starts from.
[[nodiscard]] lws_context_creation_info vhost_info(const char* name);

}  // namespace pa::net
