// G.711 u-law, the audio of telephone calls: one byte a sample, 8,000 a second, so 8 bytes are 1
// ms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pa::audio {

inline constexpr int kBytesPerMs = 8;
inline constexpr int kFrameBytes = 160;   // 20 ms, as carriers send it
inline constexpr char kSilence = '\xff';  // u-law of zero

/// One u-law byte as a linear 16-bit sample (ITU-T G.711, scaled to 16 bits), and back: the nearest
/// u-law value, louder ones clipped.
[[nodiscard]] std::int16_t linear_of(char mulaw);
[[nodiscard]] char mulaw_of(std::int16_t linear);

/// Level of the samples: root mean square in dB of full scale; -100 if there are none or all are 0.
[[nodiscard]] double level_db(std::string_view mulaw);

/// 16-bit little-endian PCM of 8 kHz to u-law.
[[nodiscard]] std::string mulaw_of_pcm8k(std::string_view pcm);
/// 16-bit little-endian PCM of 24 kHz, as the Realtime API has it, to u-law and back. Three samples
/// become one, by their mean; one becomes three, equal ones.
[[nodiscard]] std::string mulaw_of_pcm24k(std::string_view pcm);
[[nodiscard]] std::string pcm24k_of_mulaw(std::string_view mulaw);

}  // namespace pa::audio
