#include "sim/vad.hpp"

#include <algorithm>

#include "audio/g711.hpp"

namespace pa::sim {
namespace {

constexpr std::int64_t window_ms = 20;
constexpr std::size_t window_bytes = audio::kFrameBytes;
constexpr double db_per_threshold = 40;

}  // namespace

void Vad::reset() {
    speaking_ = false;
    loud_ms_ = quiet_ms_ = 0;
    last_end_ms_ = position_ms_;
}

void Vad::append(std::string_view mulaw, std::vector<SpeechEdge>& edges) {
    rest_ += mulaw;
    double least = settings_.floor_db + (settings_.threshold - 0.5) * db_per_threshold;
    std::size_t done = 0;
    for (; done + window_bytes <= rest_.size(); done += window_bytes) {
        position_ms_ += window_ms;
        window(audio::level_db(std::string_view(rest_).substr(done, window_bytes)) >= least, edges);
    }
    rest_.erase(0, done);
}

void Vad::window(bool loud, std::vector<SpeechEdge>& edges) {
    loud_ms_ = loud ? loud_ms_ + window_ms : 0;
    quiet_ms_ = loud ? 0 : quiet_ms_ + window_ms;
    if (!speaking_ && loud_ms_ > 0 && loud_ms_ >= settings_.min_speech_ms) {
        speaking_ = true;
        std::int64_t start = position_ms_ - loud_ms_ - settings_.prefix_ms;
        edges.push_back({true, std::max({start, last_end_ms_, std::int64_t{0}})});
    } else if (speaking_ && quiet_ms_ >= settings_.silence_ms) {
        speaking_ = false;
        last_end_ms_ = position_ms_;
        edges.push_back({false, position_ms_});
    }
}

}  // namespace pa::sim
