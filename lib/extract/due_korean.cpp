// Korean: blanks are left out, since people and recognisers set them as they like, but remembered,
// since "내 일" is not "내일" and "다시" is no hour.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/text.hpp"
#include "extract/due_parts.hpp"

namespace pa::extract {
namespace {

using namespace std::chrono;
using Words = std::initializer_list<std::string_view>;
using Numerals = std::initializer_list<std::pair<std::string_view, int>>;

// Longer words before their beginnings.
const Numerals native{{"열하나", 11}, {"열한", 11}, {"열두", 12}, {"열둘", 12}, {"다섯", 5},
                      {"여섯", 6},    {"일곱", 7},  {"여덟", 8},  {"여덜", 8},  {"아홉", 9},
                      {"하나", 1},    {"스무", 20}, {"열", 10},   {"한", 1},    {"두", 2},
                      {"둘", 2},      {"세", 3},    {"셋", 3},    {"네", 4},    {"넷", 4}};
const Numerals sino{{"일", 1}, {"이", 2}, {"삼", 3}, {"사", 4}, {"오", 5},
                    {"육", 6}, {"칠", 7}, {"팔", 8}, {"구", 9}};
const Numerals counted_days{{"하루", 1}, {"이틀", 2}, {"사흘", 3},  {"나흘", 4}, {"닷새", 5},
                            {"엿새", 6}, {"이레", 7}, {"열흘", 10}, {"보름", 15}};
const Numerals weekdays{{"월", 0}, {"화", 1}, {"수", 2}, {"목", 3},
                        {"금", 4}, {"토", 5}, {"일", 6}};
const Words particles{"에", "쯤",   "까지", "부터", "로", "으로", "정도", "정각", "경",   "전",
                      "후", "뒤",   "이",   "넘",   "가", "는",   "도",   "면",   "를",   "은",
                      "반", "마다", "하고", "랑",   "인", "야",   "요",   "예",   "지나", "맞"};
const Words before_numbers{"새벽", "아침", "오전", "점심", "오후", "저녁", "밤", "낮", "내일",
                           "오늘", "모레", "매일", "평일", "요일", "일",   "에", "쯤", "주말"};

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
    std::size_t week();
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
    std::size_t minutes_after(std::size_t pos, NamedClock& clock) const;
    void name(sys_days day) { out_.days.push_back({origin_[pos_], day}); }
    std::size_t name_part(std::string_view word, PartOfDay part);

    std::string s_;                    // without blanks
    std::vector<std::size_t> origin_;  // of each byte in the phrase
    std::vector<bool> gap_;            // a blank stood before it
    const Today& today_;
    Parts& out_;
    std::size_t pos_ = 0;
};

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
          &Scanner::simple_day, &Scanner::week, &Scanner::date, &Scanner::clock, &Scanner::part})
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
        if (out_.repeat.empty()) out_.repeat = repeat;
        return word.size();
    }
    for (auto [word, repeat] :
         {std::pair{"아침마다", "아침"}, {"저녁마다", "저녁"}, {"밤마다", "밤"}})
        if (at(pos_, word)) {
            out_.repeat = "daily";
            return 0;  // the part of the day is read as well
        }
    return 0;
}

/// "뒤", "후", "있다가", with what may stand before it; 0 if it is not there.
std::size_t Scanner::later(std::size_t pos) const {
    std::size_t filler = any(pos, {"정도", "쯤", "만"});
    std::size_t word =
        any(pos + filler, {"뒤", "후", "있다가", "있다", "이따가", "이따", "지나서", "지나면"});
    return word > 0 ? filler + word : 0;
}

std::size_t Scanner::duration() {
    std::size_t p = pos_;
    int minutes = 0;
    if (at(p, "반시간") && starts_word(p)) {
        minutes = 30;
        p += 9;
    } else {
        Number n = number(p);
        if (n.size == 0 || (n.kind != Number::digits && !starts_word(p))) return 0;
        if (at(p + n.size, "시간")) {
            minutes = n.value * 60;
            p += n.size + 6;
            if (at(p, "반")) {
                minutes += 30;
                p += 3;
            } else if (Number more = number(p); more.size > 0 && at(p + more.size, "분")) {
                minutes += more.value;
                p += more.size + 3;
            }
        } else if (at(p + n.size, "분")) {
            minutes = n.value;
            p += n.size + 3;
        } else {
            return 0;
        }
    }
    std::size_t end = later(p);
    if (end == 0) return 0;
    if (!out_.after) out_.after = std::chrono::minutes(minutes);
    return p + end - pos_;
}

