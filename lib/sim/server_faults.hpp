// Scripted faults of a simulated HTTP service.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "net/server.hpp"
#include "sim/delays.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

/// Faults that several threads ask for.
class SharedFaults {
public:
    explicit SharedFaults(std::vector<Fault> faults) : faults_(std::move(faults)) {}
    [[nodiscard]] std::optional<Fault> next(std::string_view place) {
        const std::lock_guard lock(mutex_);
        const Fault* fault = faults_.next(place);
        return fault == nullptr ? std::nullopt : std::optional<Fault>(*fault);
    }

private:
    std::mutex mutex_;
    Faults faults_;
};

/// Lets a fault have its way with a request: answers it wrongly, late, or never; without one
/// `go_on` answers it. `error_body` writes the body of a refusal with that status and code.
class FaultyAnswers {
public:
    using ErrorBody = std::function<std::string(int status, const Fault& fault)>;
    FaultyAnswers(net::EventLoop& loop, ErrorBody error_body)
        : delays_(loop), error_body_(std::move(error_body)) {}

    void answer(const std::optional<Fault>& fault, const net::Responder& responder,
                const std::function<void()>& go_on);

private:
    Delays delays_;
    ErrorBody error_body_;
    std::vector<net::Responder> silent_;  // never answered
};

}  // namespace pa::sim
