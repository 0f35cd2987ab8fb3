// A person at a microphone and a loudspeaker: what comes on one descriptor is said, what the agent
// says goes to the other.
#pragma once

#include <chrono>
#include <string>

#include "net/event_loop.hpp"
#include "sim/person.hpp"

namespace pa::sim {

class Softphone final : public Person {
public:
    /// Reads u-law, or one WAV file, from `in` as it is needed, never more than two seconds ahead;
    /// writes raw u-law to `out`. Both stay the caller's. Hangs up when `out` has no reader any
    /// more, or after the end of `in` once the agent has been silent for `linger`.
    Softphone(int in, int out, std::chrono::seconds linger) : in_(in), out_(out), linger_(linger) {}

    void answered(call::TimePoint now) override;
    [[nodiscard]] std::optional<call::TimePoint> next_due() const override { return next_; }
    [[nodiscard]] Caller::Output tick(bool agent_audible) override;
    void hear(std::string_view audio) override;

private:
    void read();
    void take_header();
    [[nodiscard]] std::string frame();

    int in_, out_;
    std::chrono::seconds linger_;
    std::string waiting_;  // to be said; before the header is known the file's bytes
    bool ended_ = false;   // of in_
    bool header_known_ = false, is_wav_ = false;
    bool reader_gone_ = false;
    std::optional<call::TimePoint> next_;
    call::TimePoint last_heard_{};
};

}  // namespace pa::sim
