// The head of a WAV file of telephone audio, 8,000 samples a second.
#pragma once

#include <cstdint>
#include <string>

#include "audio/wav_reader.hpp"

namespace pa::audio {

/// What stands before `data_bytes` of samples; `coding`: kWavPcm (16 bits) or kWavMulaw. Of one
/// coding and number of channels it has the same length whatever data_bytes is, so it can be
/// written again when there is more.
[[nodiscard]] std::string wav_header(unsigned coding, unsigned channels, std::uint32_t data_bytes);

}  // namespace pa::audio
