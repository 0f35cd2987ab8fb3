// What the bridge counts, and how Prometheus reads it (text exposition format 0.0.4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bridge/histogram.hpp"
#include "call/action.hpp"
#include "call/record.hpp"
#include "net/event_loop.hpp"

namespace pa::bridge {

/// Since the start of this process.
struct Metrics {
    std::uint64_t calls_started = 0, calls_finished = 0, calls_resumed = 0, webhooks = 0,
                  refused = 0, sockets_refused = 0, commands = 0;
    std::uint64_t turns = 0, barge_ins = 0, model_drops = 0, stream_drops = 0, transfers = 0,
                  errors = 0;
    double cost_usd = 0;  // of calls that are over
    Histogram interruptions{Histogram::fast()};
    Histogram answers{Histogram::slow()};

    /// Of several the sum.
    void add(const Metrics& other);
    /// A fact of a running call was completed.
    void saw(const call::Record& record, call::Keep fact);
};

/// How things stand now.
struct Gauges {
    std::size_t calls = 0, talking = 0, sockets_waiting = 0, model_sockets_closing = 0;
    std::size_t queued_bytes = 0, queued_bytes_most = 0;  // of all calls; of one
    std::size_t tasks_waiting = 0, logs_waiting = 0;
    double running_cost_usd = 0;

    /// Of several the sum, and the most of those with the most.
    void add(const Gauges& other);
};

/// What one worker has to tell.
struct Figures {
    Metrics counted;
    Gauges now;
    net::EventLoop::Turns loop;
};

/// Of all workers together, and of each what shows whether one is too full.
[[nodiscard]] std::string metrics_text(const std::vector<Figures>& workers);

}  // namespace pa::bridge
