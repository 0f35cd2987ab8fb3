// The times of a call in one line, and what an answer's time was spent on. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/why.hpp"

namespace pa::report {

inline constexpr std::int64_t slow_answer_ms = 1500;  // callers begin to say "hello?"
inline constexpr std::int64_t slow_start_ms = 2000;   // likewise, when the phone is picked up

/// Of one answer, from the caller's silence to its first audio [ms].
struct TurnParts {
    std::int64_t waiting_ms = 0;   // until the service told of the silence; 0: not known
    std::int64_t function_ms = 0;  // functions ran
    std::int64_t offline_ms = 0;   // there was no model's leg
    std::int64_t service_ms = 0;   // the rest
    std::string function;          // that ran longest
};
[[nodiscard]] TurnParts parts_of(const call::Turn& turn, const call::Record& record);

/// When the caller heard something first.
[[nodiscard]] std::optional<std::int64_t> first_audio_of(const store::CallLog& log);

[[nodiscard]] std::vector<Moment> timeline(const store::CallLog& log);
[[nodiscard]] std::vector<std::string> missing_times(const store::CallLog& log);

}  // namespace pa::report
