#include "cli/line_limit.hpp"

#include <fmt/format.h>

namespace pa::cli {

std::string LineLimit::pass(std::string_view line, TimePoint now) {
    std::size_t kept_back = 0;
    if (seen_ == 0 || now - begun_ >= period_) {
        kept_back = seen_ > most_ ? seen_ - most_ : 0;
        begun_ = now;
        seen_ = 0;
    }
    if (++seen_ > most_) return "";
    if (kept_back == 0) return std::string(line);
    return fmt::format("{} (and {} more like it since)", line, kept_back);
}

}  // namespace pa::cli
