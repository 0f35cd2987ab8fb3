// One call log put to the text model: question, patience, judgement.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "extract/judge.hpp"
#include "net/http.hpp"
#include "store/call_log.hpp"

namespace pa::extract {

struct AskOptions {
    std::string base_url, model, timezone;
    Secret key;
    int tries = 5;  // of one request, the first included
    std::chrono::milliseconds first_wait{500}, longest_wait{8000};
    std::chrono::milliseconds most_patience{120'000};      // a longer Retry-After ends the asking
    std::function<void(std::chrono::milliseconds)> sleep;  // default: really
    std::function<double()> random;                        // [0, 1), default: a generator
};

/// Asks, and asks again: after 408, 409, 429, 5xx and network errors with growing, scattered waits,
/// at least what Retry-After says (never for an empty account: Errc::unavailable at once); with
/// more room where the answer was cut; once more where the answer is no valid one, or rests on
/// words nobody said; in JSON mode where the server knows no schemas. A refusal of the model is an
/// empty judgement with a sentence in `dropped`. Errc::data: the answer stayed invalid.
[[nodiscard]] Result<Judgement> ask(net::Http& http, const AskOptions& options,
                                    const store::CallLog& log);

}  // namespace pa::extract
