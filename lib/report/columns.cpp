#include "report/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace pa::report {
namespace {

struct Range {
    char32_t first, last;
};

constexpr Range nothing_wide[] = {
    {0x0300, 0x036F},   {0x1160, 0x11FF},  {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x202A, 0x202E},   {0x2060, 0x2064},  {0x2066, 0x2069}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A},   {0xD7B0, 0xD7FF},  {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
    {0x1F3FB, 0x1F3FF}, {0xE0000, 0xE01EF}};

constexpr Range two_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},
    {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},
    {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},
    {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320},
    {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
    {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E},
    {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E},
    {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2},
    {0x1F6D5, 0x1F6D7}, {0x1F6DC, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC},
    {0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945},
    {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t c) {
    auto after = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                                  [](char32_t v, const Range& r) { return v < r.first; });
    return after != std::begin(ranges) && c <= std::prev(after)->last;
}

std::size_t width_of(char32_t c) {
    if (c < 0x300) return 1;
    if (within(nothing_wide, c)) return 0;
    return within(two_wide, c) ? 2 : 1;
}

/// The first code point of a well-formed text.
struct First {
    char32_t c;
    std::size_t bytes;
};
First first_of(std::string_view text) {
    auto byte = static_cast<unsigned char>(text[0]);
    std::size_t n = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t c = n == 1 ? byte : byte & (0x7FU >> n);
    n = std::min(n, text.size());
    for (std::size_t i = 1; i < n; ++i) c = c << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    return {c, n};
}

/// The prefix of at most `width` cells.
std::string_view prefix(std::string_view text, std::size_t width) {
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        First next = first_of(text.substr(at));
        used += width_of(next.c);
        if (used > width) break;
        at += next.bytes;
    }
    return text.substr(0, at);
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        First next = first_of(text);
        width += width_of(next.c);
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string fit(std::string_view text, std::size_t width) {
    std::string_view whole = prefix(text, width);
    if (whole.size() == text.size()) return std::string(text);
    return width == 0 ? "" : fmt::format("{}…", prefix(text, width - 1));
}

std::string pad(std::string_view text, std::size_t width, bool right) {
    std::size_t has = display_width(text);
    std::string blanks(width > has ? width - has : 0, ' ');
    return right ? blanks.append(text) : std::string(text) + blanks;
}

std::string Paint::with(const char* code, std::string text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string duration_text(std::int64_t ms) {
    std::int64_t s = (ms + 500) / 1000;
    if (s < 60) return fmt::format("{}s", s);
    if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
    return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
}

std::string seconds_text(std::int64_t ms) {
    return fmt::format("{:.2f} s", static_cast<double>(ms) / 1000);
}

std::string money_text(double dollars) {
    return dollars < 1 ? fmt::format("${:.3f}", dollars) : fmt::format("${:.2f}", dollars);
}

std::string one_line(std::string_view text) {
    const std::string clean = printable(to_utf8(text));
    std::string out;
    for (std::string_view rest = clean; !rest.empty();) {
        First next = first_of(rest);
        // Marks that turn the direction of writing would reorder the columns behind them.
        bool turns =
            (next.c >= 0x202A && next.c <= 0x202E) || (next.c >= 0x2066 && next.c <= 0x2069);
        if (next.c == '\n' || next.c == '\t')
            out += ' ';
        else if (!turns)
            out += rest.substr(0, next.bytes);
        rest.remove_prefix(next.bytes);
    }
    return out;
}

}  // namespace pa::report
