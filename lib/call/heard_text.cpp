// Questions about what was said that look only at its letters.
#include <algorithm>

#include "base/text.hpp"
#include "call/transcript.hpp"

namespace pa::call {
namespace {

struct Range {
    char32_t first, last;
};
/// What recognisers write for noise and music: marks, signs and symbols beyond ASCII.
constexpr Range marks[] = {
    {0x80, 0xA9},        // Latin-1: controls and signs
    {0xAB, 0xB4},        //
    {0xB6, 0xB9},        //
    {0xBB, 0xBF},        //
    {0xD7, 0xD7},        // multiplication
    {0xF7, 0xF7},        // division
    {0x2000, 0x206F},    // general punctuation
    {0x2190, 0x2BFF},    // arrows to symbols, ♪ among them
    {0x3000, 0x3004},    // CJK punctuation
    {0x3008, 0x3020},    //
    {0x3030, 0x303F},    //
    {0x30FB, 0x30FB},    // katakana middle dot
    {0xFE10, 0xFE6F},    // vertical and small forms
    {0xFF01, 0xFF0F},    // full width
    {0xFF1A, 0xFF20},    //
    {0xFF3B, 0xFF40},    //
    {0xFF5B, 0xFF65},    //
    {0xFFFD, 0xFFFD},    // broken bytes
    {0x1F000, 0x1FAFF},  // emoji
};

bool is_mark(char32_t c) {
    for (const Range& r : marks)
        if (c >= r.first && c <= r.last) return true;
    return false;
}

bool is_letter(char32_t c) { return c < 0x80 ? is_ascii_alnum(static_cast<char>(c)) : !is_mark(c); }

std::u32string letters(std::string_view text) {
    std::u32string out;
    while (!text.empty())
        if (char32_t c = take_code_point(text); is_letter(c))
            out += c < 0x80 ? static_cast<char32_t>(ascii_lower(static_cast<char>(c))) : c;
    return out;
}

/// Thai, kana and Han: a word may end anywhere.
bool written_without_blanks(char32_t c) {
    return (c >= 0x0E00 && c <= 0x0E7F) || (c >= 0x3040 && c <= 0x30FF) ||
           (c >= 0x3400 && c <= 0x9FFF);
}

}  // namespace

bool punctuation_only(std::string_view text) {
    while (!text.empty())
        if (is_letter(take_code_point(text))) return false;
    return true;
}

bool could_be_said(std::string_view quote, std::string_view text) {
    const std::u32string of = letters(quote), in = letters(text);
    if (of.empty() || in.empty()) return false;
    if (in.find(of) != std::u32string::npos) return true;
    std::size_t found = 0;
    for (std::size_t i = 0; i + 1 < of.size(); ++i)
        if (in.find(of.substr(i, 2)) != std::u32string::npos) ++found;
    return of.size() > 1 && found * 2 >= of.size() - 1;
}

std::string heard_part(std::string_view text, std::int64_t heard_ms, std::int64_t total_ms) {
    if (heard_ms <= 0 || total_ms <= 0 || text.empty()) return {};
    std::size_t length = utf8_length(text);
    auto count =
        static_cast<std::size_t>(static_cast<double>(length) * static_cast<double>(heard_ms) /
                                 static_cast<double>(total_ms));
    if (count >= length) return std::string(text);
    std::string_view part = utf8_prefix(text, count);
    // Cut inside a word: that word was not heard.
    std::string_view rest = text.substr(part.size());
    if (rest.front() != ' ' && !written_without_blanks(take_code_point(rest)))
        part = part.substr(0, part.find_last_of(' ') + 1);
    return std::string(trim(part));
}

}  // namespace pa::call
