#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "cli/console.hpp"

namespace pa::cli {
namespace {

using namespace std::chrono_literals;

std::string time_left(double seconds) {
    auto s = static_cast<long>(seconds + 0.5);
    if (s < 100) return fmt::format("{} s", s);
    long minutes = (s + 30) / 60;
    return minutes < 100 ? fmt::format("{} min", minutes)
                         : fmt::format("{} h", (minutes + 30) / 60);
}

std::string bar(std::size_t done, std::size_t all, bool coloured) {
    constexpr std::size_t cells = 20;
    std::size_t full = all == 0 ? cells : std::min(done, all) * cells / all;
    std::string filled(full, '#'), rest(cells - full, '-');
    return coloured ? fmt::format("[\x1b[32m{}\x1b[0m{}]", filled, rest)
                    : fmt::format("[{}{}]", filled, rest);
}

/// Past our own buffers: what is shown is shown now.
void show(const std::string& text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

}  // namespace

std::string progress_text(std::size_t done, std::size_t all, std::string_view what,
                          std::chrono::milliseconds elapsed, bool coloured) {
    std::string text = fmt::format("{} {} of {} {}", bar(done, all, coloured), done, all, what);
    if (done == 0 || elapsed < 1s) return text;
    double rate = static_cast<double>(done) * 1000 / static_cast<double>(elapsed.count());
    text += fmt::format(", {:.{}f} a second", rate, rate < 10 ? 1 : 0);
    if (done < all)
        text += fmt::format(", {} left", time_left(static_cast<double>(all - done) / rate));
    return text;
}

Progress::Progress(std::size_t all, std::string what)
    : all_(all),
      what_(std::move(what)),
      watched_(::isatty(STDERR_FILENO) == 1 && !common().quiet),
      coloured_(colours(STDERR_FILENO)),
      started_(Clock::now()),
      last_(started_) {}

void Progress::at(std::size_t done) {
    if (!watched_) return;
    auto now = Clock::now();
    if (now - started_ < 1s || now - last_ < 100ms) return;
    last_ = now;
    auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
    show("\r\x1b[K" + progress_text(done, all_, what_, elapsed, coloured_));
    shown_ = true;
}

void Progress::clear() {
    if (shown_) show("\r\x1b[K");
    shown_ = false;
}

}  // namespace pa::cli
