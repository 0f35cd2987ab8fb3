// What a call is about, as it is given on the command line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::dial {

inline constexpr std::size_t max_about = 64U << 10U;  // [bytes]

/// TEXT, "-" (stdin to its end) or "@FILE". Errc::data if it is longer than max_about or no UTF-8;
/// a newline at its end is dropped. `name`: how errors call it.
[[nodiscard]] Result<std::string> read_about(std::string_view typed,
                                             std::string_view name = "--about");

/// SendDigits as Twilio takes them: at most 32 of 0-9 A-D # * w (0.5 s) W (1 s).
[[nodiscard]] bool are_send_digits(std::string_view digits);

}  // namespace pa::dial
