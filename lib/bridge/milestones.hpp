// When what a call needs was there, for the report about it.
#pragma once

#include <optional>
#include <string_view>

#include "call/event.hpp"
#include "call/time.hpp"
#include "store/call_log.hpp"

namespace pa::bridge {

/// Each milestone is the first of its kind; later ones change nothing.
class Milestones {
public:
    explicit Milestones(call::TimePoint prepared) : prepared_(prepared) {}

    /// Cheap: asked about every frame.
    void saw(const call::Event& event, call::TimePoint now);
    /// A status of the carrier: "ringing", "in-progress".
    void saw_status(std::string_view status, call::TimePoint now);
    /// The carrier asked what to do with a call that was answered, or that came in.
    void asked(call::TimePoint now) { first(answered_, now); }
    void played(call::TimePoint now) { first(first_audio_, now); }

    /// Counted from the carrier's stream; empty before there is one.
    [[nodiscard]] store::Arrival arrival() const;

private:
    using When = std::optional<call::TimePoint>;
    static void first(When& when, call::TimePoint now) {
        if (!when) when = now;
    }
    call::TimePoint prepared_;
    When ringing_, answered_, model_open_, session_ready_, greeting_, stream_, first_audio_;
};

}  // namespace pa::bridge
