// Korean words of time: spans, hours, parts of the day.
#include "extract/due_korean.hpp"

namespace pa::extract::korean {

/// "뒤", "후", "있다가", with what may stand before it; 0 if it is not there.
std::size_t Scanner::later(std::size_t pos) const {
    std::size_t filler = any(pos, {"정도", "쯤", "만"});
    std::size_t word =
        any(pos + filler, {"뒤", "후", "있다가", "있다", "이따가", "이따", "지나서", "지나면"});
    return word > 0 ? filler + word : 0;
}

/// "반 시간", "한 시간 반", "1시간 20분", "십 분"; 0 if it is not there.
std::size_t Scanner::amount(std::size_t pos, int& minutes) const {
    if (at(pos, "반시간") && starts_word(pos)) return minutes = 30, 9;
    Number n = number(pos);
    if (n.size == 0 || (n.kind != Number::digits && !starts_word(pos))) return 0;
    std::size_t p = pos + n.size;
    if (at(p, "분")) return minutes = n.value, n.size + 3;
    if (!at(p, "시간")) return 0;
    minutes = n.value * 60;
    p += 6;
    if (at(p, "반")) {
        minutes += 30;
        p += 3;
    } else if (Number more = number(p); more.size > 0 && at(p + more.size, "분")) {
        minutes += more.value;
        p += more.size + 3;
    }
    return p - pos;
}

/// "30분 뒤", and "30분 전에", which counts back from what is named besides.
std::size_t Scanner::duration() {
    int minutes = 0;
    std::size_t size = amount(pos_, minutes);
    if (size == 0) return 0;
    std::chrono::minutes span(minutes);
    if (std::size_t end = later(pos_ + size); end > 0) {
        out_.after.push_back({origin_[pos_], span});
        return size + end;
    }
    std::size_t filler = any(pos_ + size, {"정도", "쯤"});
    if (!at(pos_ + size + filler, "전")) return 0;
    if (!out_.before) out_.before = span;
    return size + filler + 3;
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

}  // namespace pa::extract::korean
