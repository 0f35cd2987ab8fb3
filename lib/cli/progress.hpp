// How far long work has come, for somebody who watches: one line on stderr that is written over.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace pa::cli {

/// "[##########----------] 5000 of 10000 logs, 400 a second, 13 s left": the rate and the rest once
/// there is something to count from.
[[nodiscard]] std::string progress_text(std::size_t done, std::size_t all, std::string_view what,
                                        std::chrono::milliseconds elapsed, bool coloured = false);

/// Silent where stderr is no terminal, under -q, and while the work takes less than a second. Takes
/// its line away at the end. From one thread at a time.
class Progress {
public:
    Progress(std::size_t all, std::string what);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(std::size_t done);
    /// Takes the line away, so that another can be written.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    std::size_t all_;
    std::string what_;
    bool watched_, coloured_;
    bool shown_ = false;
    Clock::time_point started_, last_;
};

}  // namespace pa::cli
