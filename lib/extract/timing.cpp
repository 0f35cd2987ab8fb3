#include "extract/timing.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "extract/consent.hpp"
#include "extract/due.hpp"
#include "extract/prompt.hpp"

namespace pa::extract {
namespace {

using namespace std::chrono_literals;
using Role = call::TranscriptLine::Role;

struct Claim {
    std::optional<WallTime> at;
    bool all_day = false, malformed = false;
};

/// "2026-03-01T07:00", with or without seconds and offset, or a date alone.
Claim claim_of(const std::string& due) {
    Claim claim;
    if (due.empty()) return claim;
    claim.all_day = due.size() == 10;
    claim.at = parse_iso(claim.all_day ? due + "T00:00" : due);
    claim.malformed = !claim.at;
    return claim;
}

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
    std::string lower = to_lower(text);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return lower.find(w) != std::string::npos; });
}

/// "전날", "30분 전에" without the hour: counted back from what other lines name, by the model.
bool counts_back(const std::string& words, const Due& due) {
    if (due.before) return !due.clock_named;
    return has_any(words, {"전날", "before", "earlier", "ahead of"});
}

bool vague(const std::string& words) {
    return has_any(words, {"나중", "이따", "조만간", "언젠가", "다음에", "later", "sometime",
                           "some time", "soon"});
}

class Settling {
public:
    Settling(const ProposedRequest& proposed, std::size_t line, const store::CallLog& log,
             store::Request& q)
        : claim_(claim_of(proposed.due)),
          log_(log),
          q_(q),
          said_(said_at(line)),
          words_(read_due(q.quote, said_)) {
        if (!names_time(words_)) take_context(line);
        bool call = q.type == "reminder" || q.type == "call_back";
        if (call) words_.count_back();
        settle();
        settle_repeat(proposed);
    }

private:
    [[nodiscard]] WallTime said_at(std::size_t line) const {
        return log_.meta.started_at +
               std::chrono::milliseconds(log_.record.transcript[line].start_ms);
    }
    static bool names_time(const Due& due) { return !due.possible.empty(); }
    void take_context(std::size_t line);
    [[nodiscard]] bool supported(WallTime due, bool clock) const;
    [[nodiscard]] bool odd_half(WallTime due) const;
    void settle();
    void check();
    void take_words();
    void settle_repeat(const ProposedRequest& proposed);
    void doubt(double confidence, const char* note) {
        q_.confidence = std::min(q_.confidence, confidence);
        if (q_.note.empty()) q_.note = note;
    }

    Claim claim_;
    const store::CallLog& log_;
    store::Request& q_;
    WallTime said_;
    Due words_;
};

/// "내일 7시에 깨워 줄까?" – "응": the time stands in what the caller agreed to.
void Settling::take_context(std::size_t line) {
    const auto& lines = log_.record.transcript;
    if (!agrees(q_.quote) || line == 0 || lines[line - 1].role != Role::assistant) return;
    Due offered = read_due(heard_text(lines[line - 1]), said_at(line));
    if (names_time(offered)) words_ = offered;
}

/// Some line of the call names that time, or with `clock` that hour.
bool Settling::supported(WallTime due, bool clock) const {
    const auto& lines = log_.record.transcript;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Due reading = read_due(heard_text(lines[i]), said_at(i));
        if (!names_time(reading)) continue;
        if (!clock && reading.allows(due)) return true;
        if (clock && reading.clock_named)
            for (WallTime t : reading.possible)
                if (to_civil(t).minute_of_day() == to_civil(due).minute_of_day()) return true;
    }
    return false;
}

/// Words leave the half of the day open and the model has taken the odd one: to be woken in the
/// evening, a meeting between midnight and four. Not where the call says so, nor for the next
/// hours.
bool Settling::odd_half(WallTime due) const {
    if (!words_.clock_named || words_.relative || !words_.at || due - said_ <= 6h) return false;
    int ours = to_civil(*words_.at).hour, theirs = to_civil(due).hour;
    if (std::abs(ours - theirs) != 12) return false;
    if (words_.waking ? theirs < 12 : theirs >= 4) return false;
    const auto& lines = log_.record.transcript;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (read_due(heard_text(lines[i]), said_at(i)).settles_half(due)) return false;
    return true;
}

void Settling::settle() {
    if (claim_.malformed) doubt(0.6, "the model's time was malformed; read from the words");
    if (claim_.at)
        check();
    else
        take_words();
}

void Settling::check() {
    WallTime due = *claim_.at;
    bool passed = due + (claim_.all_day ? 24h : 0h) <= said_;
    bool back = counts_back(q_.quote, words_) && !passed;
    if (back && (!words_.at || (due < *words_.at && due > *words_.at - 24h))) {
        q_.due_at = due;
        q_.all_day = claim_.all_day;
        return;
    }
    if (passed) {
        doubt(0.5, "the model's time lay before the call; read from the words");
        return take_words();
    }
    if (claim_.all_day && words_.clock_named && words_.at) return take_words();
    if (!words_.allows(due)) {
        doubt(0.6, "the model's time contradicted the words; read from the words");
        return take_words();
    }
    if (!names_time(words_) && !supported(due, false)) {
        if (vague(log_.record.transcript[q_.line].text)) return doubt(0.6, "no time was named");
        doubt(0.3, "no words of time in the call support the time");
        if (q_.type == "todo") return;  // it does without one
    }
    if (odd_half(due)) {
        doubt(0.6, "the model's half of the day is unusual");
        // The day is the model's where the line names one for another hour.
        bool day = read_due(log_.record.transcript[q_.line].text, said_).day_named;
        due += day ? (words_.waking ? -12h : 12h) : *words_.at - due;
    }
    q_.due_at = due;
    q_.approximate = words_.approximate && !supported(due, true);
    q_.all_day = claim_.all_day;
    if (words_.all_day && !claim_.all_day && !supported(due, true)) {
        q_.due_at = words_.at;  // the hour is the model's own
        q_.all_day = true;
    }
}

void Settling::take_words() {
    if (words_.passed) doubt(0.5, "the time named lies before the call");
    bool part_only = words_.approximate && !words_.day_named;
    if (part_only && q_.type == "todo") return;  // "아침에 먹을 빵": no time
    q_.due_at = words_.at;
    q_.all_day = words_.at && words_.all_day;
    q_.approximate = words_.at && words_.approximate;
}

void Settling::settle_repeat(const ProposedRequest& proposed) {
    q_.repeat = words_.repeat;
    if (!q_.repeat.empty() || proposed.repeat.empty()) return;
    if (words_.repeat_denied) return doubt(0.7, "the caller does not want it to repeat");
    for (std::size_t i = 0; i < log_.record.transcript.size(); ++i)
        if (read_due(heard_text(log_.record.transcript[i]), said_at(i)).repeat == proposed.repeat)
            q_.repeat = proposed.repeat;
    if (q_.repeat.empty()) doubt(0.7, "nobody said that it repeats");
}

}  // namespace

void settle_time(const ProposedRequest& proposed, std::size_t line, const store::CallLog& log,
                 store::Request& q) {
    Settling(proposed, line, log, q);
}

}  // namespace pa::extract
