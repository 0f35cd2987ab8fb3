#include <algorithm>

#include "act/ics.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

/// Lines joined that were folded, without their ends.
std::vector<std::string> unfolded(std::string_view text) {
    std::vector<std::string> lines;
    for (std::string_view l : split(text, '\n')) {
        if (l.ends_with("\r")) l.remove_suffix(1);
        if (!lines.empty() && (l.starts_with(" ") || l.starts_with("\t")))
            lines.back() += l.substr(1);
        else
            lines.emplace_back(l);
    }
    return lines;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        out += text[i] == 'n' || text[i] == 'N' ? '\n' : text[i];
    }
    return to_utf8(out);
}

/// "NAME;PARAM=x:value".
struct Property {
    std::string name, parameters;
    std::string_view value;

    explicit Property(const std::string& l) {
        bool quoted = false;
        std::size_t colon = 0;
        for (; colon < l.size() && (quoted || l[colon] != ':'); ++colon)
            if (l[colon] == '"') quoted = !quoted;
        std::size_t end = std::min(l.find(';'), colon);
        name = to_lower(std::string_view(l).substr(0, end));
        parameters = to_lower(std::string_view(l).substr(end, colon - end));
        value = colon < l.size() ? std::string_view(l).substr(colon + 1) : std::string_view();
    }
};

/// "20260301" or "20260301T070000" with or without "Z".
std::optional<WallTime> read_stamp(std::string_view v) {
    auto digits = [&](std::size_t at, std::size_t n) { return std::string(v.substr(at, n)); };
    if (v.size() != 8 && v.size() != 15 && v.size() != 16) return std::nullopt;
    std::string iso = digits(0, 4) + "-" + digits(4, 2) + "-" + digits(6, 2) + "T";
    if (v.size() == 8) return parse_iso(iso + "00:00:00");
    iso += digits(9, 2) + ":" + digits(11, 2) + ":" + digits(13, 2);
    return parse_iso(v.size() == 16 ? iso + "Z" : iso);
}

std::string repeat_of(std::string_view rule) {
    auto has = [&](std::string_view part) { return rule.find(part) != std::string_view::npos; };
    if (has("COUNT=") || has("UNTIL=") || has("INTERVAL=")) return "";
    if (has("FREQ=DAILY")) return has("BY") ? "" : "daily";
    if (has("BYDAY=MO,TU,WE,TH,FR")) return "weekdays";
    if (has("BYDAY=SA,SU")) return "weekends";
    if (has("FREQ=WEEKLY")) return has("BYDAY=") ? "" : "weekly";
    if (has("FREQ=MONTHLY")) return has("BYDAY=") ? "" : "monthly";
    if (has("FREQ=YEARLY")) return has("BY") ? "" : "yearly";
    return "";
}

}  // namespace

std::vector<IcsEvent> read_ics(std::string_view text) {
    std::vector<IcsEvent> events;
    std::optional<IcsEvent> e;
    for (const std::string& l : unfolded(text)) {
        Property p(l);
        std::string value = to_lower(trim(p.value));
        if (p.name == "begin" && value == "vevent") e = IcsEvent{};
        if (!e) continue;
        if (p.name == "end" && value == "vevent") {
            if (e->start != WallTime{}) events.push_back(std::move(*e));
            e.reset();
        } else if (p.name == "uid") {
            e->uid = unescaped(p.value);
        } else if (p.name == "summary") {
            e->summary = unescaped(p.value);
        } else if (p.name == "description") {
            e->description = unescaped(p.value);
        } else if (p.name == "rrule") {
            e->repeat = repeat_of(p.value);
        } else if (p.name == "dtstart") {
            e->all_day = trim(p.value).size() == 8;
            e->start = read_stamp(trim(p.value)).value_or(WallTime{});
        }
    }
    return events;
}

}  // namespace pa::act
