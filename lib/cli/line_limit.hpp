// Lines that strangers can cause must not fill a disk.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace pa::cli {

/// Lets `most` lines through in a `period`; the first of the next one tells how many were not.
/// Counts the time it is given.
class LineLimit {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    explicit LineLimit(std::size_t most = 5, std::chrono::seconds period = std::chrono::seconds(10))
        : most_(most), period_(period) {}

    /// What to say in its place; "" for silence.
    [[nodiscard]] std::string pass(std::string_view line, TimePoint now);

private:
    std::size_t most_;
    std::chrono::seconds period_;
    TimePoint begun_{};
    std::size_t seen_ = 0;
};

}  // namespace pa::cli
