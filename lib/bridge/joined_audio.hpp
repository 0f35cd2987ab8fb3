// Audio of one direction that came together and goes on as one message.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pa::bridge {

/// A loop that is late, or whose peer sends ahead, finds several frames of a call waiting. One
/// message for them costs its reader less than one for each; more than 60 ms in one would be
/// played, or heard, late.
class JoinedAudio {
public:
    static constexpr std::size_t most_bytes = 480;  // 60 ms of u-law

    /// Puts `payload` (base64 u-law) behind what is there. False, and nothing has changed, if that
    /// would be more than most_bytes, or if it is no base64.
    [[nodiscard]] bool add(std::string_view payload);
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// All that is there as one payload, valid until the next take(); nothing is left behind.
    [[nodiscard]] std::string_view take();

private:
    std::size_t size_ = 0;
    std::array<char, most_bytes> bytes_{};
    std::array<char, most_bytes / 3 * 4> text_{};
};

class CallDriver;

/// Of a loop: the call whose audio is put off until what came with it is told, and that audio.
struct Joining {
    CallDriver* of = nullptr;
    JoinedAudio to_model, to_carrier;
};

}  // namespace pa::bridge
