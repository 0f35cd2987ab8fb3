#include "call/recent_audio.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/crypto.hpp"

namespace pa::call {
namespace {

constexpr std::int64_t lead_in_ms = 1000;  // a turn is told of some time after its first sound
constexpr std::int64_t told_within_ms = 3000;
constexpr std::int64_t margin_ms = 100;  // before a turn's own start, which has its padding

std::int64_t size_of(std::string_view payload) {
    return static_cast<std::int64_t>(base64_decoded_size(payload));
}

}  // namespace

void RecentAudio::push(std::string_view payload) {
    frames_.push(payload);
    pushed_ += size_of(payload);
    while (frames_.size() > Backlog::thirty_seconds) {
        first_ += size_of(frames_.front());
        frames_.pop();
    }
    trim();
}

void RecentAudio::turn_started(std::string_view item_id, std::int64_t start_ms) {
    turns_.push_back({std::string(item_id), start_ms, -1});
    owed_to_ms_ = 0;
}

void RecentAudio::turn_stopped(std::string_view item_id, std::int64_t end_ms) {
    for (Turn& t : turns_)
        if (t.item_id == item_id) t.end_ms = end_ms;
}

void RecentAudio::turn_settled(std::string_view item_id) {
    auto is = [&](const Turn& t) { return t.item_id == item_id; };
    auto turn = std::find_if(turns_.begin(), turns_.end(), is);
    if (turn == turns_.end()) return;
    settled_ms_ = std::max(settled_ms_, turn->end_ms);
    turns_.erase(turn);
    trim();
}

std::int64_t RecentAudio::needed_from_ms() const {
    if (owed()) return 0;
    if (turns_.empty()) return std::max(settled_ms_, input_ms() - lead_in_ms);
    std::int64_t start = turns_.front().start_ms;
    for (const Turn& t : turns_) start = std::min(start, t.start_ms);
    // Texts come out of order: a later turn that has its text does not end the wait for this one.
    return settled_ms_ <= start ? std::max(settled_ms_, start - margin_ms) : start - margin_ms;
}

void RecentAudio::trim() {
    const std::int64_t from = needed_from_ms() * 8;
    while (frames_.size() > 0 && first_ + size_of(frames_.front()) <= from) {
        first_ += size_of(frames_.front());
        frames_.pop();
    }
}

Backlog RecentAudio::take() {
    const bool kept = turn_open();
    Backlog out = std::exchange(frames_, {});
    *this = {};
    turn_kept_ = kept;
    owed_to_ms_ = std::numeric_limits<std::int64_t>::max();
    return out;
}

void RecentAudio::given_again() { owed_to_ms_ = input_ms() + told_within_ms; }

}  // namespace pa::call
