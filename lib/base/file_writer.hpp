// A file that is written piece by piece and appears when it is whole.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/temporary_file.hpp"

namespace pa {

/// As write_file(), for what is too large to hold in memory, and `mode` is less the umask. Without
/// commit() nothing is left.
/// A device or a pipe stays one: it is written to, and a reader of it that goes is no failure.
class FileWriter {
public:
    [[nodiscard]] static Result<FileWriter> create(const std::string& path, mode_t mode = 0600);
    /// Writes to what is open already, as to a pipe; errors call it `name`.
    [[nodiscard]] static FileWriter onto(std::string name, Fd fd);

    /// The first failure is kept and told by commit().
    void append(std::string_view text);
    /// Puts the file in place of what was there.
    [[nodiscard]] Status commit();

private:
    FileWriter(std::string path, std::optional<TemporaryFile> file, Fd fd)
        : path_(std::move(path)), file_(std::move(file)), fd_(std::move(fd)) {}
    void flush();
    std::string path_, pending_;
    std::optional<TemporaryFile> file_;  // none: fd_ is written to as it is
    Fd fd_;
    int failure_ = 0;  // errno
};

}  // namespace pa
