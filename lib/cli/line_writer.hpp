// Lines for a reader that may stop reading: a thread waits for it, and nobody else.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace pa::cli {

/// Writes lines to a descriptor from a thread of its own, in order, each in one write(2) where the
/// kernel allows. At most `most` bytes wait for the reader; what comes beyond is left out whole.
class LineWriter {
public:
    LineWriter(int fd, std::size_t most);
    /// Waits a second at most for the reader to take the rest.
    ~LineWriter();
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    /// Never waits. False if the reader has gone. From any thread.
    bool write(std::string line);
    /// Bytes that the reader has not taken.
    [[nodiscard]] std::size_t waiting() const;
    /// Lines left out since the last time this was asked.
    [[nodiscard]] std::size_t take_left_out();

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  // the thread's too: one that hangs in write(2) outlives us
};

/// Everything of `text`; false if it cannot be written.
bool write_whole(int fd, std::string_view text);

/// errno of the first write_whole() to stdout that failed, unless its reader had gone; 0: none did.
[[nodiscard]] int stdout_failure();

}  // namespace pa::cli
