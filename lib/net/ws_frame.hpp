// WebSocket frames as bytes (RFC 6455 section 5.2).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pa::net {

using MaskKey = std::array<unsigned char, 4>;

/// A fresh key, from a pool of the system's random bytes: a system call per thousand frames.
[[nodiscard]] MaskKey next_mask_key();

enum class Opcode : unsigned char {
    more = 0,  // of a message begun before
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

/// Size of a frame around `size` bytes of payload.
[[nodiscard]] std::size_t frame_size(std::size_t size, bool masked);
/// Writes one unfragmented frame to `out`, which has room for frame_size(); clients mask.
void write_frame(char* out, Opcode opcode, std::string_view payload, const MaskKey* mask);

/// What stands before a payload.
struct FrameHead {
    Opcode opcode = Opcode::text;
    bool final = true, masked = false;
    MaskKey key{};
    std::size_t head = 0, payload = 0;  // [bytes]
};
enum class HeadState { whole, cut, bad };
/// Reads the head at the start of `bytes`. `bad`: no frame of RFC 6455 without extensions, or a
/// control frame that is too long or in pieces.
[[nodiscard]] HeadState read_head(std::string_view bytes, FrameHead& out);

void unmask(char* payload, std::size_t size, const MaskKey& key);

}  // namespace pa::net
