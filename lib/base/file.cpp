#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/temporary_file.hpp"

namespace pa {
namespace {

Result<Fd> lock(const std::string& path, int operation) {
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return io_error(path, "open");
    while (::flock(fd.get(), operation) != 0) {
        if (errno == EINTR) continue;
        if (errno == EWOULDBLOCK) return Error{Errc::no, path + ": held by another process"};
        return io_error(path, "lock");
    }
    return fd;
}

}  // namespace

Error io_error(const std::string& path, const char* doing, int reason) {
    return {Errc::io, fmt::format("{}: cannot {}: {}", path, doing, std::strerror(reason))};
}

std::string folder_of(const std::string& path) {
    std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void Fd::reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    std::string text;
    if (Status read = read_file_into(path, text, limit); !read) return read.error();
    return text;
}

Status read_file_into(const std::string& path, std::string& text, std::size_t limit) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return io_error(path, "open");
    text.clear();
    char buffer[65536];
    for (;;) {
        ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(path, "read");
        if (n == 0) return Done{};
        text.append(buffer, static_cast<std::size_t>(n));
        if (text.size() > limit)
            return Error{Errc::io, fmt::format("{}: larger than {} bytes", path, limit)};
    }
}

Result<std::string> behind_links(std::string path) {
    char target[PATH_MAX];
    for (int links = 0; links < 40; ++links) {  // as many as Linux follows
        ssize_t n = ::readlink(path.c_str(), target, sizeof target);
        if (n <= 0) return path;
        std::string to(target, static_cast<std::size_t>(n));
        path = to.front() == '/' ? std::move(to) : folder_of(path) + "/" + to;
    }
    errno = ELOOP;
    return io_error(path, "write");
}

Status write_file(const std::string& name, std::string_view text, mode_t mode) {
    const auto path = behind_links(name);  // somebody's link stays one
    if (!path) return path.error();
    auto file = TemporaryFile::create(*path, mode);
    if (!file) return file.error();
    if (::fchmod(file->fd(), mode) != 0 || !write_all(file->fd(), text))
        return io_error(*path, "write");
    return file->put_in_place();
}

Status append_file(const std::string& path, std::string_view text, mode_t mode) {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode));
    if (!fd) return io_error(path, "open");
    if (!write_all(fd.get(), text)) return io_error(path, "write");
    return Done{};
}

Status append_line(const std::string& path, std::string_view line, mode_t mode) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char last = '\n';
    if (fd && ::lseek(fd.get(), -1, SEEK_END) >= 0) (void)!::read(fd.get(), &last, 1);
    return append_file(path, (last == '\n' ? "" : "\n") + std::string(line) + "\n", mode);
}

Status make_directory(const std::string& name, mode_t mode) {
    const std::string path =
        name.substr(0, std::max<std::size_t>(1, name.find_last_not_of('/') + 1));
    if (::mkdir(path.c_str(), mode) == 0) return Done{};
    if (errno == ENOENT) {
        if (Status parent = make_directory(folder_of(path), mode); !parent) return parent;
        if (::mkdir(path.c_str(), mode) == 0) return Done{};
    }
    struct stat info {};
    if (errno == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return Done{};
    return io_error(path, "create the folder");
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string resolve_path(const std::string& base, std::string_view path) {
    if (path.starts_with("~/"))
        if (const char* home = std::getenv("HOME"); home != nullptr)
            return std::string(home) + std::string(path.substr(1));
    if (path.starts_with("/") || base.empty()) return std::string(path);
    if (path.empty()) return base;
    return base + "/" + std::string(path);
}

Result<FileLock> FileLock::acquire(const std::string& path) {
    auto fd = lock(path, LOCK_EX);
    if (!fd) return fd.error();
    return FileLock(std::move(*fd));
}

Result<FileLock> FileLock::try_acquire(const std::string& path) {
    auto fd = lock(path, LOCK_EX | LOCK_NB);
    if (!fd) return fd.error();
    return FileLock(std::move(*fd));
}

}  // namespace pa