std::size_t Scanner::days_ahead() {
    std::size_t p = pos_;
    int ahead = 0, months_ahead = 0;
    for (auto [word, value] : counted_days)
        if (at(p, word) && starts_word(p)) {
            ahead = value;
            p += word.size();
            break;
        }
    if (ahead == 0) {
        Number n = day_number(p);
        if (n.size == 0 || n.value > 366 || (n.kind != Number::digits && !starts_word(p))) return 0;
        p += n.size;
        if (std::size_t u = any(p, {"주일", "주"}); u > 0) {
            ahead = n.value * 7;
            p += u;
        } else if (std::size_t m = any(p, {"개월", "달"}); m > 0) {
            months_ahead = n.value;
            p += m;
        } else if (at(p, "일")) {
            ahead = n.value;
            p += 3;
        } else {
            return 0;
        }
    }
    std::size_t end = later(p);
    if (end == 0) return 0;
    year_month_day then = year_month_day(today_.date) + months(months_ahead);
    if (!then.ok()) then = then.year() / then.month() / last;
    name(sys_days(then) + days(ahead));
    return p + end - pos_;
}

std::size_t Scanner::simple_day() {
    if (at(pos_, "내일모레")) return name(today_.plus(2)), 12;
    if (at(pos_, "모레", true)) return name(today_.plus(2)), 6;
    if (at(pos_, "글피", true)) return name(today_.plus(3)), 6;
    if (at(pos_, "내일", true) || at(pos_, "명일", true))
        return out_.days.push_back(today_.tomorrow(origin_[pos_])), 6;
    if (at(pos_, "낼") && starts_word(pos_) && (gap_.size() <= pos_ + 3 || gap_[pos_ + 3]))
        return out_.days.push_back(today_.tomorrow(origin_[pos_])), 3;
    if (at(pos_, "오늘", true) || at(pos_, "금일", true)) return name(today_.date), 6;
    return 0;
}

std::size_t Scanner::weekday_at(std::size_t pos, unsigned& day) const {
    for (auto [word, value] : weekdays)
        if (at(pos, word))
            if (std::size_t rest = any(pos + 3, {"요일", "욜"}); rest > 0) {
                day = static_cast<unsigned>(value);
                return 3 + rest;
            }
    return 0;
}

/// "다음 주 월요일", "이번 주말", "월요일", "주말".
std::size_t Scanner::week() {
    unsigned day = 0;
    if (std::size_t n = weekday_at(pos_, day); n > 0) {
        name(today_.coming(day));
        if (at(pos_ + n, "마다") && out_.repeat.empty()) out_.repeat = "weekly";
        return n;
    }
    if (at(pos_, "주말", true)) return name(weekend(today_)), 6;
    int weeks = 0;
    std::size_t n = any(pos_, {"다다음주", "다음다음주"});
    if (n > 0) {
        weeks = 2;
    } else if ((n = any(pos_, {"다음주", "담주", "차주", "내주"})) > 0) {
        weeks = 1;
    } else if ((n = any(pos_, {"이번주", "금주"})) == 0) {
        return 0;
    }
    if (at(pos_ + n, "말")) return name(today_.of_week(weeks, 5)), n + 3;
    std::size_t filler = any(pos_ + n, {"에", "의", ","});
    std::size_t rest = weekday_at(pos_ + n + filler, day);
    if (rest == 0) return n;  // a week alone names no day
    name(today_.of_week(weeks, day));
    return n + filler + rest;
}

