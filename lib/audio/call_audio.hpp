// Both sides of a call on one line of time: what the caller said, and what they heard when.
//
// Neither is what goes through our hands in that order. The caller's frames carry the time of the
// carrier's stream, and a gap between them is silence. The agent's audio goes out faster than it is
// played: when it was played is told by the carrier's marks, each of which comes back when all
// before it has been heard; and what a `clear` cut off was never heard. Marks and frames come over
// one socket, in order, so the time of a mark is that of the frames around it, whatever the delay.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>

namespace pa::audio {

/// `at` is our own clock, in ms since the carrier's (first) stream started; it never goes back.
/// Payloads are base64 u-law; what cannot be read is left out.
class CallAudio {
public:
    /// `keep`: from the beginning; else from keep_from() on.
    explicit CallAudio(bool keep = true) : keep_from_(keep ? 0 : never) {}

    /// Another stream of the same call; the first need not be told.
    void stream_started(std::int64_t at);
    void caller(std::int64_t at, std::int64_t timestamp_ms, std::string_view payload);
    void agent_sent(std::int64_t at, std::string_view payload);
    void mark_sent(std::string_view name);
    void mark_played(std::int64_t at, std::string_view name);
    void cleared(std::int64_t at);
    /// The stream is over: nothing more is played.
    void stopped(std::int64_t at);

    /// Until then both sides are silence in what take() gives.
    void keep_from(std::int64_t at);
    [[nodiscard]] bool kept() const { return keep_from_ < written_; }

    /// What will not change any more, since the last time: left and right in turn, a byte each,
    /// the caller on the left. `all`: to the end.
    [[nodiscard]] std::string take(std::int64_t at, bool all = false);

private:
    // Places are samples, that is bytes of one channel, since the start.
    using Place = std::int64_t;
    static constexpr Place never = std::numeric_limits<Place>::max();
    struct Mark {
        std::string name;
        Place upto;  // of what was sent
    };
    /// What was sent between two clears and is not placed yet.
    struct Line {
        std::string audio;
        Place taken = 0, sent = 0;  // of all its bytes: placed or dropped; sent
        std::deque<Mark> marks;
        Place sent_at = 0;     // the phone's time when what waits first was sent
        bool fresh = true;     // the phone was silent then
        Place cut_at = never;  // when it was cleared, as far as we can know
    };

    [[nodiscard]] Place phone_time(std::int64_t at) const;
    [[nodiscard]] Place begins(const Line& line) const;
    void place(Line& line, Place upto, Place end);
    void end_line(Line& line, Place cut);
    void give_up(Place now);
    void put(std::string& channel, Place at, std::string_view audio) const;
    [[nodiscard]] Place settled(std::int64_t at) const;

    std::string left_, right_;  // from written_ on
    Place written_ = 0, keep_from_;
    Place stream_began_ = 0;          // place of timestamp 0
    Place heard_to_ = 0;              // the end of the caller's last frame…
    std::int64_t heard_at_ = 0;       // …and when it came
    Place edge_ = 0;                  // the end of what was placed of the agent
    Place round_trip_ = 0;            // from sending to playing, on the phone's clock
    std::deque<Line> lines_{Line{}};  // cleared ones, and the present one last
};

}  // namespace pa::audio
