// What the caller has heard. The model's audio comes faster than it is played, and nothing in the
// model's events says how far the phone has got: only the carrier's marks do (Twilio, Media
// Streams, "mark": echoed when everything sent before it has been played; after `clear` all
// outstanding ones are echoed at once and prove nothing).
//
// The audio sent since the last clear is one line of bytes, a *generation*; parts of items and
// marks have their places on it. The position on the line is that of the last mark acknowledged
// plus the clock since then, never beyond the next unacknowledged mark nor what was sent. It lags
// behind the phone by up to one round trip and never runs ahead of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/time.hpp"

namespace pa::call {

class Playback {
public:
    /// 8,000 u-law bytes are one second.
    static constexpr std::int64_t bytes_per_ms = 8;
    /// Marks are this far apart [ms of audio] at least, but for one at the end of a part.
    static constexpr std::int64_t mark_interval_ms = 160;

    /// `bytes` of audio of that part were sent. Returns the name of the mark to send now, if one is
    /// due.
    std::optional<std::string> sent(std::string_view item_id, int content_index, std::int64_t bytes,
                                    TimePoint now);
    /// The part (or all that was sent) is complete: the mark at its end, if none stands there yet.
    std::optional<std::string> finish(TimePoint now);
    /// The carrier echoed a mark. One of an earlier generation, or not ours, is ignored.
    void mark_played(std::string_view name, TimePoint now);

    /// What a clear cut off: one entry for each part that was not heard to its end, in order.
    struct Cut {
        std::string item_id;
        int content_index = 0;
        std::int64_t heard_ms = 0, total_ms = 0;
        bool orphan = false;  // its session is gone: there is nothing to truncate
    };
    /// The moment of `clear`: everything unheard is gone, a new generation begins.
    std::vector<Cut> clear(TimePoint now);

    /// The model's session is gone; what was sent plays on.
    void session_lost();

    /// True while something that was sent is, as far as we know, still to be played.
    [[nodiscard]] bool playing(TimePoint now) const;
    /// Every mark sent in this generation has come back.
    [[nodiscard]] bool acknowledged() const { return !next_mark() && since_mark_ == 0; }
    /// How long what was sent will go on [ms], 0 if nothing is playing.
    [[nodiscard]] std::int64_t remaining_ms(TimePoint now) const;
    [[nodiscard]] std::int64_t sent_ms() const {
        return sent_ / bytes_per_ms;
    }  // in this generation

private:
    struct Part {
        std::string item_id;
        int content_index;
        std::int64_t from, to;  // bytes on the line
        bool orphan = false;
    };
    struct Mark {
        std::uint64_t number;
        std::int64_t at;
    };
    [[nodiscard]] std::int64_t position(TimePoint now) const;
    std::optional<std::string> mark_here();
    [[nodiscard]] const Mark* next_mark() const {  // unacknowledged; null: none
        return first_mark_ < marks_.size() ? &marks_[first_mark_] : nullptr;
    }
    void pop_mark();
    void forget_played(std::int64_t position);

    std::vector<Part> parts_;
    // Unacknowledged from first_mark_ on, in order. A vector keeps its room: marks come and go with
    // every second of audio.
    std::vector<Mark> marks_;
    std::size_t first_mark_ = 0;
    std::uint64_t generation_ = 1, next_mark_ = 1;
    std::int64_t sent_ = 0;        // bytes sent in this generation
    std::int64_t since_mark_ = 0;  // bytes since the last mark was sent
    std::int64_t base_ = 0;        // position known for sure…
    TimePoint base_time_{};        // …at this time
};

}  // namespace pa::call
