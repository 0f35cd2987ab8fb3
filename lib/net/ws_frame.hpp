// WebSocket frames as bytes (RFC 6455 section 5.2).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace pa::net {

using MaskKey = std::array<unsigned char, 4>;

/// A fresh key, from a pool of the system's random bytes: a system call per thousand frames.
[[nodiscard]] MaskKey next_mask_key();

enum class Opcode : unsigned char { text = 1, close = 8 };

/// Size of a frame around `size` bytes of payload.
[[nodiscard]] std::size_t frame_size(std::size_t size, bool masked);
/// Writes one unfragmented frame to `out`, which has room for frame_size(); clients mask.
void write_frame(char* out, Opcode opcode, std::string_view payload, const MaskKey* mask);

/// How many bytes of `frames` (whole frames, one after the other) make up whole frames of at most
/// `limit` bytes together; the first counts in any case.
[[nodiscard]] std::size_t whole_frames(std::string_view frames, std::size_t limit);

}  // namespace pa::net