std::size_t Scanner::date() {
    std::optional<int> months_ahead;
    std::size_t p = pos_;
    if (std::size_t n = any(p, {"이번달", "이달"}); n > 0) {
        months_ahead = 0;
        p += n;
    } else if (std::size_t m = any(p, {"다음달", "담달", "내달"}); m > 0) {
        months_ahead = 1;
        p += m;
    }
    Number first = number(p);
    if (at(p, "유월")) first = {6, 3, Number::sino_word};
    if (at(p, "시월")) first = {10, 3, Number::sino_word};
    if (first.size == 0 || first.kind == Number::native_word) return 0;
    if (!months_ahead && at(p + first.size, "월")) {
        std::size_t q = p + first.size + 3;
        Number second = day_number(q);
        if (second.size == 0 || !at(q + second.size, "일") || first.value > 12 || second.value > 31)
            return 0;
        auto day =
            today_.date_of(static_cast<unsigned>(first.value), static_cast<unsigned>(second.value));
        if (day) name(*day);
        return q + second.size + 3 - pos_;
    }
    // "15일" alone: digits only, and no span of days.
    bool spoken = first.kind == Number::digits || months_ahead;
    std::size_t end = p + first.size + 3;
    if (!spoken || !at(p + first.size, "일") || first.value < 1 || first.value > 31) return 0;
    if (any(end, {"동안", "간", "째", "이내", "전", "치", "만에"}) > 0) return 0;
    if (auto day = today_.day_of_month(static_cast<unsigned>(first.value), months_ahead))
        name(*day);
    return end - pos_;
}

/// What follows "7시": "반", "30분", "10분 전".
std::size_t Scanner::minutes_after(std::size_t pos, NamedClock& clock) const {
    if (at(pos, "반") && ends_word(pos + 3)) {
        clock.minute = 30;
        return 3;
    }
    Number n = number(pos);
    if (n.size == 0 || n.value > 59 || n.kind == Number::native_word || !at(pos + n.size, "분"))
        return 0;
    std::size_t size = n.size + 3;
    clock.minute = n.value;
    if (at(pos + size, "전")) {
        clock.minute = -n.value;
        size += 3;
    }
    return size;
}

std::size_t Scanner::clock() {
    NamedClock named;
    named.at = origin_[pos_];
    if (at(pos_, "정오", true) || at(pos_, "자정", true)) {
        named.hour = at(pos_, "정오") ? 12 : 24;
        named.part = at(pos_, "정오") ? PartOfDay::noon : PartOfDay::none;
        out_.clocks.push_back(named);
        return 6;
    }
    Number n = number(pos_);
    if (n.size == 0 || n.value > 24 || !at(pos_ + n.size, "시") || at(pos_ + n.size, "시간"))
        return 0;
    std::size_t end = pos_ + n.size + 3;
    bool weak =
        n.kind == Number::native_word && n.size == 3;  // 한 두 세 네 열: parts of many words
    if (n.kind == Number::sino_word && (n.value < 11 || !starts_word(pos_))) return 0;
    named.hour = n.value;
    std::size_t rest = minutes_after(end, named);
    if (weak && (!starts_word(pos_) || (rest == 0 && !ends_word(end)))) return 0;
    out_.clocks.push_back(named);
    return n.size + 3 + rest;
}

std::size_t Scanner::name_part(std::string_view word, PartOfDay part) {
    out_.parts.push_back({origin_[pos_], part});
    return word.size();
}

std::size_t Scanner::part() {
    const std::initializer_list<std::pair<std::string_view, PartOfDay>> words{
        {"새벽", PartOfDay::dawn},    {"아침", PartOfDay::morning}, {"오전", PartOfDay::am},
        {"점심", PartOfDay::noon},    {"한낮", PartOfDay::noon},    {"오후", PartOfDay::pm},
        {"저녁", PartOfDay::evening}, {"퇴근", PartOfDay::evening}};
    for (auto [word, part] : words)
        if (at(pos_, word, true)) return name_part(word, part);
    if (at(pos_, "낮") && starts_word(pos_) && (ends_word(pos_ + 3) || number(pos_ + 3).size > 0))
        return name_part("낮", PartOfDay::noon);
    bool last_night = pos_ >= 3 && (at(pos_ - 3, "젯") || at(pos_ - 3, "간") || at(pos_ - 3, "알"));
    if (at(pos_, "밤") && !last_night && (starts_word(pos_) || at(pos_ - 3, "늘")))
        return name_part("밤", PartOfDay::night);
    return 0;
}

}  // namespace

void scan_korean(std::string_view words, const Today& today, Parts& out) {
    Scanner(words, today, out).scan();
}

}  // namespace pa::extract
