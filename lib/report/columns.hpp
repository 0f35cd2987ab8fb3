// Text on a terminal: how wide it is, and columns that stand below each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pa::report {

/// Cells that `text` (UTF-8) takes on a terminal: Hangul, Han, kana, full-width forms and emoji
/// two, what combines with the character before it none. After Unicode 15.1, EastAsianWidth.txt (W
/// and F) and the general categories Mn, Me and Cf; characters of ambiguous width count one. Not
/// wcwidth(3), which knows nothing of this in the locale "C".
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The longest prefix of at most `width` cells, with "…" in the last one if something was cut.
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);

/// `text` and as many blanks as make it `width` cells wide; before it, if `right`.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width, bool right = false);

/// Colours of a terminal, or none.
struct Paint {
    bool on = false;
    [[nodiscard]] std::string bold(std::string text) const { return with("1", std::move(text)); }
    [[nodiscard]] std::string dim(std::string text) const { return with("2", std::move(text)); }
    [[nodiscard]] std::string bad(std::string text) const { return with("31", std::move(text)); }
    [[nodiscard]] std::string warn(std::string text) const { return with("33", std::move(text)); }
    [[nodiscard]] std::string good(std::string text) const { return with("32", std::move(text)); }

private:
    [[nodiscard]] std::string with(const char* code, std::string text) const;
};

// --- amounts, as people read them ---
[[nodiscard]] std::string duration_text(std::int64_t ms);  // "12s", "1m03s", "1h02m"
[[nodiscard]] std::string seconds_text(std::int64_t ms);   // "0.84 s"
[[nodiscard]] std::string money_text(double dollars);      // "$0.013", "$12.50"

/// For one line of a terminal: no control characters, line ends and tabs as blanks, valid UTF-8.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace pa::report
