// The carrier's side of a call: webhook, media stream, the caller's frames, playback and marks.
#pragma once

#include <deque>
#include <string>

#include "bench/world.hpp"

namespace pa::bench {

class ModelLeg;

class Carrier final : public Source {
public:
    Carrier(World& world, std::size_t number) : world_(world), number_(number) {}
    /// Asks for its TwiML (or opens its stream at once, if the options say so).
    void start();
    void ready(unsigned events) override;
    /// Every 20 ms: a frame of the caller's, and the marks that have been played by now.
    void step();
    /// With a `stop`, or as a line that is cut.
    void hang_up(bool politely);

    [[nodiscard]] bool streaming() const { return phase_ == Phase::streaming; }
    [[nodiscard]] bool idle() const { return phase_ == Phase::idle; }
    /// The model has heard the caller begin to speak: a clear should come.
    void interrupted(Nanos at, bool playing);
    [[nodiscard]] bool playing() const { return world_.woken < played_until_; }
    /// Where its audio is recorded, or null. In a storm only that of the calls which ran before is:
    /// what one that begins says first waits for its session, which is no disturbance.
    [[nodiscard]] Figures* figures() const;

    ModelLeg* model = nullptr;
    Nanos streaming_since = 0;

private:
    enum class Phase { idle, webhook, upgrading, streaming };
    void open_stream();
    void answered();
    void upgraded();
    void take(const Frame& frame);
    void take_media(std::string_view text);
    void take_clear();
    void echo_marks(Nanos until);
    void say(std::string_view message);
    void broken(std::string_view what);

    World& world_;
    const std::size_t number_;
    int generation_ = 0;
    Phase phase_ = Phase::idle;
    Stream stream_;
    std::string partial_;
    std::string call_sid_, stream_sid_, token_;
    Nanos asked_at_ = 0, interrupted_at_ = 0, played_until_ = 0;
    std::uint64_t last_stamp_ = 0;
    long frame_ = 0;
    struct Mark {
        Nanos at;
        std::string name;
    };
    std::deque<Mark> marks_;
};

}  // namespace pa::bench
