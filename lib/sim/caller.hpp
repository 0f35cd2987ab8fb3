// The person at the phone, as a scenario scripts them: says clips, presses keys and hangs up when
// what a step waits for has come. Pure: time and what can be heard are passed in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "call/time.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

class Caller {
public:
    /// The u-law audio of a clip; "" if there is none of that id.
    using Clips = std::function<std::string_view(std::string_view id)>;

    /// What leaves the phone in one tick of 20 ms.
    struct Output {
        std::string frame;     // 160 bytes of u-law
        bool lost = false;     // the network loses this frame
        char key = 0;          // pressed in this tick
        bool hang_up = false;  // the caller has hung up: no more ticks
        std::string_view began,
            ended;  // id of the clip whose first, or last, audio is in this frame
    };

    Caller(CallerScript script, Clips clips, std::uint64_t seed);

    /// The media stream has started: the first tick is due now.
    void answered(call::TimePoint now);
    [[nodiscard]] std::optional<call::TimePoint> next_due() const { return next_; }
    /// One frame. To be called at next_due(); when late the next ones follow at once, so that no
    /// audio time is lost. `agent_audible`: the phone plays something at this moment.
    [[nodiscard]] Output tick(bool agent_audible);
    /// True when the script has nothing more to do; the caller stays on the line.
    [[nodiscard]] bool finished() const { return step_ >= script_.script.size(); }

private:
    void listen(bool agent_audible);
    [[nodiscard]] bool holds(const CallerStep& step) const;
    void go_on(const CallerStep& step, Output& out);
    void step_over();
    void fill(Output& out);

    CallerScript script_;
    Clips clips_;
    std::minstd_rand lot_;
    std::optional<call::TimePoint> next_;
    call::TimePoint now_{}, answered_{};
    call::TimePoint waiting_since_{};       // the step before was over
    std::optional<call::TimePoint> begun_;  // the current step is being done since
    std::size_t step_ = 0;
    std::size_t said_ = 0;  // bytes of the clip, or keys pressed
    call::TimePoint speech_began_{}, last_heard_{};
    bool heard_ever_ = false, heard_since_step_ = false;
};

}  // namespace pa::sim
