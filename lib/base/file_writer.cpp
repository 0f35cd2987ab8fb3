#include "base/file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace pa {
namespace {

constexpr std::size_t buffered = 256U << 10U;

}  // namespace

Result<FileWriter> FileWriter::create(const std::string& path, mode_t mode) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
        Fd there(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
        if (!there) return io_error(path, "open");
        return onto(path, std::move(there));
    }
    auto place = behind_links(path);  // somebody's link stays one
    if (!place) return place.error();
    auto file = TemporaryFile::create(std::move(*place), mode);
    if (!file) return file.error();
    return FileWriter(path, std::move(*file), Fd());
}

FileWriter FileWriter::onto(std::string name, Fd fd) {
    return {std::move(name), std::nullopt, std::move(fd)};
}

void FileWriter::append(std::string_view text) {
    pending_ += text;
    if (pending_.size() >= buffered) flush();
}

void FileWriter::flush() {
    if (failure_ == 0 && !write_all(file_ ? file_->fd() : fd_.get(), pending_)) failure_ = errno;
    pending_.clear();
}

Status FileWriter::commit() {
    flush();
    if (!file_ && failure_ == EPIPE) return Done{};
    if (failure_ != 0) return io_error(path_, "write", failure_);
    return file_ ? file_->put_in_place() : Done{};
}

}  // namespace pa
