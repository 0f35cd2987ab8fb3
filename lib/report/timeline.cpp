#include "report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pa::report {
namespace {

using call::Happening;
using call::TranscriptLine;

constexpr std::int64_t slow_function_ms = 1000;

struct Span {
    std::int64_t from = 0, to = 0;
};

std::int64_t overlap(const Span& a, const Span& b) {
    return std::max<std::int64_t>(0, std::min(a.to, b.to) - std::max(a.from, b.from));
}

/// The time without the model's leg that a reconnect tells of: "1240 ms without the model".
std::int64_t gap_of(const Happening& reconnect) {
    std::int64_t ms = 0;
    const std::string& d = reconnect.detail;
    std::from_chars(d.data(), d.data() + d.size(), ms);
    return std::clamp<std::int64_t>(ms, 0, reconnect.at_ms);
}

/// What the caller said before the answer.
std::string words_before(const call::Turn& turn, const call::Record& record) {
    const TranscriptLine* last = nullptr;
    for (const TranscriptLine& line : record.transcript)
        if (line.role == TranscriptLine::Role::user && line.start_ms < turn.first_audio_ms)
            if (last == nullptr || line.start_ms >= last->start_ms) last = &line;
    return last == nullptr ? "" : one_line(last->text);
}

class Builder {
public:
    explicit Builder(const store::CallLog& log) : log_(log) {}

    std::vector<Moment> build() {
        arrival();
        for (const call::Turn& turn : log_.record.turns) add_turn(turn);
        for (const call::FunctionRun& run : log_.record.functions)
            add(run.start_ms, run.duration_ms, "function", one_line(run.name),
                run.duration_ms > slow_function_ms);
        for (const Happening& event : log_.record.events) add_event(event);
        for (const Happening& error : log_.record.errors) {
            std::string what = one_line(error.what);
            add(error.at_ms, 0, "error",
                what + (error.detail.empty() ? "" : ", ") + one_line(error.detail));
            out_.back().wrong = true;
        }
        std::stable_sort(out_.begin(), out_.end(),
                         [](const Moment& a, const Moment& b) { return a.at_ms < b.at_ms; });
        // Whatever came at the same time or was told late: the end is last.
        add(log_.record.duration_ms, 0, "end",
            "by " + std::string(store::word_of(log_.record.ended_by)));
        return std::move(out_);
    }

private:
    void add(std::int64_t at, std::int64_t length, std::string what, std::string detail = {},
             bool slow = false) {
        out_.push_back({at, std::max<std::int64_t>(0, length), std::move(what), std::move(detail),
                        slow, false});
    }

    /// From one milestone to the next.
    void step(const std::optional<std::int64_t>& from, const std::optional<std::int64_t>& to,
              std::string what, std::string detail) {
        if (to && from && *to > *from)
            return add(*from, *to - *from, std::move(what), std::move(detail));
        if (to) return add(*to, 0, std::move(what), std::move(detail));
    }

    void arrival() {
        const store::Arrival& a = log_.meta.arrival;
        bool outbound = log_.meta.direction != "inbound";
        if (a.prepared) add(*a.prepared, 0, "call", outbound ? "prepared" : "came in");
        if (a.ringing && a.answered)
            step(a.ringing, a.answered, "ring", "until it was answered");
        else if (a.ringing)
            add(*a.ringing, 0, "ring");
        if (a.answered) step(a.answered, 0, "answer", "until the stream");
        step(a.prepared, a.model_open, "model", "its leg connected");
        step(a.model_open, a.session_ready, "session", "accepted");
        step(a.session_ready, a.greeting, "greeting", "the model's first audio");
        add(0, 0, "stream", "the carrier's audio");
        if (auto first = first_audio_of(log_))
            add(0, *first, "first audio", "to the caller", *first > slow_start_ms);
    }

    void add_turn(const call::Turn& turn) {
        TurnParts parts = parts_of(turn, log_.record);
        std::string detail = words_before(turn, log_.record);
        if (parts.waiting_ms > 0)
            detail = fmt::format("noticed after {}, the model took {}{}",
                                 seconds_text(parts.waiting_ms), seconds_text(parts.service_ms),
                                 detail.empty() ? "" : "; after \"" + detail + "\"");
        else if (!detail.empty())
            detail = "after \"" + detail + "\"";
        add(turn.user_end_ms, turn.latency_ms(), "turn", std::move(detail),
            turn.latency_ms() > slow_answer_ms);
    }

    void add_event(const Happening& event) {
        std::int64_t gap = event.what == "reconnect" ? gap_of(event) : 0;
        add(event.at_ms - gap, gap, one_line(event.what), one_line(event.detail), gap > 0);
    }

    const store::CallLog& log_;
    std::vector<Moment> out_;
};

}  // namespace

TurnParts parts_of(const call::Turn& turn, const call::Record& record) {
    TurnParts parts;
    const std::int64_t noticed = std::clamp(turn.noticed_ms, turn.user_end_ms,
                                            std::max(turn.user_end_ms, turn.first_audio_ms));
    const Span answer{noticed, turn.first_audio_ms};
    parts.waiting_ms = noticed - turn.user_end_ms;
    std::int64_t longest = 0;
    for (const call::FunctionRun& run : record.functions) {
        std::int64_t ms = overlap(answer, {run.start_ms, run.start_ms + run.duration_ms});
        parts.function_ms += ms;
        if (ms > longest) parts.function = one_line(run.name), longest = ms;
    }
    for (const Happening& event : record.events)
        if (event.what == "reconnect")
            parts.offline_ms += overlap(answer, {event.at_ms - gap_of(event), event.at_ms});
    parts.service_ms = std::max<std::int64_t>(
        0, turn.latency_ms() - parts.function_ms - parts.offline_ms - parts.waiting_ms);
    return parts;
}

std::optional<std::int64_t> first_audio_of(const store::CallLog& log) {
    if (log.meta.arrival.first_audio)
        return std::max<std::int64_t>(0, *log.meta.arrival.first_audio);
    std::optional<std::int64_t> first;
    for (const TranscriptLine& line : log.record.transcript)
        if (line.role == TranscriptLine::Role::assistant &&
            !(line.interrupted && line.heard_ms == 0))
            first = std::min(first.value_or(line.start_ms), line.start_ms);
    return first;
}

std::vector<Moment> timeline(const store::CallLog& log) { return Builder(log).build(); }

std::vector<std::string> missing_times(const store::CallLog& log) {
    const store::Arrival& a = log.meta.arrival;
    std::vector<std::string> missing;
    if (!a.ringing && log.meta.direction != "inbound") missing.emplace_back("when it rang");
    if (!a.answered) missing.emplace_back("when it was answered");
    if (!a.session_ready) missing.emplace_back("when the model was ready");
    if (!a.first_audio)
        missing.emplace_back("when the first audio went out (taken from the transcript)");
    bool noticed = std::all_of(log.record.turns.begin(), log.record.turns.end(),
                               [](const call::Turn& t) { return t.noticed_ms > 0; });
    if (!noticed) missing.emplace_back("what the time of an answer was made of");
    return missing;
}

}  // namespace pa::report
