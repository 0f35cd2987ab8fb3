#include "call/playback.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pa::call {
namespace {

constexpr std::int64_t mark_given_up_ms = 5000;

}  // namespace

std::optional<std::string> Playback::sent(std::string_view item_id, int content_index,
                                          std::int64_t bytes, TimePoint now) {
    // After a silence the clock starts again from here.
    if (position(now) >= sent_) {
        base_ = sent_;
        base_time_ = now;
    }
    if (parts_.empty() || parts_.back().item_id != item_id ||
        parts_.back().content_index != content_index)
        parts_.push_back({std::string(item_id), content_index, sent_, sent_, false});
    sent_ += bytes;
    since_mark_ += bytes;
    parts_.back().to = sent_;
    if (since_mark_ < mark_interval_ms * bytes_per_ms) return std::nullopt;
    return mark_here();
}

std::optional<std::string> Playback::finish(TimePoint /*now*/) {
    if (since_mark_ == 0) return std::nullopt;
    return mark_here();
}

std::optional<std::string> Playback::mark_here() {
    since_mark_ = 0;
    marks_.push_back({next_mark_, sent_});
    return fmt::format("{}.{}", generation_, next_mark_++);
}

void Playback::mark_played(std::string_view name, TimePoint now) {
    std::uint64_t generation = 0, number = 0;
    const char* end = name.data() + name.size();
    auto [dot, error] = std::from_chars(name.data(), end, generation);
    if (error != std::errc{} || dot == end || *dot != '.' || generation != generation_) return;
    auto [last, error2] = std::from_chars(dot + 1, end, number);
    if (error2 != std::errc{} || last != end) return;
    for (const Mark* m = next_mark(); m != nullptr && m->number <= number; m = next_mark()) {
        // The clock may have come this far already; it never goes back.
        if (m->at >= base_) {
            base_ = m->at;
            base_time_ = now;
        }
        pop_mark();
    }
    forget_played(base_);
}

void Playback::pop_mark() {
    ++first_mark_;
    // Moving a little often would cost more than the room.
    if (first_mark_ < marks_.size() && (first_mark_ < 8 || first_mark_ * 2 < marks_.size())) return;
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first_mark_));
    first_mark_ = 0;
}

std::int64_t Playback::position(TimePoint now) const {
    std::int64_t by_clock =
        base_ + std::max<std::int64_t>(0, ms_between(base_time_, now)) * bytes_per_ms;
    // A mark this late is lost: a carrier that echoes none must not hold the call for ever.
    if (by_clock >= sent_ + mark_given_up_ms * bytes_per_ms) return sent_;
    std::int64_t limit = next_mark() != nullptr ? next_mark()->at : sent_;
    return std::min({by_clock, limit, sent_});
}

std::vector<Playback::Cut> Playback::clear(TimePoint now) {
    std::int64_t heard_to = position(now);
    std::vector<Cut> cuts;
    for (const Part& p : parts_) {
        if (p.to <= heard_to) continue;
        cuts.push_back({p.item_id, p.content_index,
                        std::max<std::int64_t>(0, heard_to - p.from) / bytes_per_ms,
                        (p.to - p.from) / bytes_per_ms, p.orphan});
    }
    parts_.clear();
    marks_.clear();
    first_mark_ = 0;
    ++generation_;
    sent_ = since_mark_ = base_ = 0;
    base_time_ = now;
    return cuts;
}

void Playback::session_lost() {
    for (Part& p : parts_) p.orphan = true;
}

bool Playback::playing(TimePoint now) const { return position(now) < sent_; }

std::int64_t Playback::remaining_ms(TimePoint now) const {
    return (sent_ - position(now)) / bytes_per_ms;
}

void Playback::forget_played(std::int64_t position) {
    while (parts_.size() > 1 && parts_.front().to <= position) parts_.erase(parts_.begin());
}

}  // namespace pa::call
