#include "audio/g711.hpp"

#include <algorithm>

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

}  // namespace pa::audio
