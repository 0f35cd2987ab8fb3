#include "call/pin.hpp"

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

/// Takes one digit off the front of `word`; the longest name wins ("일곱" is not "일").
bool take_digit(std::string_view& word, std::string& digits) {
    if (!word.empty() && is_digit(word.front())) {
        digits += word.front();
        word.remove_prefix(1);
        return true;
    }
    const std::pair<std::string_view, char>* best = nullptr;
    for (const auto& w : words)
        if (word.starts_with(w.first) && (best == nullptr || w.first.size() > best->first.size()))
            best = &w;
    if (best == nullptr) return false;
    if (best->second != '\0') digits += best->second;
    word.remove_prefix(best->first.size());
    return true;
}

}  // namespace

std::string spoken_digits(std::string_view text) {
    std::string digits, lower = to_lower(text);
    for (std::string_view word : split(lower, ' ')) {
        while (!word.empty() &&
               std::string_view(".,!?").find(word.back()) != std::string_view::npos)
            word.remove_suffix(1);
        while (take_digit(word, digits)) {
        }
        if (!word.empty() && !digits.empty() && digits.back() != ' ') digits += ' ';
    }
    return digits;
}

bool PinCheck::attempt(bool right, bool long_enough) {
    if (!wanted()) return false;
    if (right) proved_ = true;
    if (!right && long_enough) ++tries_;
    return right;
}

bool PinCheck::keys(std::string_view keys) {
    while (keys.ends_with('#')) keys.remove_suffix(1);
    return attempt(keys == pin_, !keys.empty());
}

bool PinCheck::speech(std::string_view text) {
    if (!wanted()) return false;
    std::string digits = spoken_digits(text);
    return attempt(digits.find(pin_) != std::string::npos, digits.size() >= pin_.size());
}

}  // namespace pa::call
