// What was found in a call, held against what should have been.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/wall_time.hpp"
#include "eval/corpus.hpp"
#include "extract/judge.hpp"

namespace pa::eval {

/// A request, as the model answered it or after our checks.
struct Found {
    std::string type, title, quote;
    std::int64_t line = -1;
    std::optional<WallTime> due;
    bool all_day = false, approximate = false, confirmed = false;
    std::string repeat, phone;
};

struct Finding {
    std::vector<Found> requests;
    std::vector<std::string> facts;
};

/// The model at its word. An answer that cannot be read holds nothing. The wishes of others than
/// the owner are todos by rule, whatever it calls them.
[[nodiscard]] Finding as_answered(const std::string& content, const Case& c);
[[nodiscard]] Finding after_checks(const extract::Judgement& judgement);

struct Score {
    int cases = 0, whole = 0;  // whole: all that is expected, nothing else, and each detail right
    int wanted = 0, found = 0, right = 0;     // right: of the type and about what is wanted
    int time = 0, confirmed = 0, quoted = 0;  // of the right ones: exact due_at and repeat; the
                                              // flag; the line

    Score& operator+=(const Score& other);
};

/// Each expected request takes the likeliest one found. What differs is told in `differences`, one
/// sentence each.
[[nodiscard]] Score score(const Case& c, const Finding& finding,
                          std::vector<std::string>& differences);

}  // namespace pa::eval
