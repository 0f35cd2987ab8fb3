// A file in the making: beside the one it will replace, and gone if nobody finishes it.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "base/file.hpp"
#include "base/result.hpp"

namespace pa {

/// Becomes `path` by put_in_place(), whole, or is gone. Its own name is "<path>.<12 hex
/// digits>.tmp"; it is locked (flock) as long as its writer lives, so that remove_unfinished() can
/// tell what a killed one left.
class TemporaryFile {
public:
    /// `mode` less the umask. Errc::io if the folder takes no file.
    [[nodiscard]] static Result<TemporaryFile> create(std::string path, mode_t mode);
    TemporaryFile(TemporaryFile&& other) noexcept
        : path_(std::move(other.path_)),
          name_(std::exchange(other.name_, {})),
          fd_(std::move(other.fd_)) {}
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile();

    [[nodiscard]] int fd() const { return fd_.get(); }
    /// Once: makes what was written durable, and then the file at `path`.
    [[nodiscard]] Status put_in_place();

private:
    TemporaryFile(std::string path, std::string name, Fd fd)
        : path_(std::move(path)), name_(std::move(name)), fd_(std::move(fd)) {}
    std::string path_, name_;  // name_: "" once it is in place
    Fd fd_;
};

/// Takes away temporary files in `folder` whose writer is gone, and nothing else. No folder, or
/// none that can be read: nothing.
void remove_unfinished(const std::string& folder);

}  // namespace pa
