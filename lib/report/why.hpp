// One call explained: what happened, what was slow and on whose side, what went wrong, and the
// times of it one below the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/columns.hpp"
#include "store/call_log.hpp"

namespace pa::report {

/// Something on the time line of a call.
struct Moment {
    std::int64_t at_ms = 0;      // since the carrier's stream began; negative: before
    std::int64_t length_ms = 0;  // 0: a point
    std::string what;            // "turn", "barge-in", "reconnect", …
    std::string detail;
    bool slow = false, wrong = false;
};

struct Explanation {
    /// Three sentences: the call; what was slow, and on whose side; what went wrong, and on whose.
    std::string happened, slow, wrong;
    std::vector<Moment> moments;       // in the order of their times
    std::vector<std::string> missing;  // what the log does not have
};

[[nodiscard]] Explanation explain(const store::CallLog& log);

/// The sentences, then one line a moment with a bar drawn to scale.
[[nodiscard]] std::vector<std::string> waterfall(const Explanation& why, const Paint& paint,
                                                 std::size_t width);

/// "phone-agent/why/1"
[[nodiscard]] std::string json_line(const Explanation& why, const std::string& path);

}  // namespace pa::report
