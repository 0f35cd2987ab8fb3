// G.711 u-law, the audio of telephone calls: one byte a sample, 8,000 a second, so 8 bytes are 1
// ms.
#pragma once

#include <cstdint>

namespace pa::audio {

inline constexpr int kBytesPerMs = 8;
inline constexpr int kFrameBytes = 160;   // 20 ms, as carriers send it
inline constexpr char kSilence = '\xff';  // u-law of zero

/// One u-law byte as a linear 16-bit sample (ITU-T G.711, scaled to 16 bits), and back: the nearest
/// u-law value, louder ones clipped.
[[nodiscard]] std::int16_t linear_of(char mulaw);
[[nodiscard]] char mulaw_of(std::int16_t linear);

}  // namespace pa::audio
