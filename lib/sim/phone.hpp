// The far end of a media stream as Twilio plays it, in time that is passed in: audio is buffered
// and played at 8,000 bytes a second from its arrival, a mark returns when all before it has been
// played, clear empties the buffer and returns every outstanding mark at once (Media Streams
// documentation, "Send WebSocket messages to Twilio"). It keeps the truth: which bytes were really
// heard, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/time.hpp"

namespace pa::sim {

using call::milliseconds;
using call::TimePoint;

/// One byte of u-law is 125 us.
[[nodiscard]] constexpr std::chrono::microseconds audio_time(std::int64_t bytes) {
    return std::chrono::microseconds(bytes * 125);
}

class Phone {
public:
    struct MarkReturn {
        std::string name;
        TimePoint at;  // when it reaches the sender
        bool cleared;  // sent back by a clear: proves nothing
    };
    /// A clear as it took effect.
    struct Cleared {
        TimePoint at;                           // when it reached the phone
        std::string part;                       // that was being played, "" if none was
        std::int64_t part_played = 0;           // bytes of it heard since its begin
        std::int64_t dropped = 0;               // bytes thrown away, of whatever part
        std::int64_t received = 0, played = 0;  // bytes since the begin of the stream
    };
    /// How far one part (or the audio between two marks) came.
    struct Part {
        std::string name;
        std::int64_t received = 0, played = 0;  // bytes
        TimePoint begins{};                     // when its first byte is to be heard
    };

    /// `one_way` is the delay of the network in each direction. `begin` is the zero of the
    /// recording.
    explicit Phone(TimePoint begin, milliseconds one_way = milliseconds(0));

    /// What is sent to the phone at `now`; it takes effect one_way later. `now` never goes back.
    /// `part` names what the audio belongs to, for the truth only.
    void media(std::string_view mulaw, TimePoint now, std::string_view part = {});
    void mark(std::string_view name, TimePoint now);
    void clear(TimePoint now);

    /// The stream is over: what is buffered is never heard, marks have nowhere to go. Returns how
    /// much was thrown away [bytes]. No clear of the sender's, so not among clears().
    std::int64_t abandon(TimePoint now);

    /// When poll() has something to do next.
    [[nodiscard]] std::optional<TimePoint> next_due() const;
    /// Lets time pass until `now` and returns the marks that have reached the sender by then, in
    /// order.
    [[nodiscard]] std::vector<MarkReturn> poll(TimePoint now);

    /// What the caller says into the phone at `now` (20 ms frames, one after the other); for the
    /// recording only.
    void caller(std::string_view mulaw, TimePoint now);

    // --- the truth; all as of the last poll() ---
    [[nodiscard]] bool speaking(TimePoint now) const;        // audio is being heard at `now`
    [[nodiscard]] std::int64_t played(TimePoint now) const;  // bytes, all in all
    [[nodiscard]] std::int64_t received() const { return received_; }
    [[nodiscard]] std::int64_t buffered(TimePoint now) const {
        return received_ - dropped_ - played(now);
    }
    /// Bytes of that part heard by `now`.
    [[nodiscard]] std::int64_t played(std::string_view part, TimePoint now) const;
    [[nodiscard]] std::vector<Part> parts(TimePoint now) const;  // in order of their first audio
    [[nodiscard]] const std::vector<Cleared>& clears() const { return clears_; }
    /// Bytes refused because more than 10 minutes were buffered (Twilio's warning 31931).
    [[nodiscard]] std::int64_t overflowed() const { return overflowed_; }

    /// What was heard from `from` to `to`, u-law, silence where nothing was; 8 bytes a ms.
    [[nodiscard]] std::string heard(TimePoint from, TimePoint to) const;

    /// u-law from `begin` on, both of one length, silence where nobody spoke.
    struct Recording {
        std::string caller, agent;
    };
    [[nodiscard]] Recording recording(TimePoint now) const;

private:
    struct Message {
        enum class Kind { media, mark, clear } kind;
        std::string text, part;
        TimePoint at;  // of arrival
    };
    struct Segment {  // audio played without a break
        TimePoint start;
        std::string part;
        std::string bytes;
        [[nodiscard]] TimePoint end() const;
    };
    void arrive(Message& message);
    void play(Message& message);
    void empty(TimePoint at);
    Cleared cut(TimePoint at);

    TimePoint begin_;
    milliseconds one_way_;
    std::deque<Message> under_way_;
    std::vector<Segment> segments_;  // what was or will be heard: never removed, only cut by clear
    std::vector<Part> parts_;        // without `played`
    TimePoint buffered_until_;
    std::deque<MarkReturn> marks_;
    std::vector<Cleared> clears_;
    std::string caller_;
    std::int64_t received_ = 0, dropped_ = 0, overflowed_ = 0;
};

}  // namespace pa::sim
