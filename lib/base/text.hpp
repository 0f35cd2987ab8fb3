// Small questions about text that the standard library answers only for one locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pa {

[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool is_ascii_alnum(char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}
[[nodiscard]] std::string to_lower(std::string_view text);

/// Without leading and trailing blanks, tabs and line ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The pieces between `separator`s; an empty text has one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// Like a shell splits words: blanks separate, '…' and "…" group, backslash quotes one character
/// (not inside '…'). Nothing is expanded. False if a quote is left open.
[[nodiscard]] bool split_words(std::string_view text, std::vector<std::string>& out);
[[nodiscard]] std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// A whole decimal number such as "-0.03" or "15": digits with at most one point and one leading
/// minus, at most 30 characters; nothing else.
[[nodiscard]] std::optional<double> to_number(std::string_view text);

/// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view text);
/// Well-formed UTF-8 as it is; each broken byte becomes U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view text);
/// Number of code points of a well-formed text.
[[nodiscard]] std::size_t utf8_length(std::string_view text);
/// The longest prefix of at most `count` code points.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t count);

/// The next code point of a well-formed text that is not empty, taken off its front; U+FFFD for a
/// broken byte.
[[nodiscard]] char32_t take_code_point(std::string_view& text);

/// For terminals: control characters (C0 except tab and newline, DEL, C1) become visible escapes
/// such as \x1b, so that nobody's words can move the cursor or set a title.
[[nodiscard]] std::string printable(std::string_view text);

/// "+8210****5678": the middle hidden, for logs and diagnostics. Short texts are hidden whole.
[[nodiscard]] std::string mask_number(std::string_view number);

}  // namespace pa
