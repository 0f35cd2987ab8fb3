#include "cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "cli/background.hpp"
#include "cli/internal.hpp"

namespace pa::cli {
namespace {

constexpr std::size_t mailbox = 1U << 20U;  // bytes

std::atomic<Background*> background = nullptr;

std::string line_of(std::string_view text) {
    return detail::tool_name() + ": " + printable(text) + "\n";
}

/// Once there is room to say so and the reader is back: not line by line.
void tell_left_out(LineWriter& err, LineWriter& of, std::string_view what) {
    if (std::max(err.waiting(), of.waiting()) > mailbox / 2) return;
    if (const std::size_t n = of.take_left_out(); n > 0)
        err.write(line_of(fmt::format("{} {} left out: their reader had stopped", n, what)));
}

void tell(std::string_view line) {
    Background* mail = background;
    if (mail == nullptr) return void(write_whole(STDERR_FILENO, line_of(line)));
    tell_left_out(mail->err, mail->err, "messages were");
    mail->err.write(line_of(line));
}

}  // namespace

Background::Background() : out(STDOUT_FILENO, mailbox), err(STDERR_FILENO, mailbox) {
    background = this;
}
Background::~Background() { background = nullptr; }

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

std::string number_shown(std::string_view number) {
    return common().verbose >= 2 ? std::string(number) : mask_number(number);
}

bool print(std::string_view record) {
    std::string line(record);
    line += '\n';
    Background* mail = background;
    if (mail == nullptr) return write_whole(STDOUT_FILENO, line);
    tell_left_out(mail->err, mail->out, "records were");
    return mail->out.write(std::move(line));
}

bool colours(int fd) {
    const char* no = std::getenv("NO_COLOR");
    return ::isatty(fd) == 1 && (no == nullptr || *no == '\0');
}

}  // namespace pa::cli
