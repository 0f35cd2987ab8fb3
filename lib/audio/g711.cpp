#include "audio/g711.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace pa::audio {
namespace {

constexpr int bias = 0x84;  // G.711: added before the segment is found

constexpr std::int16_t decode(std::uint8_t mulaw) {
    int u = ~mulaw & 0xff;
    int magnitude = (((u & 0x0f) << 3) + bias) << ((u & 0x70) >> 4);
    return static_cast<std::int16_t>((u & 0x80) != 0 ? bias - magnitude : magnitude - bias);
}

constexpr std::array<std::int16_t, 256> make_table() {
    std::array<std::int16_t, 256> table{};
    for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = decode(static_cast<std::uint8_t>(i));
    return table;
}

constexpr auto table = make_table();

std::int16_t sample_at(std::string_view pcm, std::size_t index) {
    auto low = static_cast<std::uint8_t>(pcm[index * 2]);
    auto high = static_cast<std::uint8_t>(pcm[index * 2 + 1]);
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8));
}

}  // namespace

std::int16_t linear_of(std::uint8_t mulaw) { return table[mulaw]; }

std::uint8_t mulaw_of(std::int16_t linear) {
    int sign = linear < 0 ? 0x80 : 0;
    int magnitude = std::min(std::abs(static_cast<int>(linear)), 32635) + bias;
    int exponent = 7;
    for (int mask = 0x4000; (magnitude & mask) == 0 && exponent > 0; mask >>= 1) --exponent;
    int mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    return static_cast<std::uint8_t>(~(sign | exponent << 4 | mantissa));
}

double level_db(std::string_view mulaw) {
    double sum = 0;
    for (char c : mulaw) {
        double sample = linear_of(static_cast<std::uint8_t>(c));
        sum += sample * sample;
    }
    if (sum == 0) return -100;
    return 10 * std::log10(sum / static_cast<double>(mulaw.size()) / (32768.0 * 32768.0));
}

std::string mulaw_of_pcm24k(std::string_view pcm) {
    std::string out;
    out.reserve(pcm.size() / 6);
    for (std::size_t i = 0; i + 2 < pcm.size() / 2; i += 3) {
        int mean = (sample_at(pcm, i) + sample_at(pcm, i + 1) + sample_at(pcm, i + 2)) / 3;
        out += static_cast<char>(mulaw_of(static_cast<std::int16_t>(mean)));
    }
    return out;
}

std::string pcm24k_of_mulaw(std::string_view mulaw) {
    std::string out;
    out.reserve(mulaw.size() * 6);
    for (char c : mulaw) {
        auto sample = static_cast<std::uint16_t>(linear_of(static_cast<std::uint8_t>(c)));
        for (int i = 0; i < 3; ++i) {
            out += static_cast<char>(sample & 0xff);
            out += static_cast<char>(sample >> 8);
        }
    }
    return out;
}

}  // namespace pa::audio
