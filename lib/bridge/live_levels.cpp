#include "bridge/live_levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "audio/g711.hpp"
#include "base/base64.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t samples = 8;               // looked at of a frame or block
constexpr std::size_t block_text = 800 / 3 * 4;  // base64 of about 100 ms
constexpr std::size_t most_blocks = 3000;        // five minutes: more than one answer

/// Loudness of the u-law byte that begins four characters of base64: of 12 bits the first 8.
const std::array<std::int16_t, 4096>& loudness() {
    static const auto table = [] {
        std::array<std::int16_t, 4096> out{};
        for (std::size_t i = 0; i < out.size(); ++i) {
            int linear = audio::linear_of(static_cast<char>(i >> 4U));
            out[i] = static_cast<std::int16_t>(std::min(std::abs(linear), 32767));
        }
        return out;
    }();
    return table;
}

const std::array<std::uint8_t, 256>& six_bits() {
    static const auto table = [] {
        std::array<std::uint8_t, 256> out{};
        std::uint8_t value = 0;
        for (char c :
             std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
            out[static_cast<unsigned char>(c)] = value++;
        return out;
    }();
    return table;
}

/// Mean of a few samples spread over the text.
int level_of(std::string_view base64) {
    const std::size_t groups = base64.size() / 4, step = std::max<std::size_t>(1, groups / samples);
    int sum = 0, count = 0;
    for (std::size_t g = 0; g < groups; g += step, ++count) {
        const unsigned high = six_bits()[static_cast<unsigned char>(base64[g * 4])],
                       low = six_bits()[static_cast<unsigned char>(base64[g * 4 + 1])];
        sum += loudness()[high << 6U | low];
    }
    return count == 0 ? 0 : sum / count;
}

int in_db(int level) {
    return level <= 0 ? LiveLevels::silent_db
                      : static_cast<int>(std::lround(20 * std::log10(level / 32768.0)));
}

}  // namespace

void LiveLevels::take_caller(std::string_view payload, call::TimePoint now) {
    const int level = level_of(payload);
    if (level >= caller_.level || now - caller_.from > window) caller_ = {now, level};
}

void LiveLevels::said(std::string_view payload, call::TimePoint now) {
    played_to_ = std::max(played_to_, now);
    const call::TimePoint begin = played_to_;
    played_to_ += call::milliseconds(base64_decoded_size(payload) / audio::kBytesPerMs);
    if (now >= until_) return agent_.clear();
    for (std::size_t at = 0; at < payload.size() && agent_.size() < most_blocks; at += block_text) {
        const call::milliseconds in(at / 4 * 3 / audio::kBytesPerMs);
        agent_.push_back({begin + in, level_of(payload.substr(at, block_text))});
    }
}

void LiveLevels::cleared(call::TimePoint now) {
    played_to_ = now;
    while (!agent_.empty() && agent_.back().from > now) agent_.pop_back();
}

LiveLevels::Levels LiveLevels::look(call::TimePoint now) {
    until_ = now + watched;
    auto over = [now](const Block& block) { return block.from + window < now; };
    agent_.erase(agent_.begin(), std::find_if_not(agent_.begin(), agent_.end(), over));
    int agent = 0;
    for (const Block& block : agent_) {
        if (block.from > now) break;
        agent = std::max(agent, block.level);
    }
    return {in_db(caller_.from + window < now ? 0 : caller_.level), in_db(agent)};
}

}  // namespace pa::bridge
