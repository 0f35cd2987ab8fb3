#include "call/loudness.hpp"

#include <algorithm>
#include <cstdlib>

#include "audio/g711.hpp"
#include "base/base64.hpp"

namespace pa::call {
namespace {

constexpr std::int64_t floor_level = 130;  // -48 dB of full scale: the noise of a telephone line

}  // namespace

void Loudness::hear(std::string_view payload) {
    auto bytes = base64_decode(payload);
    if (!bytes || bytes->empty()) return;
    std::int64_t sum = 0;
    for (char c : *bytes) sum += std::abs(static_cast<int>(audio::linear_of(c)));
    const auto size = static_cast<std::int64_t>(bytes->size());
    const std::int64_t level = sum / size;
    loudest_ = std::max(loudest_, level);
    if (level > floor_level && level * 8 >= loudest_) voiced_bytes_ += size;
}

}  // namespace pa::call
