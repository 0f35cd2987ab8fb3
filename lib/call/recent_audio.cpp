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

constexpr std::int64_t frame_bytes = 160;  // what is kept begins where a frame did
constexpr std::int64_t most_bytes = 30'000 * 8;
constexpr std::size_t slack = 480;           // [bytes] room to grow, and what is moved at a time
constexpr std::size_t given_at_once = 2400;  // [bytes] a multiple of three: base64 without padding
constexpr char silence = '\xff';             // u-law

}  // namespace

void RecentAudio::push(std::string_view payload) {
    const std::size_t kept = bytes_.size(), size = base64_decoded_size(payload);
    if (bytes_.capacity() < kept + size) bytes_.reserve(kept + size + std::max(slack, kept / 8));
    bytes_.resize(kept + size);
    if (!base64_decode_into(payload, bytes_.data() + kept))  // its length is heard all the same
        std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(kept), size, silence);
    pushed_ += static_cast<std::int64_t>(size);
    drop_before(pushed_ - most_bytes);
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

void RecentAudio::trim() { drop_before(needed_from_ms() * 8); }

/// `place`: of the input [bytes].
void RecentAudio::drop_before(std::int64_t place) {
    const std::int64_t begin = pushed_ - static_cast<std::int64_t>(bytes_.size());
    place -= place % frame_bytes;
    if (place <= begin) return;
    first_ = std::max(first_, std::min(static_cast<std::size_t>(place - begin), bytes_.size()));
    if (first_ < slack) return;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
    // A long sentence must not stay in the memory of a quiet call.
    if (bytes_.capacity() > 2 * bytes_.size() + 8 * slack) bytes_.shrink_to_fit();
}

Backlog RecentAudio::take() {
    const bool kept = turn_open();
    Backlog out;
    for (std::string_view left(bytes_.data() + first_, bytes_.size() - first_); !left.empty();
         left.remove_prefix(std::min(left.size(), given_at_once)))
        out.push(base64_encode(left.substr(0, given_at_once)));
    *this = {};
    turn_kept_ = kept;
    owed_to_ms_ = std::numeric_limits<std::int64_t>::max();
    return out;
}

void RecentAudio::given_again() { owed_to_ms_ = input_ms() + told_within_ms; }

}  // namespace pa::call
