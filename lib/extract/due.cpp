#include "extract/due.hpp"

#include <algorithm>

#include "extract/due_parts.hpp"

namespace pa::extract {
namespace {

using namespace std::chrono;

constexpr int day_minutes = 24 * 60;
constexpr int first_waking_minute = 6 * 60;

/// Midnight of `day`, plus minutes, in local time.
WallTime instant(sys_days day, int minute) {
    year_month_day date(day);
    Civil c;
    c.year = static_cast<int>(date.year());
    c.month = static_cast<int>(static_cast<unsigned>(date.month()));
    c.day = static_cast<int>(static_cast<unsigned>(date.day())) + minute / day_minutes;
    c.hour = minute % day_minutes / 60;
    c.minute = minute % 60;
    return from_civil(c);
}

struct Range {
    int from, usual, to;  // minutes of the day
};
Range range_of(PartOfDay part) {
    switch (part) {
        case PartOfDay::dawn: return {0, 6 * 60, 8 * 60};
        case PartOfDay::am: return {5 * 60, 9 * 60, 12 * 60};
        case PartOfDay::morning: return {5 * 60, 8 * 60, 12 * 60};
        case PartOfDay::noon: return {11 * 60, 12 * 60, 14 * 60};
        case PartOfDay::pm:
        case PartOfDay::afternoon: return {12 * 60, 15 * 60, 19 * 60};
        case PartOfDay::evening: return {17 * 60, 19 * 60, 22 * 60 + 30};
        case PartOfDay::night: return {19 * 60, 21 * 60, day_minutes + 60};
        case PartOfDay::none: break;
    }
    return {0, 0, day_minutes};
}

/// The hours of the day that "7시" with that part can mean, the likeliest first.
std::vector<int> hours_of(int hour, PartOfDay part, bool waking) {
    int early = hour % 12, late = early + 12;
    if (hour >= 13 || hour == 0) return {hour};
    switch (part) {
        case PartOfDay::am:
        case PartOfDay::dawn:
        case PartOfDay::morning: return {early};
        case PartOfDay::pm:
        case PartOfDay::afternoon: return {late};
        case PartOfDay::noon: return {hour >= 10 ? hour : late};
        case PartOfDay::evening: return {hour == 12 ? 24 : late};
        case PartOfDay::night:
            if (hour >= 5) return {hour == 12 ? 24 : late};
            return {24 + early, early};  // "밤 1시" of tonight is tomorrow's date
        case PartOfDay::none: break;
    }
    if (waking) return {early, late};
    if (hour == 12) return {12, 24};
    return hour >= 7 ? std::vector<int>{early, late} : std::vector<int>{late, early};
}

/// The chosen one of several: the first, or the last that follows a correction.
template <class T>
const T* chosen(const std::vector<T>& named, const std::vector<std::size_t>& corrections) {
    if (named.empty()) return nullptr;
    const T* choice = &named.front();
    for (std::size_t correction : corrections)
        for (const T& t : named)
            if (t.at > correction && choice->at < correction) choice = &t;
    return choice;
}

/// The part of the day that goes with a clock: said with it, else the nearest before it, else the
/// first after it, with no other clock between.
PartOfDay part_for(const NamedClock& clock, const Parts& p) {
    if (clock.part != PartOfDay::none) return clock.part;
    std::size_t low = 0, high = std::string_view::npos;
    for (const NamedClock& other : p.clocks) {
        if (other.at < clock.at) low = std::max(low, other.at);
        if (other.at > clock.at) high = std::min(high, other.at);
    }
    PartOfDay before = PartOfDay::none, after = PartOfDay::none;
    for (const NamedPart& part : p.parts) {
        if (part.at >= low && part.at < clock.at) before = part.part;
        if (part.at > clock.at && part.at < high && after == PartOfDay::none) after = part.part;
    }
    if (before != PartOfDay::none) return before;
    // 7시에 깨우고 저녁에는 …: in Korean what follows belongs to the next thought.
    return p.clocks.size() == 1 || before == after ? after : PartOfDay::none;
}

std::vector<int> minutes_of(const NamedClock& clock, const Parts& p) {
    std::vector<int> minutes;
    for (int hour : hours_of(clock.hour, part_for(clock, p), p.waking))
        if (int m = hour * 60 + clock.minute; m >= 0) minutes.push_back(m);
    return minutes;
}

class Resolver {
public:
    Resolver(const Parts& parts, WallTime said) : p_(parts), said_(said), today_(said) {}
    Due resolve();

private:
    void relative();
    void on_day(const NamedDay& day);
    void next_time();
    void by_part();
    void settle();
    void allow_others();
    [[nodiscard]] const NamedDay* day_for(const NamedClock& clock) const;
    [[nodiscard]] bool fits_repeat(sys_days day) const;

