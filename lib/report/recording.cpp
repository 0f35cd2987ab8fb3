#include "report/recording.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "audio/g711.hpp"
#include "audio/wav_reader.hpp"
#include "base/file.hpp"

namespace pa::report {
namespace {

constexpr unsigned rate = 8000;

/// The loudness of each u-law byte, 0 to 255.
const std::array<unsigned char, 256>& loudness() {
    static const auto table = [] {
        std::array<unsigned char, 256> t{};
        for (int i = 0; i < 256; ++i)
            t[static_cast<std::size_t>(i)] = static_cast<unsigned char>(
                std::abs(static_cast<int>(audio::linear_of(static_cast<char>(i)))) >> 7);
        return t;
    }();
    return table;
}

}  // namespace

Result<Recording> load_recording(const std::string& path, std::size_t limit) {
    auto file = read_file(path, limit);
    if (!file) return file.error();
    auto wav = audio::read_wav(*file);
    bool fits = wav && wav->channels == 2 && wav->rate == rate;
    if (fits && wav->coding == audio::kWavMulaw) return Recording{std::string(wav->data)};
    if (fits && wav->coding == audio::kWavPcm && wav->bits == 16)
        return Recording{audio::mulaw_of_pcm8k(wav->data)};
    return Error{Errc::data, path + ": no stereo WAV file at 8000 Hz"};
}

std::string peaks(const Recording& recording, int channel, std::size_t buckets) {
    const std::size_t frames = recording.mulaw.size() / 2;
    std::string out(std::min(buckets, frames), '\0');
    for (std::size_t b = 0; b < out.size(); ++b) {
        unsigned char loudest = 0;
        for (std::size_t i = b * frames / out.size(); i < (b + 1) * frames / out.size(); ++i) {
            auto byte = static_cast<unsigned char>(
                recording.mulaw[2 * i + static_cast<std::size_t>(channel)]);
            loudest = std::max(loudest, loudness()[byte]);
        }
        out[b] = static_cast<char>(loudest);
    }
    return out;
}

}  // namespace pa::report
