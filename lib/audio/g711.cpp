#include "audio/g711.hpp"

#include <algorithm>
#include <cmath>

namespace pa::audio {

// A byte is sign, 3 bits of exponent and 4 of mantissa, all inverted; the bias of 33 (of 14 bits,
// so 132 of 16) makes every exponent's range begin at a power of two.
constexpr int kBias = 132;
constexpr int kClip = 32635;

std::int16_t linear_of(char mulaw) {
    const unsigned bits = ~static_cast<unsigned char>(mulaw) & 0xffU;
    const int magnitude =
        static_cast<int>((((bits & 0x0fU) << 3U) + kBias) << ((bits >> 4U) & 7U)) - kBias;
    return static_cast<std::int16_t>((bits & 0x80U) != 0 ? -magnitude : magnitude);
}

char mulaw_of(std::int16_t linear) {
    const int level = std::min(linear < 0 ? -static_cast<int>(linear) : linear, kClip) + kBias;
    unsigned exponent = 7;
    while (exponent > 0 && level < (256 << (exponent - 1))) --exponent;
    const unsigned mantissa = (static_cast<unsigned>(level) >> (exponent + 3U)) & 0x0fU;
    return static_cast<char>(~((linear < 0 ? 0x80U : 0U) | (exponent << 4U) | mantissa));
}

double level_db(std::string_view mulaw) {
    double sum = 0;
    for (char c : mulaw) {
        double sample = linear_of(c);
        sum += sample * sample;
    }
    if (sum == 0) return -100;
    return 10 * std::log10(sum / static_cast<double>(mulaw.size()) / (32768.0 * 32768.0));
}

static int sample_at(std::string_view pcm, std::size_t index) {
    auto low = static_cast<std::uint8_t>(pcm[index * 2]);
    auto high = static_cast<std::uint8_t>(pcm[index * 2 + 1]);
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8));
}

std::string mulaw_of_pcm8k(std::string_view pcm) {
    std::string out(pcm.size() / 2, kSilence);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = mulaw_of(static_cast<std::int16_t>(sample_at(pcm, i)));
    return out;
}

std::string mulaw_of_pcm24k(std::string_view pcm) {
    std::string out;
    out.reserve(pcm.size() / 6);
    for (std::size_t i = 0; i + 2 < pcm.size() / 2; i += 3) {
        int mean = (sample_at(pcm, i) + sample_at(pcm, i + 1) + sample_at(pcm, i + 2)) / 3;
        out += mulaw_of(static_cast<std::int16_t>(mean));
    }
    return out;
}

std::string pcm24k_of_mulaw(std::string_view mulaw) {
    std::string out;
    out.reserve(mulaw.size() * 6);
    for (char c : mulaw) {
        auto sample = static_cast<std::uint16_t>(linear_of(c));
        for (int i = 0; i < 3; ++i) {
            out += static_cast<char>(sample & 0xff);
            out += static_cast<char>(sample >> 8);
        }
    }
    return out;
}

}  // namespace pa::audio
