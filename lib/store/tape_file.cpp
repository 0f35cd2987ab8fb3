#include "store/tape_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace pa::store {

void TapeFile::tell(std::string_view what) const {
    if (tell_) tell_(fmt::format("{}: {}", path_, what));
}

bool TapeFile::good(bool done) {
    if (!done && !std::exchange(broken_, true))
        tell(fmt::format("cannot write: {}; the call goes on without it", std::strerror(errno)));
    return done;
}

std::size_t TapeFile::open() {
    file_ = Fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!good(static_cast<bool>(file_))) return 0;
    const off_t size = ::lseek(file_.get(), 0, SEEK_END);
    return good(size >= 0) ? static_cast<std::size_t>(size) : 0;
}

void TapeFile::cut(std::size_t size) {
    if (broken_) return;
    const auto end = static_cast<off_t>(size);
    good(::ftruncate(file_.get(), end) == 0 && ::lseek(file_.get(), end, SEEK_SET) == end);
}

void TapeFile::append(std::string_view bytes) {
    while (!broken_ && !bytes.empty()) {
        const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (good(n >= 0)) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void TapeFile::put_at_front(std::string_view bytes) {
    if (broken_) return;
    const ssize_t n = ::pwrite(file_.get(), bytes.data(), bytes.size(), 0);
    good(n == static_cast<ssize_t>(bytes.size()));
}

}  // namespace pa::store
