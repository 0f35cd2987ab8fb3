#include "base/line_buffer.hpp"

#include <utility>

namespace pa {

void LineBuffer::feed(std::string_view bytes) {
    for (char c : bytes) {
        if (c == '\n') {
            pending_ += c;
            unfinished_ = 0;
        } else if (unfinished_ < limit_) {
            pending_ += c;
            ++unfinished_;
        }
    }
}

std::optional<std::string> LineBuffer::next() {
    std::size_t end = pending_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

std::optional<std::string> LineBuffer::rest() {
    if (pending_.empty()) return std::nullopt;
    unfinished_ = 0;
    return std::exchange(pending_, {});
}

}  // namespace pa
