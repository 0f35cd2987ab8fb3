#include "sim/wav.hpp"

#include <algorithm>
#include <cstdint>

#include "audio/g711.hpp"
#include "audio/wav_reader.hpp"
#include "audio/wav_writer.hpp"

namespace pa::sim {

namespace {

constexpr unsigned kRate = 8000;

void put(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

}  // namespace

std::string stereo_wav(std::string_view left, std::string_view right) {
    const std::size_t frames = std::max(left.size(), right.size());
    std::string out = audio::wav_header(audio::kWavPcm, 2, static_cast<std::uint32_t>(frames * 4));
    out.reserve(out.size() + frames * 4);
    auto sample = [&](std::string_view channel, std::size_t i) {
        const auto s = i < channel.size() ? audio::linear_of(channel[i]) : std::int16_t{0};
        put(out, static_cast<std::uint16_t>(s), 2);
    };
    for (std::size_t i = 0; i < frames; ++i) {
        sample(left, i);
        sample(right, i);
    }
    return out;
}

Result<std::string> mulaw_of(std::string_view file) {
    if (!audio::is_wav(file)) return std::string(file);
    const auto wav = audio::read_wav(file);
    if (!wav) return Error{Errc::data, "the WAV file has no format chunk"};
    const bool fits = wav->rate == kRate && wav->channels == 1;
    if (fits && wav->coding == audio::kWavMulaw) return std::string(wav->data);
    if (fits && wav->coding == audio::kWavPcm && wav->bits == 16)
        return audio::mulaw_of_pcm8k(wav->data);
    return Error{Errc::data,
                 "expected a mono WAV file at 8000 Hz, 16-bit PCM or u-law; convert it with: "
                 "ffmpeg -i FILE -ar 8000 -ac 1 OUT.wav"};
}

}  // namespace pa::sim
