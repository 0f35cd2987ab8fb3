// The scanner of Korean words of time, shared by due_korean*.cpp. Private to this folder.
//
// Blanks are left out, since people and recognisers set them as they like, but remembered, since
// "내 일" is not "내일" and "다시" is no hour.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extract/due_parts.hpp"

namespace pa::extract::korean {

using Words = std::initializer_list<std::string_view>;
using Numerals = std::initializer_list<std::pair<std::string_view, int>>;

struct Number {
    int value = 0;
    std::size_t size = 0;  // bytes; 0: none
    enum Kind { digits, native_word, sino_word } kind = digits;
};

class Scanner {
public:
    Scanner(std::string_view words, const Today& today, Parts& out);
    void scan();

private:
    // Each rule: the number of bytes it has read at pos_, 0 if it is not there.
    std::size_t rule();
    std::size_t marker();
    std::size_t repetition();
    std::size_t duration();
    std::size_t days_ahead();
    std::size_t simple_day();
    std::size_t feast();
    std::size_t week();
    std::size_t month_end();
    std::size_t date();
    std::size_t clock();
    std::size_t part();

    [[nodiscard]] bool at(std::size_t pos, std::string_view word, bool solid = false) const;
    [[nodiscard]] std::size_t any(std::size_t pos, Words words) const;
    [[nodiscard]] Number number(std::size_t pos) const;
    [[nodiscard]] Number sino_number(std::size_t pos) const;
    [[nodiscard]] Number day_number(std::size_t pos) const;
    [[nodiscard]] bool hangul(std::size_t pos) const;
    [[nodiscard]] bool starts_word(std::size_t pos) const;
    [[nodiscard]] bool ends_word(std::size_t pos) const;
    [[nodiscard]] std::size_t weekday_at(std::size_t pos, unsigned& day) const;
    [[nodiscard]] std::size_t later(std::size_t pos) const;
    std::size_t amount(std::size_t pos, int& minutes) const;
    std::size_t months_named(std::size_t pos, std::optional<int>& ahead) const;
    std::size_t minutes_after(std::size_t pos, NamedClock& clock) const;
    void name(std::chrono::sys_days day) { out_.days.push_back({origin_[pos_], day}); }
    std::size_t name_part(std::string_view word, PartOfDay part);

    std::string s_;                    // without blanks
    std::vector<std::size_t> origin_;  // of each byte in the phrase
    std::vector<bool> gap_;            // a blank stood before it
    const Today& today_;
    Parts& out_;
    std::size_t pos_ = 0;
};

}  // namespace pa::extract::korean
