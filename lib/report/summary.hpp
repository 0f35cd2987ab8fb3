// A call in one line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/call_log.hpp"

namespace pa::report {

struct Summary {
    std::string log;  // its file
    store::CallMeta meta;
    std::int64_t duration_ms = 0;
    std::string ended_by;     // as in the log
    std::string answered_by;  // "human", "machine", "unknown"
    /// Of each answer: from the caller's silence to the first audio [ms], in order of the call.
    std::vector<std::int64_t> latencies;
    std::size_t interruptions = 0;  // of the agent by the caller
    std::size_t functions = 0, errors = 0;
};

[[nodiscard]] Summary summarise(const store::CallLog& log, std::string path);

/// The smallest value that `percent` of the values do not exceed (nearest rank); -1 without values.
[[nodiscard]] std::int64_t percentile(std::vector<std::int64_t> values, int percent);

/// The other side: whom we called, or who called us; "withheld" if nobody said.
[[nodiscard]] std::string other_number(const store::CallMeta& meta);
/// As people write it: "010-1234-5678", numbers of other countries in E.164.
[[nodiscard]] std::string other_number_for_people(const store::CallMeta& meta);

/// What was spent on calls and whether the carrier's part of it is known.
struct Totals {
    std::size_t calls = 0;
    std::int64_t duration_ms = 0;
    double cost = 0;
    bool carrier_known = true;
    void add(const Summary& call);
};

}  // namespace pa::report
