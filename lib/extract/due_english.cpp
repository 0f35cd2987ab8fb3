#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "extract/due_parts.hpp"

namespace pa::extract {
namespace {

using namespace std::chrono;
using Words = std::initializer_list<std::string_view>;

struct Token {
    std::string text;
    std::size_t at;
};

constexpr std::array<std::string_view, 7> weekday_names{
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 12> month_names{
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 20> small_numbers{
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 6> tens{"", "", "twenty", "thirty", "forty", "fifty"};

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& words, std::string_view word) {
    auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() || word.empty() ? -1 : static_cast<int>(found - words.begin());
}

bool one_of(std::string_view word, Words words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words in lower case; "7pm" is two, "p.m." is "pm", "o'clock" is "oclock".
std::vector<Token> tokens_of(std::string_view words) {
    std::vector<Token> tokens;
    bool open = false, digits = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        char c = ascii_lower(words[i]);
        bool colon = c == ':' && open && digits && i + 1 < words.size() && is_digit(words[i + 1]);
        if (c == '\'' || (c == '.' && open && !digits)) continue;
        if (!is_ascii_alnum(c) && !colon) {
            open = false;
            continue;
        }
        bool digit = is_digit(c) || colon;
        if (!open || digit != digits) tokens.push_back({"", i});
        tokens.back().text += c;
        open = true;
        digits = digit;
    }
    return tokens;
}

class Scanner {
public:
    Scanner(std::string_view words, const Today& today, Parts& out)
        : tokens_(tokens_of(words)), today_(today), out_(out) {}
    void scan() {
        while (i_ < tokens_.size()) i_ += std::max<std::size_t>(rule(), 1);
    }

private:
    // Each rule: the number of tokens it has read at i_, 0 if it is not there.
    std::size_t rule();
    std::size_t marker();
    std::size_t repetition();
    std::size_t simple_day();
    std::size_t weekday();
    std::size_t date();
    std::size_t from_now();
    std::size_t clock();
    std::size_t spoken_clock();
    std::size_t part();

    [[nodiscard]] std::string_view word(std::size_t i) const {
        return i < tokens_.size() ? std::string_view(tokens_[i].text) : std::string_view();
    }
    [[nodiscard]] std::string_view before() const {
        return i_ > 0 ? word(i_ - 1) : std::string_view();
    }
    /// A number of digits or words at `i`; `size` tokens of it.
    [[nodiscard]] int number(std::size_t i, std::size_t& size) const;
    [[nodiscard]] bool half_of_day(std::size_t i, PartOfDay& part) const;
    void name(sys_days day) { out_.days.push_back({tokens_[i_].at, day}); }
    void name(int hour, int minute, PartOfDay part = PartOfDay::none) {
        out_.clocks.push_back({tokens_[i_].at, hour, minute, part});
    }
    std::size_t named(PartOfDay part, std::size_t size) {
        out_.parts.push_back({tokens_[i_].at, part});
        return size;
    }

    std::vector<Token> tokens_;
    const Today& today_;
    Parts& out_;
    std::size_t i_ = 0;
};

std::size_t Scanner::rule() {
    for (auto try_rule : {&Scanner::marker, &Scanner::repetition, &Scanner::simple_day,
                          &Scanner::weekday, &Scanner::date, &Scanner::from_now,
                          &Scanner::spoken_clock, &Scanner::clock, &Scanner::part})
        if (std::size_t size = (this->*try_rule)(); size > 0) return size;
    return 0;
}

int Scanner::number(std::size_t i, std::size_t& size) const {
    std::string_view w = word(i);
    size = 1;
    int value = -1;
    if (!w.empty() && w.size() <= 4 && std::all_of(w.begin(), w.end(), is_digit)) {
        std::from_chars(w.data(), w.data() + w.size(), value);
        return value;
    }
    if (value = index_of(small_numbers, w); value >= 0) return value;
    if (value = index_of(tens, w); value < 0) return -1;
    int ones = index_of(small_numbers, word(i + 1));
    if (ones < 1 || ones > 9) return value * 10;
    size = 2;
    return value * 10 + ones;
}

std::size_t Scanner::marker() {
    if (one_of(word(i_), {"wake", "wakeup", "alarm"})) return out_.waking = true, 1;
    bool correction = one_of(word(i_), {"no", "actually", "sorry", "rather", "wait", "scratch"}) ||
                      (word(i_) == "make" && word(i_ + 1) == "it") ||
                      (word(i_) == "i" && word(i_ + 1) == "mean");
    if (!correction) return 0;
    out_.corrections.push_back(tokens_[i_].at);
    return 1;
}

std::size_t Scanner::repetition() {
    auto repeat = [this](const char* how, std::size_t size) {
        out_.repeats.push_back({tokens_[i_].at, how});
        return size;
    };
    if (one_of(word(i_), {"daily", "everyday"})) return repeat("daily", 1);
    if (word(i_) == "weekdays") return repeat("weekdays", 1);
    if (word(i_) == "weekends") return repeat("weekends", 1);
    if (word(i_) == "weekly") return repeat("weekly", 1);
    if (word(i_) == "monthly") return repeat("monthly", 1);
    if (!one_of(word(i_), {"every", "each"})) return 0;
    std::string_view what = word(i_ + 1);
    if (what == "day") return repeat("daily", 2);
    if (what == "weekday") return repeat("weekdays", 2);
    if (what == "weekend") return repeat("weekends", 2);
    if (what == "week") return repeat("weekly", 2);
    if (what == "month") return repeat("monthly", 2);
    if (one_of(what, {"morning", "afternoon", "evening", "night"})) return repeat("daily", 1);
    if (index_of(weekday_names, what) >= 0) return repeat("weekly", 1);
    return 0;
}

std::size_t Scanner::simple_day() {
    if (word(i_) == "day" && word(i_ + 1) == "after" && word(i_ + 2) == "tomorrow")
        return name(today_.plus(2)), 3;
    if (word(i_) == "tomorrow") return out_.days.push_back(today_.tomorrow(tokens_[i_].at)), 1;
    if (word(i_) == "today") return name(today_.date), 1;
    if (word(i_) == "tonight") return name(today_.date), named(PartOfDay::night, 1);
    if (word(i_) == "end" && word(i_ + 1) == "of" && word(i_ + 3) == "month" &&
        one_of(word(i_ + 2), {"the", "this", "next"}))
        return name(today_.month_end(word(i_ + 2) == "next" ? 1 : 0)), 4;
    if (word(i_) == "christmas" && one_of(word(i_ + 1), {"eve", "day"}))
        return name(*today_.date_of(12, word(i_ + 1) == "eve" ? 24 : 25)), 2;
    if (word(i_) == "this" && one_of(word(i_ + 1), {"morning", "afternoon", "evening"}))
        return name(today_.date), 1;
    if (word(i_) == "weekend")
        return name(before() == "next" ? today_.of_week(1, 5) : weekend(today_)), 1;
    return 0;
}

std::size_t Scanner::weekday() {
    std::string_view w = word(i_);
    bool plural = w.ends_with("days") && index_of(weekday_names, w.substr(0, w.size() - 1)) >= 0;
    int found = index_of(weekday_names, plural ? w.substr(0, w.size() - 1) : w);
    if (found < 0) return 0;
    if (plural) out_.repeats.push_back({tokens_[i_].at, "weekly"});
    auto day = static_cast<unsigned>(found);
    sys_days coming = today_.coming(day);
    bool next = before() == "next" || (word(i_ + 1) == "next" && word(i_ + 2) == "week");
    name(next ? today_.of_week(1, day) : coming);
    if (next && today_.of_week(1, day) != coming) out_.days.back().other = coming;  // usage differs
    return 1;
}

std::size_t Scanner::date() {
    std::size_t size = 0;
    int month = index_of(month_names, word(i_)) + 1;
    if (month > 0) {
        std::size_t j = i_ + (word(i_ + 1) == "the" ? 2 : 1);
        int day = number(j, size);
        if (day < 1 || day > 31) return 0;
        if (auto d = today_.date_of(static_cast<unsigned>(month), static_cast<unsigned>(day)))
            name(*d);
        j += size;
        return j + (one_of(word(j), {"st", "nd", "rd", "th"}) ? 1U : 0U) - i_;
    }
    int day = number(i_, size);
    if (day < 1 || day > 31 || !one_of(word(i_ + size), {"st", "nd", "rd", "th"})) return 0;
    std::size_t j = i_ + size + 1;
    if (word(j) == "of") month = index_of(month_names, word(j + 1)) + 1;
    auto d = month > 0 ? today_.date_of(static_cast<unsigned>(month), static_cast<unsigned>(day))
                       : today_.day_of_month(static_cast<unsigned>(day), std::nullopt);
    if (d) name(*d);
    return month > 0 ? size + 3 : size + 1;
}

/// "in 20 minutes", "in half an hour", "an hour and a half from now", "in two days".
std::size_t Scanner::from_now() {
    std::size_t j = i_ + (word(i_) == "in" ? 1 : 0), size = 1;
    double amount = number(j, size);
    if (word(j) == "half") {
        amount = 0.5;
        size = one_of(word(j + 1), {"a", "an"}) ? 2 : 1;
    } else if (word(j) == "a" && word(j + 1) == "couple") {
        amount = 2;
        size = word(j + 2) == "of" ? 3 : 2;
    } else if (one_of(word(j), {"a", "an"})) {
        amount = 1;
        if (word(j + 1) == "half") amount = 0.5, size = 2;
    }
    if (amount < 0) return 0;
    j += size;
    if (word(j) == "and" && word(j + 1) == "a" && word(j + 2) == "half") amount += 0.5, j += 3;
    std::string_view unit = word(j++);
    if (unit.ends_with('s')) unit.remove_suffix(1);
    if (word(j) == "and" && word(j + 1) == "a" && word(j + 2) == "half") amount += 0.5, j += 3;
    bool now = word(j) == "from" && one_of(word(j + 1), {"now", "today"});
    bool before = one_of(word(j), {"before", "beforehand", "earlier", "prior", "ahead"});
    bool of_day = one_of(unit, {"minute", "min", "hour", "hr"});
    if ((word(i_) != "in" && !now && !(before && of_day)) || amount > 1000) return 0;
    if (of_day) {
        std::chrono::minutes span(static_cast<int>(amount * (unit.front() == 'h' ? 60 : 1)));
        if (before && !out_.before) out_.before = span;
        if (!before) out_.after.push_back({tokens_[i_].at, span});
    } else if (unit == "day" || unit == "week") {
        name(today_.plus(static_cast<int>(amount * (unit == "day" ? 1 : 7))));
    } else {
        return 0;
    }
    return j + (now ? 2U : 0U) - i_;
}

bool Scanner::half_of_day(std::size_t i, PartOfDay& part) const {
    if (word(i) == "am") part = PartOfDay::am;
    if (word(i) == "pm") part = PartOfDay::pm;
    return word(i) == "am" || word(i) == "pm";
}

/// "half past seven", "quarter to eight", "ten to nine", noon, midnight.
std::size_t Scanner::spoken_clock() {
    if (one_of(word(i_), {"noon", "midday"})) return name(12, 0, PartOfDay::noon), 1;
    if (word(i_) == "midnight") return name(24, 0), 1;
    std::size_t size = 1, hour_size = 1;
    int minutes = word(i_) == "half" ? 30 : word(i_) == "quarter" ? 15 : number(i_, size);
    bool past = word(i_ + size) == "past",
         to = word(i_ + size) == "to" && one_of(before(), {"at", "a", "by", "around"});
    int hour = number(i_ + size + 1, hour_size);
    if (minutes < 1 || minutes > 59 || (!past && !to) || hour < 1 || hour > 12) return 0;
    size += 1 + hour_size;
    PartOfDay part = PartOfDay::none;
    if (half_of_day(i_ + size, part)) ++size;
    name(hour, past ? minutes : -minutes, part);
    return size;
}

std::size_t Scanner::clock() {
    std::string_view w = word(i_);
    PartOfDay part = PartOfDay::none;
    int hour = -1, minute = 0;
    std::size_t size = 1;
    bool sure = false;
    if (std::size_t colon = w.find(':'); colon != std::string_view::npos) {
        std::from_chars(w.data(), w.data() + colon, hour);
        std::from_chars(w.data() + colon + 1, w.data() + w.size(), minute);
        sure = true;
    } else {
        hour = number(i_, size);
        std::size_t more = 0;
        int spoken = number(i_ + size, more);  // "seven thirty"
        if (hour >= 1 && hour <= 12 && spoken >= 10 && spoken <= 59 && !is_digit(w.front())) {
            minute = spoken;
            size += more;
        }
    }
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59) return 0;
    if (half_of_day(i_ + size, part)) sure = true, ++size;
    if (one_of(word(i_ + size), {"oclock", "clock"})) sure = true, ++size;
    if (part == PartOfDay::none && half_of_day(i_ + size, part)) ++size;
    bool led = one_of(before(), {"at", "by", "around", "until", "till", "before", "from", "to",
                                 "it", "tomorrow"});
    bool counts = one_of(word(i_ + size),
                         {"minutes", "minute", "hours", "hour", "days", "day", "weeks", "week",
                          "people", "percent", "of", "times", "more", "th", "st", "nd", "rd"});
    if (!sure && (!led || counts)) return 0;
    name(hour, minute, part);
    return size;
}

std::size_t Scanner::part() {
    if (one_of(before(), {"good", "last"})) return 0;
    if (word(i_) == "morning") return named(PartOfDay::morning, 1);
    if (word(i_) == "afternoon") return named(PartOfDay::afternoon, 1);
    if (word(i_) == "evening") return named(PartOfDay::evening, 1);
    if (word(i_) == "night") return named(PartOfDay::night, 1);
    if (one_of(word(i_), {"lunch", "lunchtime"})) return named(PartOfDay::noon, 1);
    return 0;
}

}  // namespace

void scan_english(std::string_view words, const Today& today, Parts& out) {
    Scanner(words, today, out).scan();
}

}  // namespace pa::extract
