// A file that is written piece by piece and appears when it is whole.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace pa {

/// As write_file(), for what is too large to hold in memory. Without commit() nothing is left.
/// A device or a pipe stays one: it is written to, and a reader of it that goes is no failure.
class FileWriter {
public:
    [[nodiscard]] static Result<FileWriter> create(const std::string& path, mode_t mode = 0600);
    /// Writes to what is open already, as to a pipe; errors call it `name`.
    [[nodiscard]] static FileWriter onto(std::string name, Fd fd);
    FileWriter(FileWriter&& other) noexcept;
    FileWriter& operator=(FileWriter&&) = delete;
    ~FileWriter();

    /// The first failure is kept and told by commit().
    void append(std::string_view text);
    /// Puts the file in place of what was there.
    [[nodiscard]] Status commit();

private:
    FileWriter(std::string path, std::string temporary, Fd fd);
    void flush();
    std::string path_, temporary_, pending_;  // temporary_: "" if written to as it is
    Fd fd_;
    int failure_ = 0;  // errno
};

}  // namespace pa
