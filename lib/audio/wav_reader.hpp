// WAV files of telephone audio: what their chunks say.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pa::audio {

inline constexpr unsigned kWavPcm = 1, kWavMulaw = 7;  // WAVE_FORMAT_PCM, WAVE_FORMAT_MULAW

/// A view into the file; `data` is interleaved.
struct Wav {
    unsigned coding = 0, channels = 0, rate = 0, bits = 0;
    std::string_view data;
};

/// True if it begins as a WAV file does.
[[nodiscard]] bool is_wav(std::string_view file);

/// nullopt without a format. A data chunk that promises more than there is, as programs write it
/// that stream, goes to the end.
[[nodiscard]] std::optional<Wav> read_wav(std::string_view file);

}  // namespace pa::audio
