// G.711 mu-law, the audio of the telephone: one byte a sample, 8,000 samples a second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pa::audio {

constexpr std::int64_t bytes_per_ms = 8;
constexpr char silence = '\xff';          // mu-law for 0
constexpr std::size_t frame_bytes = 160;  // 20 ms, the carrier's frame

/// One sample as 16-bit linear [-32124, 32124], by the table of ITU-T G.711.
[[nodiscard]] std::int16_t linear_of(std::uint8_t mulaw);
/// The nearest mu-law byte.
[[nodiscard]] std::uint8_t mulaw_of(std::int16_t linear);

/// Level of the samples: root mean square in dB of full scale; -100 if there are none or all are 0.
[[nodiscard]] double level_db(std::string_view mulaw);

/// 16-bit little-endian PCM of 24 kHz, as the Realtime API has it, to mu-law and back. Three
/// samples become one, by their mean; one becomes three, equal ones.
[[nodiscard]] std::string mulaw_of_pcm24k(std::string_view pcm);
[[nodiscard]] std::string pcm24k_of_mulaw(std::string_view mulaw);

}  // namespace pa::audio
