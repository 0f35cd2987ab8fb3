#include "dial/about.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::dial {
namespace {

Error too_long(std::string_view name) {
    return {Errc::data,
            fmt::format("{}: more than {} KiB: give the gist of it", name, max_about >> 10U)};
}

Result<std::string> read_stdin(std::string_view name) {
    std::string text;
    char buffer[8192];
    for (;;) {
        ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return Error{Errc::io, fmt::format("{} -: cannot read stdin", name)};
        if (n == 0) return text;
        text.append(buffer, static_cast<std::size_t>(n));
        if (text.size() > max_about + 2) return too_long(name);
    }
}

Result<std::string> raw_text(std::string_view typed, std::string_view name) {
    if (typed == "-") return read_stdin(name);
    if (!typed.starts_with('@')) return std::string(typed);
    auto text = read_file(std::string(typed.substr(1)));
    if (!text) return Error{Errc::data, text.error().what};
    return text;
}

}  // namespace

Result<std::string> read_about(std::string_view typed, std::string_view name) {
    auto text = raw_text(typed, name);
    if (!text) return text.error();
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    if (text->size() > max_about) return too_long(name);
    if (!is_utf8(*text))
        return Error{Errc::data, fmt::format("{}: not UTF-8: convert it, e.g. with iconv", name)};
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
