// The model's side of the calls: a Realtime server that speaks by a script.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "bench/world.hpp"

namespace pa::bench {

class Carrier;

/// One session. Which call it belongs to is found in the caller's audio.
class ModelLeg final : public Source {
public:
    ModelLeg(World& world, int fd);
    void ready(unsigned events) override;
    /// Every 20 ms: what the script says.
    void step();
    /// Answers the upgrade, if its time has come.
    void answer_when_due();
    [[nodiscard]] bool over() const { return over_; }
    void forget_call() { call_ = nullptr; }

private:
    void upgrade();
    void take(Frame& frame);
    void take_audio(Frame& frame);
    void take_other(Frame& frame);
    void bind(std::size_t call);
    void say(std::string_view message);
    void delta();
    void begin_response();
    void end_response(std::string_view status);
    void caller_speaks();
    void caller_was_heard(int step);
    void step_mute();
    void step_frames();
    void step_bursts();
    [[nodiscard]] std::string item() const;
    [[nodiscard]] std::string response() const;

    World& world_;
    Stream stream_;
    std::string partial_;
    std::string request_;  // until answered
    Nanos answer_at_ = 0;
    Nanos ready_at_ = 0;  // the session was accepted
    bool upgraded_ = false, over_ = false;
    Carrier* call_ = nullptr;
    int at_ = 0, turn_ = 0;
    std::uint64_t last_stamp_ = 0;
};

class ModelServer final : public Source {
public:
    ModelServer(World& world, std::vector<std::unique_ptr<Carrier>>& calls);
    void ready(unsigned events) override;
    void answer_when_due();
    /// Forgets those that are over.
    void sweep();
    [[nodiscard]] std::size_t open() const { return legs_.size(); }

private:
    World& world_;
    int listener_;
    std::list<ModelLeg> legs_;
};

/// The calls, for ModelLeg to find its own.
extern std::vector<std::unique_ptr<Carrier>>* all_calls;

}  // namespace pa::bench
