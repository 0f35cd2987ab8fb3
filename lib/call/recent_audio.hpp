// The caller's audio that has not become text yet, for a session that has to take over: of the
// turns that are open or whose text is still to come, else the last moment, in which a turn may
// have begun that the service has not told of. At most thirty seconds.
//
// Every call has it, nearly always in vain, so it is kept as u-law, which is three quarters of
// base64, and a quiet line's in a ring with no room to spare. What a sentence takes beyond it is in
// blocks of one size: buffers that grow and shrink with every sentence would tear holes into the
// heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "call/backlog.hpp"

namespace pa::call {

class RecentAudio {
public:
    /// A turn is told of within so long after its first sound.
    static constexpr std::int64_t told_of_ms = 500;
    /// `padding_ms`: what the service puts before that (turn_detection.prefix_padding_ms).
    explicit RecentAudio(std::int64_t padding_ms = 300) : lead_in_ms_(told_of_ms + padding_ms) {}

    /// A frame is about to come: asks for where it will be written [fetch_ahead()].
    void comes_soon() const;
    /// A frame that the session was given: base64 u-law.
    void push(std::string_view payload);

    /// Places are ms of the session's input, as its events count them.
    void turn_started(std::string_view item_id, std::int64_t start_ms);
    void turn_stopped(std::string_view item_id, std::int64_t end_ms);
    /// Its text has come, or never will.
    void turn_settled(std::string_view item_id);
    /// There is a turn that another session would have to hear again.
    [[nodiscard]] bool turn_open() const { return !turns_.empty() || (turn_kept_ && owed()); }
    [[nodiscard]] std::int64_t input_ms() const { return pushed_ / 8; }

    /// The session is gone: hands over what it has and starts at place 0.
    [[nodiscard]] Backlog take();
    /// The session that follows has been given that, and what came meanwhile: all of it is needed
    /// until it tells of a turn in it, or of none for some seconds.
    void given_again();

private:
    struct Turn {
        std::string item_id;
        std::int64_t start_ms, end_ms;
    };
    [[nodiscard]] std::int64_t needed_from_ms() const;
    void trim();
    void drop_before(std::int64_t place);

    void give_back_blocks();

    static constexpr std::size_t ring_bytes =
        (told_of_ms + 300 + 40) * 8;                 // a frame more at both ends
    static constexpr std::size_t block_bytes = 800;  // 100 ms
    using Ring = std::array<char, ring_bytes>;
    using Block = std::array<char, block_bytes>;
    using Blocks = std::vector<std::unique_ptr<Block>>;
    [[nodiscard]] std::span<char> room();
    void grown(std::size_t size);
    void append(std::string_view bytes);
    [[nodiscard]] std::size_t held() const { return ring_size_ + end_ - first_; }
    [[nodiscard]] static std::string_view piece(const Blocks& blocks, std::size_t at,
                                                std::size_t end);

    std::int64_t lead_in_ms_;
    // u-law, the oldest in the ring.
    std::unique_ptr<Ring> ring_;  // made with the first frame
    std::size_t ring_at_ = 0, ring_size_ = 0;
    Blocks blocks_;                    // none until the ring is full; perhaps one to spare
    std::size_t first_ = 0, end_ = 0;  // of what is kept in them, from the begin of the first
    std::int64_t pushed_ = 0;          // bytes of input, with those that are kept
    std::vector<Turn> turns_;          // unsettled
    std::int64_t settled_ms_ = 0;      // before this everything is text
    [[nodiscard]] bool owed() const { return input_ms() < owed_to_ms_; }
    std::int64_t owed_to_ms_ = 0;  // until then nothing is known of what was given again
    bool turn_kept_ = false;       // there is a turn in that
};

}  // namespace pa::call
