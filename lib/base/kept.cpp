#include "base/kept.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/file.hpp"

namespace pa {

std::optional<FileStamp> stamp_of(const std::string& path) {
    // Whatever stands there: a pipe is not waited for.
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return errno == ENOENT ? std::optional(FileStamp{}) : std::nullopt;
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return std::nullopt;
#ifdef __APPLE__
    const timespec &modified = info.st_mtimespec, &changed = info.st_ctimespec;
#else
    const timespec &modified = info.st_mtim, &changed = info.st_ctim;
#endif
    return FileStamp{static_cast<std::uint64_t>(info.st_dev),
                     static_cast<std::uint64_t>(info.st_ino),
                     static_cast<std::int64_t>(info.st_size),
                     modified.tv_sec,
                     modified.tv_nsec,
                     changed.tv_sec,
                     changed.tv_nsec};
}

}  // namespace pa
