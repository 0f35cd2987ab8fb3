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
    void add(std::chrono::nanoseconds took) {
        const double s = std::chrono::duration<double>(took).count();
        for (std::size_t i = 0; i < bounds.size(); ++i) within_[i] += s <= bounds[i] ? 1U : 0U;
        ++count_;
        sum_ += s;
    }
    /// As text of the exposition format.
    [[nodiscard]] std::string text(std::string_view name) const {
        std::string out = fmt::format("# TYPE {} histogram\n", name);
        for (std::size_t i = 0; i < bounds.size(); ++i)
            out += fmt::format("{}_bucket{{le=\"{:g}\"}} {}\n", name, bounds[i], within_[i]);
        out += fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name,
                           count_, sum_);
        return out;
    }

private:
    static constexpr std::array<double, 10> bounds{0.00005, 0.0001, 0.0002, 0.0005, 0.001,
                                                   0.002,   0.005,  0.01,   0.05,   0.1};  // [s]
    std::array<std::uint64_t, bounds.size()> within_{};
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

}  // namespace pa::bridge
