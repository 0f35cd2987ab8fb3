#include "dial/about.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::dial {
namespace {

Error too_long() {
    return {Errc::data,
            fmt::format("--about: more than {} KiB: give the gist of it", max_about >> 10U)};
}

Result<std::string> read_stdin() {
    std::string text;
    char buffer[8192];
    for (;;) {
        ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return Error{Errc::io, "--about -: cannot read stdin"};
        if (n == 0) return text;
        text.append(buffer, static_cast<std::size_t>(n));
        if (text.size() > max_about + 2) return too_long();
    }
}

Result<std::string> raw_text(std::string_view typed) {
    if (typed == "-") return read_stdin();
    if (!typed.starts_with('@')) return std::string(typed);
    auto text = read_file(std::string(typed.substr(1)));
    if (!text) return Error{Errc::data, text.error().what};
    return text;
}

}  // namespace

Result<std::string> read_about(std::string_view typed) {
    auto text = raw_text(typed);
    if (!text) return text.error();
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (text->size() > max_about) return too_long();
    if (!is_utf8(*text))
        return Error{Errc::data, "--about: not UTF-8: convert it, e.g. with iconv"};
    return text;
}

bool are_send_digits(std::string_view digits) {
    return !digits.empty() && digits.size() <= 32 &&
           std::all_of(digits.begin(), digits.end(), [](char c) {
               return is_digit(c) || (c >= 'A' && c <= 'D') || c == '#' || c == '*' || c == 'w' ||
                      c == 'W';
           });
}

}  // namespace pa::dial
