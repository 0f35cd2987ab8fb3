// Files that are whole or absent, and locks that all processes of an agent share.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace pa {

/// Owns a file descriptor.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd() { reset(); }

    void reset();
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// The whole file; an error names it. At most `limit` bytes [default 64 MiB], else an error.
[[nodiscard]] Result<std::string> read_file(const std::string& path,
                                            std::size_t limit = 64U << 20U);
/// The same into `text`, whose memory is used again.
[[nodiscard]] Status read_file_into(const std::string& path, std::string& text,
                                    std::size_t limit = 64U << 20U);

/// Where a chain of symbolic links leads, be there a file or not; `path` itself if it is none.
[[nodiscard]] Result<std::string> behind_links(std::string path);

/// The folder `path` is in; "." for a bare name.
[[nodiscard]] std::string folder_of(const std::string& path);

/// All of `text` to `fd`; false, with errno, if that fails.
[[nodiscard]] bool write_all(int fd, std::string_view text);

/// Errc::io: "<path>: cannot <doing>: <why>"; `reason` is an errno.
[[nodiscard]] Error io_error(const std::string& path, const char* doing, int reason = errno);

/// Puts `text` at `path` so that a crash at any instant leaves the old file or the new one, never
/// half [TemporaryFile]. Its mode is `mode`, whatever the umask. A symbolic link stays: what it
/// leads to is written.
[[nodiscard]] Status write_file(const std::string& path, std::string_view text, mode_t mode = 0600);

/// Appends `text` in one write(2) with O_APPEND; makes the file with `mode`.
[[nodiscard]] Status append_file(const std::string& path, std::string_view text,
                                 mode_t mode = 0600);

/// Appends `line` and a newline in one write(2). If a crash of the machine left half a line at the
/// end of the file, that is ended first. Callers who may meet each other hold a lock.
[[nodiscard]] Status append_line(const std::string& path, std::string_view line,
                                 mode_t mode = 0600);

/// Makes the folder and its parents, the last one with `mode`. It may exist already.
[[nodiscard]] Status make_directory(const std::string& path, mode_t mode = 0700);

[[nodiscard]] bool file_exists(const std::string& path);

/// `path` as it is if absolute, else below `base`. A leading "~/" is the home folder.
[[nodiscard]] std::string resolve_path(const std::string& base, std::string_view path);

/// An exclusive advisory lock (flock) on `path`, held until destroyed. The file is made, mode 0600,
/// and stays: removing lock files races with the next holder.
class FileLock {
public:
    /// Waits for the lock.
    [[nodiscard]] static Result<FileLock> acquire(const std::string& path);
    /// Errc::no at once if another process or FileLock holds it.
    [[nodiscard]] static Result<FileLock> try_acquire(const std::string& path);

private:
    explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

}  // namespace pa
