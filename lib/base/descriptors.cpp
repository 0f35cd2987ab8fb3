#include "base/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.hpp"

namespace pa {

std::size_t free_descriptors() {
    rlimit limit{};
    const Fd lowest(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!lowest || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return static_cast<std::size_t>(limit.rlim_cur) - static_cast<std::size_t>(lowest.get());
}

void raise_descriptor_limit(std::size_t to) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = std::min(limit.rlim_max, static_cast<rlim_t>(to));
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void make_room_for_descriptors(std::size_t count) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto most = static_cast<std::size_t>(limit.rlim_cur);
    // The table is as long as the highest of them needs it, and is not made shorter.
    if (count = std::min(count, most); count > 0)
        (void)Fd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, static_cast<int>(count - 1)));
}

}  // namespace pa
