// The model's answer, as it claims it. Nothing in it is believed before judge.hpp has looked at it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pa::extract {

struct ProposedRequest {
    std::string quote, type, title, due, repeat, phone;  // "" for null
    std::int64_t line = -1;
    std::optional<std::int64_t> function;  // that did it
    bool confirmed = false, promised = false;
    double confidence = 0;
};

struct ProposedFact {
    std::string quote, text;
    std::int64_t line = -1;
};

struct Answer {
    std::vector<ProposedRequest> requests;
    std::vector<std::string> summary;
    std::vector<ProposedFact> facts;
};

/// Errc::data with the path of the first fault. Compatible servers ignore `strict`, so the form is
/// checked here too: a missing list of requests, a missing quote, type or title is a fault; what
/// else is missing has its default. At most 200 requests.
[[nodiscard]] Result<Answer> read_answer(std::string_view json);

}  // namespace pa::extract
