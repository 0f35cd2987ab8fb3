// What is measured: latencies, losses, and what the process under test takes of the machine.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pa::bench {

using Nanos = std::int64_t;

[[nodiscard]] inline Nanos now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Durations [ns], kept one by one.
class Samples {
public:
    Samples() { values_.reserve(1U << 20U); }
    void add(Nanos value) {
        values_.push_back(static_cast<std::uint32_t>(std::clamp<Nanos>(value, 0, UINT32_MAX)));
    }
    [[nodiscard]] std::size_t count() const { return values_.size(); }
    /// [ms]; `part` 0.5 is the median, 1 the longest. 0 of nothing.
    [[nodiscard]] double percentile(double part);

private:
    std::vector<std::uint32_t> values_;
};

/// Of one stretch of time.
struct Figures {
    Samples caller, model, barge_in, webhook;  // model: of the model's audio to the caller
    Samples own_lag;                           // of the generator behind its own schedule
    Nanos cpu = 0, own = 0;                    // of what is measured; of the generator
    Nanos elapsed = 1;                         // of nothing, a share can still be told

    [[nodiscard]] double cpu_percent() const { return percent(cpu); }
    [[nodiscard]] double own_percent() const { return percent(own); }

private:
    [[nodiscard]] double percent(Nanos part) const {
        return 100.0 * static_cast<double>(part) / static_cast<double>(elapsed);
    }
};

/// Of a process with all its threads.
struct Usage {
    Nanos cpu = 0;
    long anonymous_kb = 0;  // resident, not of a file
};
[[nodiscard]] Usage usage_of(int pid);

}  // namespace pa::bench
