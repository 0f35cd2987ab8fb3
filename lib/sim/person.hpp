// Who is on the line: the caller of a scenario, or somebody at a microphone.
#pragma once

#include "sim/caller.hpp"

namespace pa::sim {

class Person {
public:
    virtual ~Person() = default;
    /// The first media stream has started.
    virtual void answered(call::TimePoint now) = 0;
    /// When the next frame of 20 ms is due; nothing before answered() and after hanging up.
    [[nodiscard]] virtual std::optional<call::TimePoint> next_due() const = 0;
    [[nodiscard]] virtual Caller::Output tick(bool agent_audible) = 0;
    /// What was heard since the last tick, u-law in real time.
    virtual void hear(std::string_view /*audio*/) {}
};

class ScriptedPerson final : public Person {
public:
    explicit ScriptedPerson(Caller caller) : caller_(std::move(caller)) {}
    void answered(call::TimePoint now) override { caller_.answered(now); }
    [[nodiscard]] std::optional<call::TimePoint> next_due() const override {
        return caller_.next_due();
    }
    [[nodiscard]] Caller::Output tick(bool agent_audible) override {
        return caller_.tick(agent_audible);
    }

private:
    Caller caller_;
};

}  // namespace pa::sim