    const Parts& p_;
    WallTime said_;
    Today today_;
    Due due_;
};

Due Resolver::resolve() {
    if (const NamedRepeat* repeat = chosen(p_.repeats, p_.corrections)) due_.repeat = repeat->how;
    due_.repeat_denied = p_.repeat_denied;
    due_.waking = p_.waking;
    due_.before = p_.before;
    due_.day_named = !p_.days.empty();
    due_.clock_named = !p_.clocks.empty();
    const NamedClock* clock = chosen(p_.clocks, p_.corrections);
    if (!p_.after.empty() && !due_.clock_named)
        relative();
    else if (const NamedDay* day =
                 clock != nullptr ? day_for(*clock) : chosen(p_.days, p_.corrections))
        on_day(*day);
    else if (due_.clock_named)
        next_time();
    else if (!p_.parts.empty())
        by_part();
    allow_others();
    settle();
    return due_;
}

void Resolver::relative() {
    due_.clock_named = due_.day_named = due_.relative = true;
    due_.possible.push_back(floor<minutes>(said_ + chosen(p_.after, p_.corrections)->time));
}

void Resolver::on_day(const NamedDay& chosen_day) {
    if (const NamedClock* clock = chosen(p_.clocks, p_.corrections)) {
        for (int minute : minutes_of(*clock, p_))
            due_.possible.push_back(instant(chosen_day.day, minute));
        if (chosen_day.other)
            for (int minute : minutes_of(*clock, p_))
                due_.possible.push_back(instant(*chosen_day.other, minute));
        bool today = chosen_day.day == today_.date;
        auto future = [this](WallTime t) { return t > said_; };
        if (today) std::stable_partition(due_.possible.begin(), due_.possible.end(), future);
        return;
    }
    PartOfDay part = p_.parts.empty() ? PartOfDay::none : chosen(p_.parts, p_.corrections)->part;
    due_.approximate = part != PartOfDay::none;
    due_.all_day = part == PartOfDay::none;
    due_.possible.push_back(instant(chosen_day.day, range_of(part).usual));
}

/// With a correction the last day, else the last one named before the hour: "내일 쉬고 모레 9시".
const NamedDay* Resolver::day_for(const NamedClock& clock) const {
    if (!p_.corrections.empty()) return chosen(p_.days, p_.corrections);
    const NamedDay* day = p_.days.empty() ? nullptr : &p_.days.front();
    for (const NamedDay& named : p_.days)
        if (named.at < clock.at) day = &named;
    return day;
}

/// "목요일 두 시에 치과 있고 금요일 여섯 시에 회식": each hour on its day, each day by itself.
void Resolver::allow_others() {
    if (!p_.corrections.empty() || due_.relative) return;
    for (const NamedClock& clock : p_.clocks) {
        if (p_.clocks.size() < 2) break;
        const NamedDay* day = day_for(clock);
        for (int minute : minutes_of(clock, p_)) {
            if (day != nullptr) due_.others.push_back(instant(day->day, minute));
            for (int d = 0; day == nullptr && d <= 7; ++d)
                due_.others.push_back(instant(today_.plus(d), minute));
        }
    }
    if (p_.days.size() < 2) return;
    for (const NamedDay& day : p_.days)
        if (p_.clocks.empty())
            due_.others.push_back(instant(day.day, 0));
        else if (p_.clocks.size() == 1)
            for (int minute : minutes_of(p_.clocks.front(), p_))
                due_.others.push_back(instant(day.day, minute));
}

bool Resolver::fits_repeat(sys_days day) const {
    unsigned d = weekday(day).iso_encoding();
    if (due_.repeat == "weekdays") return d <= 5;
    if (due_.repeat == "weekends") return d >= 6;
    return true;
}

void Resolver::next_time() {
    std::vector<int> minutes = minutes_of(*chosen(p_.clocks, p_.corrections), p_);
    bool waking =
        p_.waking && minutes.size() > 1;  // whoever is to be woken is meant in the morning
    std::vector<WallTime> unlikely;
    for (int d = 0; d <= 7; ++d)
        for (int minute : minutes) {
            WallTime t = instant(today_.plus(d), minute);
            if (t <= said_ || !fits_repeat(today_.plus(d))) continue;
            bool likely = minutes.size() == 1 ||
                          (waking ? minute < 12 * 60 : minute % day_minutes >= first_waking_minute);
            (likely ? due_.possible : unlikely).push_back(t);
        }
    std::sort(due_.possible.begin(), due_.possible.end());
    due_.possible.insert(due_.possible.end(), unlikely.begin(), unlikely.end());
}

void Resolver::by_part() {
    Range range = range_of(chosen(p_.parts, p_.corrections)->part);
    due_.approximate = true;
    for (int d = 0; d <= 7 && due_.possible.empty(); ++d)
        if (WallTime t = instant(today_.plus(d), range.usual);
            t > said_ && fits_repeat(today_.plus(d)))
            due_.possible.push_back(t);
}

void Resolver::settle() {
    if (due_.possible.empty()) return;
    // "토요일, 평일마다": where no day fits, the day that was named counts.
    auto fits = [this](WallTime t) { return fits_repeat(Today(t).date); };
    auto& times = due_.possible;
    if (std::none_of(times.begin(), times.end(), fits)) due_.repeat.clear();
    std::erase_if(times, [&](WallTime t) { return !fits(t); });
    WallTime best = due_.possible.front();
    WallTime until = due_.all_day ? best + hours(24) : best;
    due_.passed = until <= said_;
    if (!due_.passed) due_.at = best;
}

}  // namespace

Today::Today(WallTime said) {
    Civil c = to_civil(said);
    date = sys_days(year(c.year) / month(static_cast<unsigned>(c.month)) /
                    day(static_cast<unsigned>(c.day)));
    weekday = static_cast<unsigned>((c.weekday + 6) % 7);
    minute = c.minute_of_day();
}

NamedDay Today::tomorrow(std::size_t at) const {
    NamedDay day{at, plus(1)};
    if (minute < 4 * 60) day.other = date;
    return day;
}

sys_days Today::coming(unsigned day) const {
    unsigned ahead = (day + 7 - weekday) % 7;
    return plus(ahead == 0 ? 7 : static_cast<int>(ahead));
}

sys_days Today::of_week(int weeks, unsigned day) const {
    return plus(weeks * 7 + static_cast<int>(day) - static_cast<int>(weekday));
}

std::optional<sys_days> Today::date_of(unsigned m, unsigned d) const {
    year_month_day now(date);
    for (int ahead = 0; ahead <= 8; ++ahead) {  // 29 February is at most eight years away
        year_month_day then = (now.year() + years(ahead)) / month(m) / day(d);
        if (then.ok() && sys_days(then) >= date) return sys_days(then);
    }
    return std::nullopt;
}

sys_days Today::month_end(int ahead) const {
    year_month_day now(date);
    return sys_days((now.year() / now.month() + months(ahead)) / last);
}

std::optional<sys_days> Today::day_of_month(unsigned d, std::optional<int> months_ahead) const {
    year_month this_month = year_month_day(date).year() / year_month_day(date).month();
    for (int ahead = months_ahead.value_or(0); ahead <= months_ahead.value_or(12); ++ahead) {
        year_month m = this_month + months(ahead);
        year_month_day then = m / day(d);
        if (then.ok() && sys_days(then) >= date) return sys_days(then);
    }
    return std::nullopt;
}

void Due::count_back() {
    if (!before || !clock_named || relative) return;
    for (auto* times : {&possible, &others})
        for (WallTime& t : *times) t -= *before;
    if (at) *at -= *before;
}

bool Due::settles_half(WallTime due) const {
    int minute = to_civil(due).minute_of_day();
    return clock_named && !relative && !possible.empty() &&
           std::all_of(possible.begin(), possible.end(),
                       [&](WallTime t) { return to_civil(t).minute_of_day() == minute; });
}

bool Due::allows(WallTime due) const {
    if (possible.empty()) return true;
    Civil theirs = to_civil(due);
    if (repeat == "weekdays" && (theirs.weekday == 0 || theirs.weekday == 6)) return false;
    for (WallTime t : others) {
        Civil day = to_civil(t);
        if (t == due || (all_day && theirs.month == day.month && theirs.day == day.day))
            return true;
    }
    if (approximate || all_day) {
        Civil ours = to_civil(possible.front());
        bool same_day =
            theirs.year == ours.year && theirs.month == ours.month && theirs.day == ours.day;
        if (all_day || !same_day) return same_day || !day_named;
        return std::abs(theirs.minute_of_day() - ours.minute_of_day()) <= 4 * 60;
    }
    for (WallTime t : possible) {
        if (t == due || (relative && t - due <= 5min && due - t <= 5min)) return true;
        // The day may have been named elsewhere in the conversation.
        if (!day_named && to_civil(t).minute_of_day() == theirs.minute_of_day()) return true;
    }
    return false;
}

Due read_due(std::string_view words, WallTime said) {
    Today today(said);
    Parts parts;
    scan_korean(words, today, parts);
    scan_english(words, today, parts);
    return Resolver(parts, said).resolve();
}

}  // namespace pa::extract
