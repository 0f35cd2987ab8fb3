// Lines out of a stream of bytes that comes in pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pa {

/// Holds at most one unfinished line of `limit` bytes; the rest of a longer line is dropped, so
/// that a peer that never ends a line cannot fill the memory.
class LineBuffer {
public:
    explicit LineBuffer(std::size_t limit = 65536) : limit_(limit) {}

    /// Takes what read(2) gave.
    void feed(std::string_view bytes);
    /// The next whole line without its end (LF or CRLF), or nullopt.
    [[nodiscard]] std::optional<std::string> next();
    /// At the end of the stream: a last line without an end, or nullopt.
    [[nodiscard]] std::optional<std::string> rest();

private:
    std::size_t limit_;
    std::string pending_;         // whole lines, then the unfinished one
    std::size_t unfinished_ = 0;  // [bytes] at the end of pending_
};

}  // namespace pa
