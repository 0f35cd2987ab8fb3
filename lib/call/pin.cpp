#include "call/pin.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace pa::call {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 33> words{{
    {"공", '0'},    {"영", '0'},    {"일", '1'},   {"이", '2'},   {"삼", '3'},   {"사", '4'},
    {"오", '5'},    {"육", '6'},    {"륙", '6'},   {"칠", '7'},   {"팔", '8'},   {"구", '9'},
    {"하나", '1'},  {"둘", '2'},    {"셋", '3'},   {"넷", '4'},   {"다섯", '5'}, {"여섯", '6'},
    {"일곱", '7'},  {"여덟", '8'},  {"아홉", '9'}, {"zero", '0'}, {"oh", '0'},   {"one", '1'},
    {"two", '2'},   {"three", '3'}, {"four", '4'}, {"five", '5'}, {"six", '6'},  {"seven", '7'},
    {"eight", '8'}, {"nine", '9'},  {"-", '\0'},
}};

/// What may follow the digits in one word: "1234예요", "일이삼사입니다".
constexpr std::array<std::string_view, 12> endings{
    "", "예요", "에요", "이에요", "요", "이요", "야", "이야", "입니다", "번", "번이요", "번이야"};

bool ends_word(std::string_view rest) {
    return std::find(endings.begin(), endings.end(), rest) != endings.end();
}

/// The name of a digit at the front of `word`: its length and the digit; the longest name wins
/// ("일곱" is not "일"). Length 0: none.
std::pair<std::size_t, char> digit_at(std::string_view word) {
    if (!word.empty() && is_digit(word.front())) return {1, word.front()};
    std::pair<std::size_t, char> best{0, 0};
    for (const auto& [name, digit] : words)
        if (word.starts_with(name) && name.size() > best.first) best = {name.size(), digit};
    return best;
}

/// The digits that a whole word stands for; "" if it is some other word that begins like one.
std::string digits_of(std::string_view word) {
    std::string digits;
    while (true) {
        auto [length, digit] = digit_at(word);
        // "이야" and "이에요" after digits are an ending, though 이 is two.
        if (length == 0 || (!digits.empty() && ends_word(word))) break;
        if (digit != 0) digits += digit;
        word.remove_prefix(length);
    }
    return ends_word(word) ? digits : std::string();
}

}  // namespace

std::string spoken_digits(std::string_view text) {
    std::string digits, lower = to_lower(text);
    for (char& c : lower)
        if (std::string_view(".,!?\t\n").find(c) != std::string_view::npos) c = ' ';
    for (std::string_view word : split(lower, ' ')) {
        if (word.empty()) continue;
        std::string more = digits_of(word);
        if (!more.empty())
            digits += more;
        else if (!digits.empty() && digits.back() != ' ')
            digits += ' ';
    }
    while (digits.ends_with(' ')) digits.pop_back();
    return digits;
}

bool PinCheck::attempt(bool right, bool meant) {
    if (!wanted()) return false;
    if (right) proved_ = true;
    if (!right && meant) ++tries_;
    return right;
}

bool PinCheck::keys(std::string_view keys) {
    while (keys.ends_with('#')) keys.remove_suffix(1);
    return attempt(keys == pin_, !keys.empty());
}

bool PinCheck::speech(std::string_view text) {
    if (!wanted()) return false;
    const std::string digits = spoken_digits(text);
    bool meant = false, right = false;
    for (std::string_view row : split(digits, ' ')) {
        meant = meant || row.size() >= pin_.size();
        // A digit more may have slipped in; a long row is a search for the PIN.
        right = right || (row.size() <= pin_.size() + 2 && row.find(pin_) != std::string::npos);
    }
    return attempt(right, meant);
}

}  // namespace pa::call
