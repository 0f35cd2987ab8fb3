#include "cli/console.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "cli/internal.hpp"

namespace pa::cli {
namespace {

/// All of `text` in one write(2) where the kernel allows, so that lines of threads do not mix.
bool write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void tell(std::string_view line) {
    write_whole(2, detail::tool_name() + ": " + printable(line) + "\n");
}

}  // namespace

namespace detail {
std::string& tool_name() {
    static std::string name = "phone-agent";
    return name;
}
Common& mutable_common() {
    static Common options;
    return options;
}
}  // namespace detail

const Common& common() { return detail::mutable_common(); }

void say(std::string_view line) {
    if (!common().quiet) tell(line);
}
void warn(std::string_view line) { tell(line); }
void note(std::string_view line) {
    if (common().verbose >= 1) tell(line);
}
void debug(std::string_view line) {
    if (common().verbose >= 2) tell(line);
}

bool print(std::string_view record) {
    std::string line(record);
    line += '\n';
    return write_whole(1, line);
}

bool colours(int fd) {
    const char* no = std::getenv("NO_COLOR");
    return ::isatty(fd) == 1 && (no == nullptr || *no == '\0');
}

}  // namespace pa::cli
