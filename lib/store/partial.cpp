#include "store/partial.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pa::store {
namespace {

Error failed(const std::string& path, const char* doing) {
    return {Errc::io, fmt::format("{}: cannot {}: {}", path, doing, std::strerror(errno))};
}

/// False if the file was removed, or replaced, between open and lock.
bool still_there(int fd, const std::string& path) {
    struct stat ours {
    }, named{};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

Result<Fd> open_partial(const std::string& path, bool create) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        Fd fd(::open(path.c_str(),
                     O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600));
        if (!fd && errno == ENOENT && !create) return Error{Errc::no, path + ": gone"};
        if (!fd) return failed(path, "open");
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) return Error{Errc::no, path + ": held by another process"};
            return failed(path, "lock");
        }
        if (still_there(fd.get(), path)) return fd;
    }
    return Error{Errc::io, path + ": removed again and again by another process"};
}

Status cut_torn_line(const Fd& file, const std::string& path) {
    off_t end = ::lseek(file.get(), 0, SEEK_END);
    char buffer[4096];
    while (end > 0) {
        off_t from =
            end > static_cast<off_t>(sizeof buffer) ? end - static_cast<off_t>(sizeof buffer) : 0;
        ssize_t n = ::pread(file.get(), buffer, static_cast<std::size_t>(end - from), from);
        if (n <= 0) return failed(path, "read");
        for (ssize_t i = n; i > 0; --i)
            if (buffer[i - 1] == '\n') {
                if (::ftruncate(file.get(), from + i) != 0) return failed(path, "write");
                return Done{};
            }
        end = from;
    }
    if (::ftruncate(file.get(), 0) != 0) return failed(path, "write");
    return Done{};
}

Status append_some(const Fd& file, const std::string& path, std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        ssize_t n = ::write(file.get(), text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        done += static_cast<std::size_t>(n);
    }
    int reason = errno;
    text.erase(0, done);  // the rest completes the line when the disk takes it again
    errno = reason;
    if (!text.empty()) return failed(path, "write");
    return Done{};
}

Status sync_data(const Fd& file, const std::string& path) {
#ifdef __APPLE__
    bool ok = ::fsync(file.get()) == 0;  // has no fdatasync
#else
    bool ok = ::fdatasync(file.get()) == 0;
#endif
    if (!ok) return failed(path, "write");
    return Done{};
}

Status sync_folder(const std::string& folder) {
    const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd && ::fsync(fd.get()) == 0) return Done{};
    // What else a file system refuses it refuses the next time, too.
    const bool later = errno == EIO || errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
                       errno == ENOSPC || errno == EDQUOT;
    if (later) return failed(folder, "write");
    return Done{};
}

}  // namespace pa::store
