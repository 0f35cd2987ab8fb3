#include "base/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string_view>

#include "base/crypto.hpp"

namespace pa {
namespace {

constexpr std::string_view ending = ".tmp";
constexpr std::size_t random_digits = 12;
constexpr std::time_t newborn = 60;  // [s]

bool is_temporary_name(std::string_view name) {
    if (!name.ends_with(ending)) return false;
    name.remove_suffix(ending.size());
    if (name.size() < random_digits + 2 || name[name.size() - random_digits - 1] != '.')
        return false;
    name.remove_prefix(name.size() - random_digits);
    return name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// An empty one may be so new that its writer has not locked it yet.
bool is_abandoned(int fd) {
    struct stat info {};
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return false;
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return false;
    return info.st_size > 0 || ::time(nullptr) - info.st_mtime > newborn;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::create(std::string path, mode_t mode) {
    std::string name = fmt::format("{}.{}{}", path, hex(random_bytes(random_digits / 2)), ending);
    Fd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return io_error(path, "create");
    // A file system without locks gives remove_unfinished() none either: the file is left alone.
    while (::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) continue;
    return TemporaryFile(std::move(path), std::move(name), std::move(fd));
}

TemporaryFile::~TemporaryFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
}

Status TemporaryFile::put_in_place() {
    if (::fsync(fd_.get()) != 0 || std::rename(name_.c_str(), path_.c_str()) != 0)
        return io_error(path_, "write");
    name_.clear();
    Fd folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.get());  // makes the new name durable; refused by some file systems
    return Done{};
}

void remove_unfinished(const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code stop;
    for (fs::directory_iterator i(folder, stop), end; !stop && i != end; i.increment(stop)) {
        const std::string path = i->path().string();
        if (!is_temporary_name(i->path().filename().string())) continue;
        Fd fd(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (fd && is_abandoned(fd.get())) ::unlink(path.c_str());
    }
}

}  // namespace pa
