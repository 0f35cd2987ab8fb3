// Korean words of time: letters, numbers, corrections and repetition.
#include "extract/due_korean.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pa::extract {
namespace korean {
namespace {

// Longer words before their beginnings.
const Numerals native{{"열하나", 11}, {"열한", 11}, {"열두", 12}, {"열둘", 12}, {"다섯", 5},
                      {"여섯", 6},    {"일곱", 7},  {"여덟", 8},  {"여덜", 8},  {"아홉", 9},
                      {"하나", 1},    {"스무", 20}, {"열", 10},   {"한", 1},    {"두", 2},
                      {"둘", 2},      {"세", 3},    {"셋", 3},    {"네", 4},    {"넷", 4}};
const Numerals sino{{"일", 1}, {"이", 2}, {"삼", 3}, {"사", 4}, {"오", 5},
                    {"육", 6}, {"칠", 7}, {"팔", 8}, {"구", 9}};
const Words particles{"에",   "엔",   "께",   "고", "보다", "쯤",   "까지", "부터", "로",
                      "으로", "정도", "정각", "경", "전",   "후",   "뒤",   "이",   "넘",
                      "가",   "는",   "도",   "면", "를",   "은",   "반",   "마다", "하고",
                      "랑",   "인",   "야",   "요", "예",   "지나", "맞"};
const Words before_numbers{"새벽", "아침", "오전", "점심", "오후", "저녁", "밤", "낮", "내일",
                           "오늘", "모레", "매일", "평일", "요일", "일",   "에", "쯤", "주말"};

}  // namespace

Scanner::Scanner(std::string_view words, const Today& today, Parts& out)
    : today_(today), out_(out) {
    bool gap = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == ' ' || words[i] == '\t' || words[i] == '\n' || words[i] == '\r') {
            gap = true;
            continue;
        }
        s_ += words[i];
        origin_.push_back(i);
        gap_.push_back(std::exchange(gap, false));
    }
}

void Scanner::scan() {
    while (pos_ < s_.size()) pos_ += std::max<std::size_t>(rule(), 1);
}

std::size_t Scanner::rule() {
    for (auto try_rule :
         {&Scanner::marker, &Scanner::repetition, &Scanner::duration, &Scanner::days_ahead,
          &Scanner::simple_day, &Scanner::feast, &Scanner::week, &Scanner::month_end,
          &Scanner::date, &Scanner::clock, &Scanner::part})
        if (std::size_t size = (this->*try_rule)(); size > 0) return size;
    return 0;
}

/// `solid`: written without a blank inside.
bool Scanner::at(std::size_t pos, std::string_view word, bool solid) const {
    if (s_.compare(pos, word.size(), word) != 0) return false;
    for (std::size_t i = pos + 1; solid && i < pos + word.size(); ++i)
        if (gap_[i]) return false;
    return true;
}

std::size_t Scanner::any(std::size_t pos, Words words) const {
    for (std::string_view word : words)
        if (at(pos, word)) return word.size();
    return 0;
}

bool Scanner::hangul(std::size_t pos) const {  // U+AC00 … U+D7A3
    return pos < s_.size() && static_cast<unsigned char>(s_[pos]) >= 0xEA &&
           static_cast<unsigned char>(s_[pos]) <= 0xED;
}

bool Scanner::starts_word(std::size_t pos) const {
    if (pos == 0 || gap_[pos] || pos < 3 || !hangul(pos - 3)) return true;
    std::string_view before = std::string_view(s_).substr(0, pos);
    return std::any_of(before_numbers.begin(), before_numbers.end(),
                       [&](std::string_view word) { return before.ends_with(word); });
}

bool Scanner::ends_word(std::size_t pos) const {
    return pos >= s_.size() || gap_[pos] || !hangul(pos) || any(pos, particles) > 0;
}

Number Scanner::sino_number(std::size_t pos) const {
    auto unit = [this](std::size_t p) {
        for (auto [word, value] : sino)
            if (at(p, word)) return value;
        return 0;
    };
    int tens = unit(pos);
    std::size_t next = pos + (tens > 0 ? 3 : 0);
    if (!at(next, "십")) return {tens, next - pos, Number::sino_word};
    next += 3;
    int ones = unit(next);
    return {std::max(tens, 1) * 10 + ones, next + (ones > 0 ? 3U : 0U) - pos, Number::sino_word};
}

Number Scanner::number(std::size_t pos) const {
    Number n;
    while (n.size < 4 && pos + n.size < s_.size() && is_digit(s_[pos + n.size]))
        n.value = n.value * 10 + (s_[pos + n.size++] - '0');
    bool inside = pos > 0 && (is_digit(s_[pos - 1]) || s_[pos - 1] == ':' || s_[pos - 1] == '.');
    if (n.size > 0) return inside ? Number{} : n;
    for (auto [word, value] : native)
        if (at(pos, word)) return {value, word.size(), Number::native_word};
    return sino_number(pos);
}

/// Before "일": in "이십일" the last syllable is that word and no numeral, unless it comes once
/// more.
Number Scanner::day_number(std::size_t pos) const {
    Number n = number(pos);
    bool greedy = n.kind == Number::sino_word && n.size > 3 && n.value % 10 == 1;
    if (greedy && !at(pos + n.size, "일")) return {n.value - 1, n.size - 3, n.kind};
    return n;
}

std::size_t Scanner::marker() {
    if (std::size_t n = any(
            pos_, {"아니다", "아니야", "아니,", "아니고", "아니라", "말고", "취소하고", "정정"});
        n > 0) {
        out_.corrections.push_back(origin_[pos_]);
        return n;
    }
    if (at(pos_, "아니", true) && pos_ + 6 < s_.size() && gap_[pos_ + 6]) {  // "7시 아니 8시"
        out_.corrections.push_back(origin_[pos_]);
        return 6;
    }
    if (std::size_t n = any(pos_, {"모닝콜", "깨워", "깨우", "일어나", "알람"}); n > 0) {
        out_.waking = true;
        return n;
    }
    return 0;
}

std::size_t Scanner::repetition() {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> words{
        {"날마다", "daily"},      {"매일", "daily"},        {"평일", "weekdays"},
        {"주중매일", "weekdays"}, {"주말마다", "weekends"}, {"매주말", "weekends"},
        {"매주", "weekly"},       {"매달", "monthly"},      {"매월", "monthly"}};
    for (auto [word, repeat] : words) {
        if (!at(pos_, word, word == "매일")) continue;
        std::size_t end = pos_ + word.size();
        end += any(end, {"은", "는", "이", "까지"});
        if (any(end, {"말고", "아니"}) > 0)
            out_.repeat_denied = true;
        else
            out_.repeats.push_back({origin_[pos_], repeat});
        return word.size();
    }
    if (any(pos_, {"아침마다", "저녁마다", "밤마다"}) > 0)
        out_.repeats.push_back({origin_[pos_], "daily"});
    return 0;  // the part of the day is read as well
}

}  // namespace korean

void scan_korean(std::string_view words, const Today& today, Parts& out) {
    korean::Scanner(words, today, out).scan();
}

}  // namespace pa::extract
