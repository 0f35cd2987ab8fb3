#include "call/recent_audio.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/base64.hpp"
#include "base/fetch_ahead.hpp"

namespace pa::call {
namespace {

constexpr std::int64_t told_within_ms = 3000;
constexpr std::int64_t margin_ms = 100;  // before a turn's own start, which has its padding

constexpr std::int64_t frame_bytes = 160;  // what is kept begins where a frame did
constexpr std::int64_t most_bytes = 30'000 * 8;
constexpr std::size_t given_at_once = 2400;  // [bytes] a multiple of three: base64 without padding
constexpr char silence = '\xff';             // u-law

/// What cannot be read is silence: its length is heard all the same.
void decode(std::string_view payload, char* to, std::size_t size) {
    if (!base64_decode_into(payload, to)) std::fill_n(to, size, silence);
}

}  // namespace

/// Behind what is kept, in one piece: at least a byte.
std::span<char> RecentAudio::room() {
    if (blocks_.empty() && ring_size_ < ring_bytes) {
        if (!ring_) ring_.reset(new Ring);
        const std::size_t at = (ring_at_ + ring_size_) % ring_bytes;
        return {ring_->data() + at, std::min(ring_bytes - at, ring_bytes - ring_size_)};
    }
    if (blocks_.size() * block_bytes == end_) blocks_.emplace_back(new Block);
    return std::span(*blocks_[end_ / block_bytes]).subspan(end_ % block_bytes);
}

void RecentAudio::comes_soon() const {
    if (!ring_ || !blocks_.empty()) return;
    const std::size_t at = (ring_at_ + ring_size_) % ring_bytes;
    fetch_ahead(ring_->data() + at, std::min<std::size_t>(frame_bytes, ring_bytes - at));
}

/// So much of it was used.
void RecentAudio::grown(std::size_t size) { (blocks_.empty() ? ring_size_ : end_) += size; }

void RecentAudio::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::span<char> to = room();
        const std::size_t size = std::min(to.size(), bytes.size());
        std::copy_n(bytes.data(), size, to.data());
        grown(size);
        bytes.remove_prefix(size);
    }
}

void RecentAudio::push(std::string_view payload) {
    const std::size_t size = base64_decoded_size(payload);
    if (const std::span<char> to = room(); size <= to.size()) {
        decode(payload, to.data(), size);
        grown(size);
    } else {  // frames that are not the carrier's usual ones
        std::string bytes(size, silence);
        decode(payload, bytes.data(), size);
        append(bytes);
    }
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
    if (turns_.empty()) return std::max(settled_ms_, input_ms() - lead_in_ms_);
    std::int64_t start = turns_.front().start_ms;
    for (const Turn& t : turns_) start = std::min(start, t.start_ms);
    // Texts come out of order: a later turn that has its text does not end the wait for this one.
    return settled_ms_ <= start ? std::max(settled_ms_, start - margin_ms) : start - margin_ms;
}

void RecentAudio::trim() { drop_before(needed_from_ms() * 8); }

/// `place`: of the input [bytes].
void RecentAudio::drop_before(std::int64_t place) {
    const std::int64_t begin = pushed_ - static_cast<std::int64_t>(held());
    place -= place % frame_bytes;
    if (place <= begin) return;
    const std::size_t size = std::min(static_cast<std::size_t>(place - begin), held());
    const std::size_t of_ring = std::min(size, ring_size_);
    ring_size_ -= of_ring;
    ring_at_ = ring_size_ == 0 ? 0 : (ring_at_ + of_ring) % ring_bytes;
    first_ += size - of_ring;
    if (!blocks_.empty()) give_back_blocks();
}

void RecentAudio::give_back_blocks() {
    if (held() <= ring_bytes) {
        const auto blocks = std::exchange(blocks_, {});
        const std::size_t end = std::exchange(end_, 0);
        for (std::size_t at = std::exchange(first_, 0); at < end;
             at += block_bytes - at % block_bytes)
            append(piece(blocks, at, end));
        return;
    }
    const std::size_t dropped = first_ / block_bytes;
    if (dropped == 0) return;
    std::rotate(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(dropped),
                blocks_.end());
    first_ -= dropped * block_bytes;
    end_ -= dropped * block_bytes;
    // One of them is written in next.
    blocks_.resize(std::min(blocks_.size(), end_ / block_bytes + 2));
}

Backlog RecentAudio::take() {
    const bool kept = turn_open();
    std::string line;
    line.reserve(held());
    const std::size_t to_wrap = std::min(ring_size_, ring_bytes - ring_at_);
    if (ring_) line.append(ring_->data() + ring_at_, to_wrap);
    if (ring_) line.append(ring_->data(), ring_size_ - to_wrap);
    for (std::size_t at = first_; at < end_; at += block_bytes - at % block_bytes)
        line += piece(blocks_, at, end_);
    Backlog out;
    for (auto left = std::string_view(line); !left.empty();
         left.remove_prefix(std::min(left.size(), given_at_once)))
        out.push(base64_encode(left.substr(0, given_at_once)));
    *this = RecentAudio(lead_in_ms_ - told_of_ms);
    turn_kept_ = kept;
    owed_to_ms_ = std::numeric_limits<std::int64_t>::max();
    return out;
}

/// From `at` to the end of its block, or to `end`.
std::string_view RecentAudio::piece(const Blocks& blocks, std::size_t at, std::size_t end) {
    const std::size_t within = at % block_bytes;
    return {blocks[at / block_bytes]->data() + within, std::min(block_bytes - within, end - at)};
}

void RecentAudio::given_again() { owed_to_ms_ = input_ms() + told_within_ms; }

}  // namespace pa::call
