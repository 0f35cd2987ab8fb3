#include "report/summary.hpp"

#include <algorithm>

#include "base/phone_number.hpp"

namespace pa::report {
namespace {

/// What the caller cut short. Logs put together by others may lack the events.
std::size_t interruptions(const call::Record& record) {
    auto events = std::count_if(record.events.begin(), record.events.end(),
                                [](const call::Happening& h) { return h.what == "barge-in"; });
    auto lines = std::count_if(
        record.transcript.begin(), record.transcript.end(), [](const call::TranscriptLine& line) {
            return line.interrupted && line.role == call::TranscriptLine::Role::assistant;
        });
    return static_cast<std::size_t>(record.events.empty() ? lines : events);
}

}  // namespace

Summary summarise(const store::CallLog& log, std::string path) {
    Summary s;
    s.log = std::move(path);
    s.meta = log.meta;
    s.duration_ms = log.record.duration_ms;
    s.ended_by = store::word_of(log.record.ended_by);
    s.answered_by = log.record.answered_by.empty() ? "unknown" : log.record.answered_by;
    for (const call::Turn& turn : log.record.turns)
        s.latencies.push_back(std::max<std::int64_t>(0, turn.latency_ms()));
    s.interruptions = interruptions(log.record);
    s.functions = log.record.functions.size();
    s.errors = log.record.errors.size();
    return s;
}

std::int64_t percentile(std::vector<std::int64_t> values, int percent) {
    if (values.empty()) return -1;
    std::size_t rank = (values.size() * static_cast<std::size_t>(percent) + 99) / 100;
    auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

std::string other_number(const store::CallMeta& meta) {
    const std::string& number = meta.direction == "inbound" ? meta.from : meta.to;
    return number.empty() ? "withheld" : number;
}

std::string other_number_for_people(const store::CallMeta& meta) {
    std::string number = other_number(meta);
    auto parsed = PhoneNumber::parse(number);
    return parsed ? parsed->national() : number;
}

void Totals::add(const Summary& call) {
    ++calls;
    duration_ms += call.duration_ms;
    cost += call.meta.cost.total;
    if (call.duration_ms > 0 && call.meta.cost.carrier <= 0) carrier_known = false;
}

}  // namespace pa::report
