#include "base/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.hpp"

namespace pa {

std::size_t free_descriptors() {
    rlimit limit{};
    const Fd lowest(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!lowest || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return static_cast<std::size_t>(limit.rlim_cur) - static_cast<std::size_t>(lowest.get());
}

}  // namespace pa
