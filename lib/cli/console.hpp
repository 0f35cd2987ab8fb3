// Manners of stdout and stderr: stdout is data, one record a line; stderr is for people.
#pragma once

#include <string>
#include <string_view>

namespace pa::cli {

/// Options that every tool has. `directory` is -C, as typed.
struct Common {
    std::string directory;
    int verbose = 0;     // -v, -vv
    bool quiet = false;  // -q
};
[[nodiscard]] const Common& common();

/// Diagnostics for people, on stderr, each one line: "pa-dial: no answer after 30 s". Control
/// characters are made visible. say() is silent under -q, note() speaks under -v, debug() under
/// -vv. From any thread.
void say(std::string_view line);
void warn(std::string_view line);  // also under -q
void note(std::string_view line);
void debug(std::string_view line);

/// A phone number as diagnostics show it: its last four digits, under -vv all of it.
[[nodiscard]] std::string number_shown(std::string_view number);

/// Writes one record and a newline to stdout and flushes. False when the reader has gone (EPIPE).
bool print(std::string_view record);

/// True if this descriptor (1 or 2) is a terminal and NO_COLOR is unset.
[[nodiscard]] bool colours(int fd);

}  // namespace pa::cli
