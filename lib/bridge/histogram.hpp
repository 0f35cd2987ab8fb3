// How long something took, as Prometheus counts it: how often it took at most so long.
#pragma once

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace pa::bridge {

class Histogram {
public:
    static constexpr std::size_t buckets = 10;
    using Bounds = std::array<double, buckets>;  // [s], rising
    /// What a program does, and what people wait for.
    static constexpr Bounds fast() {
        return {0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1};
    }
    static constexpr Bounds slow() { return {0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5}; }

    explicit Histogram(const Bounds& bounds) : bounds_(bounds) {}
    void add(std::chrono::nanoseconds took) {
        const double s = std::chrono::duration<double>(took).count();
        for (std::size_t i = 0; i < buckets; ++i) within_[i] += s <= bounds_[i] ? 1U : 0U;
        ++count_;
        sum_ += s;
    }
    /// Those of another with the same bounds, too.
    void add(const Histogram& other) {
        for (std::size_t i = 0; i < buckets; ++i) within_[i] += other.within_[i];
        count_ += other.count_;
        sum_ += other.sum_;
    }
    /// As text of the exposition format.
    [[nodiscard]] std::string text(std::string_view name) const {
        std::string out = fmt::format("# TYPE {} histogram\n", name);
        for (std::size_t i = 0; i < buckets; ++i)
            out += fmt::format("{}_bucket{{le=\"{:g}\"}} {}\n", name, bounds_[i], within_[i]);
        out += fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name,
                           count_, sum_);
        return out;
    }

private:
    Bounds bounds_;
    std::array<std::uint64_t, buckets> within_{};
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

}  // namespace pa::bridge
