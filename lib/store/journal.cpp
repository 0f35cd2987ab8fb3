#include "store/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/facts.hpp"

namespace pa::store {
namespace {

constexpr std::string_view schema = "phone-agent/journal/1";

template <class T>
std::string one_line(std::string_view kind, const T& fact, std::size_t index,
                     void (*write)(json::Writer&, const T&)) {
    json::Writer w;
    w.start().object().member("fact", kind).member("index", index);
    write(w, fact);
    return w.end().str();
}

template <class T>
std::string one_line(std::string_view kind, const std::vector<T>& facts, std::size_t index,
                     void (*write)(json::Writer&, const T&)) {
    return index < facts.size() ? one_line(kind, facts[index], index, write) : "";
}

/// Facts by index, so that a hostile index costs one entry and gaps close.
template <class T>
using Facts = std::map<std::int64_t, T>;

template <class T>
void put(Facts<T>& facts, json::Value line) {
    std::int64_t index = line["index"].integer(-1);
    T fact;
    if (index >= 0 && index < static_cast<std::int64_t>(max_facts) && read_fact(line, "", fact))
        facts[index] = std::move(fact);
}

/// Each at its index; what lies between is empty.
template <class T>
std::vector<T> in_place(Facts<T>& facts) {
    std::vector<T> out;
    for (auto& [index, fact] : facts) {
        out.resize(static_cast<std::size_t>(index));
        out.push_back(std::move(fact));
    }
    return out;
}

template <class T>
std::vector<T> in_order(Facts<T>& facts) {
    std::vector<T> out;
    out.reserve(facts.size());
    for (auto& [index, fact] : facts) out.push_back(std::move(fact));
    return out;
}

struct Reading {
    std::optional<CallMeta> meta;
    Facts<call::TranscriptLine> lines;
    Facts<call::Turn> turns;
    Facts<call::FunctionRun> functions;
    Facts<call::Happening> events, errors;
    call::Usage usage;
};

void take_line(Reading& reading, std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return;
    json::Value line = document->root();
    std::string_view kind = line["fact"].text();
    if (kind == "start") {
        CallMeta meta;
        if (line["schema"].text() == schema && read_meta(line, meta))
            reading.meta = std::move(meta);
    }
    if (kind == "line") put(reading.lines, line);
    if (kind == "turn") put(reading.turns, line);
    if (kind == "function") put(reading.functions, line);
    if (kind == "event") put(reading.events, line);
    if (kind == "error") put(reading.errors, line);
    call::Usage usage;
    if (line["usage"].is_object() && read_fact(line["usage"], "usage", usage))
        reading.usage = usage;
}

std::int64_t last_ms(const call::Record& r) {
    std::int64_t last = 0;
    for (const auto& line : r.transcript) last = std::max({last, line.start_ms, line.end_ms});
    for (const auto& turn : r.turns) last = std::max({last, turn.user_end_ms, turn.first_audio_ms});
    for (const auto& run : r.functions) last = std::max(last, run.start_ms + run.duration_ms);
    for (const auto& event : r.events) last = std::max(last, event.at_ms);
    for (const auto& error : r.errors) last = std::max(last, error.at_ms);
    return last;
}

/// What the service has counted so far, with each turn: a recovered call has a price too.
std::string turn_line(const call::Record& record, std::size_t index) {
    if (index >= record.turns.size()) return "";
    json::Writer w;
    w.start().object().member("fact", "turn").member("index", index);
    write_turn(w, record.turns[index]);
    w.key("usage").object();
    write_usage(w, record.usage);
    return w.end().end().str();
}

}  // namespace

std::string start_line(const CallMeta& meta) {
    json::Writer w;
    w.start().object().member("schema", schema).member("fact", "start");
    write_meta(w, meta);
    return w.end().str();
}

std::string fact_line(const call::Record& record, call::Keep fact) {
    using What = call::Keep::What;
    switch (fact.what) {
        case What::start: return "";
        case What::line: return one_line("line", record.transcript, fact.index, write_line);
        case What::turn: return turn_line(record, fact.index);
        case What::function:
            return one_line("function", record.functions, fact.index, write_function);
        case What::event: return one_line("event", record.events, fact.index, write_happening);
        case What::error: return one_line("error", record.errors, fact.index, write_happening);
    }
    return "";
}

std::string line_at(std::size_t index, const call::TranscriptLine& line) {
    return one_line("line", line, index, write_line);
}

Result<CallLog> read_journal(std::string_view text) {
    Reading reading;
    for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;
         text.remove_prefix(end + 1))
        take_line(reading, text.substr(0, end));
    if (!reading.meta) return Error{Errc::data, "no journal of a call: its start is missing"};
    CallLog log{std::move(*reading.meta), {}};
    call::Record& r = log.record;
    r.transcript = in_place(reading.lines);
    r.turns = in_order(reading.turns);
    r.functions = in_order(reading.functions);
    r.events = in_order(reading.events);
    r.errors = in_order(reading.errors);
    r.usage = reading.usage;
    r.stream_sid = log.meta.stream_sid;
    r.duration_ms = last_ms(r);
    log.meta.ended_at = log.meta.started_at + std::chrono::milliseconds(r.duration_ms);
    return log;
}

std::string journal_path(const std::string& folder, const CallMeta& meta) {
    std::string path = log_path(folder, meta);
    path.resize(path.size() - std::string_view(".json").size());
    return path + ".jsonl.partial";
}

}  // namespace pa::store
