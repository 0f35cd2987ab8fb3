// Korean words of time: days, weeks, dates.
#include <algorithm>

#include "extract/due_korean.hpp"

namespace pa::extract::korean {
namespace {

using namespace std::chrono;

const Numerals counted_days{{"하루", 1}, {"이틀", 2}, {"사흘", 3},  {"나흘", 4}, {"닷새", 5},
                            {"엿새", 6}, {"이레", 7}, {"열흘", 10}, {"보름", 15}};
const Numerals weekdays{{"월", 0}, {"화", 1}, {"수", 2}, {"목", 3},
                        {"금", 4}, {"토", 5}, {"일", 6}};

struct Feast {
    std::string_view name;
    unsigned month, day;
};
// Those that have a fixed date. Longer words before their beginnings.
const std::initializer_list<Feast> feasts{
    {"크리스마스이브", 12, 24}, {"성탄전야", 12, 24}, {"크리스마스", 12, 25}, {"성탄절", 12, 25},
    {"삼일절", 3, 1},           {"어린이날", 5, 5},   {"어버이날", 5, 8},     {"스승의날", 5, 15},
    {"현충일", 6, 6},           {"제헌절", 7, 17},    {"광복절", 8, 15},      {"개천절", 10, 3},
    {"한글날", 10, 9},          {"새해첫날", 1, 1},   {"밸런타인데이", 2, 14}};

}  // namespace

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

/// "크리스마스 이브", "광복절".
std::size_t Scanner::feast() {
    for (const Feast& feast : feasts) {
        if (!at(pos_, feast.name)) continue;
        if (auto day = today_.date_of(feast.month, feast.day)) name(*day);
        return feast.name.size();
    }
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
        if (at(pos_ + n, "마다")) out_.repeats.push_back({origin_[pos_], "weekly"});
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

/// "이번 달", "다음 달"; 0 if it is not there.
std::size_t Scanner::months_named(std::size_t pos, std::optional<int>& ahead) const {
    const std::initializer_list<std::pair<std::string_view, int>> names{
        {"이번달", 0}, {"이달", 0}, {"다다음달", 2}, {"다음달", 1}, {"담달", 1}, {"내달", 1}};
    for (auto [word, value] : names)
        if (at(pos, word)) {
            ahead = value;
            return word.size();
        }
    return 0;
}

/// "이번 달 말일", "다음 달 말까지", "월말".
std::size_t Scanner::month_end() {
    std::optional<int> ahead;
    std::size_t p = pos_ + months_named(pos_, ahead);
    std::size_t word = any(p, {"말일", "월말"});
    if (word == 0 && p > pos_ && at(p, "말") && ends_word(p + 3)) word = 3;
    if (word == 0 || (p == pos_ && !starts_word(p))) return 0;
    name(today_.month_end(ahead.value_or(0)));
    return p + word - pos_;
}

std::size_t Scanner::date() {
    std::optional<int> months_ahead;
    std::size_t p = pos_ + months_named(pos_, months_ahead);
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
    if (!at(p + first.size, "일")) first = day_number(p);
    // "15일" alone, no span of days: "이일", "사일" and "오일" are other words as well.
    bool word = first.kind == Number::sino_word && first.value >= 10 && starts_word(p) &&
                ends_word(p + first.size + 3);
    bool monthly = !out_.repeats.empty() && out_.repeats.back().how == "monthly";
    bool spoken = first.kind == Number::digits || months_ahead || word || monthly;
    std::size_t end = p + first.size + 3;
    if (!spoken || !at(p + first.size, "일") || first.value < 1 || first.value > 31) return 0;
    if (any(end, {"동안", "간", "째", "이내", "전", "치", "만에"}) > 0) return 0;
    if (auto day = today_.day_of_month(static_cast<unsigned>(first.value), months_ahead))
        name(*day);
    return end - pos_;
}

}  // namespace pa::extract::korean
