#include "base/file_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/crypto.hpp"

namespace pa {
namespace {

constexpr std::size_t buffered = 256U << 10U;

Error failed(const std::string& path, const char* doing, int reason) {
    return {Errc::io, fmt::format("{}: cannot {}: {}", path, doing, std::strerror(reason))};
}

}  // namespace

Result<FileWriter> FileWriter::create(const std::string& path, mode_t mode) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
        Fd there(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
        if (!there) return failed(path, "open", errno);
        return onto(path, std::move(there));
    }
    auto place = behind_links(path);  // somebody's link stays one
    if (!place) return place.error();
    std::string temporary = fmt::format("{}.{}.tmp", *place, hex(random_bytes(6)));
    Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return failed(path, "create", errno);
    return FileWriter(std::move(*place), std::move(temporary), std::move(fd));
}

FileWriter FileWriter::onto(std::string name, Fd fd) {
    return FileWriter(std::move(name), "", std::move(fd));
}

FileWriter::FileWriter(std::string path, std::string temporary, Fd fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      pending_(std::move(other.pending_)),
      fd_(std::move(other.fd_)),
      failure_(other.failure_) {}

FileWriter::~FileWriter() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void FileWriter::append(std::string_view text) {
    pending_ += text;
    if (pending_.size() >= buffered) flush();
}

void FileWriter::flush() {
    for (std::string_view rest = pending_; !rest.empty() && failure_ == 0;) {
        ssize_t n = ::write(fd_.get(), rest.data(), rest.size());
        if (n >= 0)
            rest.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            failure_ = errno;
    }
    pending_.clear();
}

Status FileWriter::commit() {
    flush();
    const bool replaces = !temporary_.empty();
    if (!replaces && failure_ == EPIPE) return Done{};
    if (failure_ == 0 && replaces &&
        (::fsync(fd_.get()) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0))
        failure_ = errno;
    if (failure_ != 0) return failed(path_, "write", failure_);
    temporary_.clear();
    return Done{};
}

}  // namespace pa
