// How a call went, as pa-dial reports it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::dial {

/// What is known of a call, from the bridge or from the carrier.
struct CallState {
    std::string
        status;  // queued, ringing, in-progress, completed, busy, no-answer, failed, canceled
    std::string answered_by;  // human, machine_start, …; "" while unknown
    std::optional<int> sip_code;
    std::optional<int> duration_s;
    std::optional<bool> acknowledged;
    std::string log;    // path of the call log, if it is written
    bool held = false;  // the bridge had it and it has ended there, written or not

    [[nodiscard]] bool final() const;
};

/// The outcomes of the contract; the values are the exit statuses.
enum class Outcome : int {
    answered = 0,
    no_answer = 10,
    busy = 11,
    cancelled = 12,
    failed = 13,
    machine = 14,
    not_acknowledged = 15,
};

/// Of a final state. `wants_ack`: the call was to be acknowledged.
[[nodiscard]] Outcome outcome_of(const CallState& state, bool wants_ack);
/// "answered", "no-answer", …: the word on stdout.
[[nodiscard]] std::string_view word_of(Outcome outcome);
/// For people; `rang_s`: the seconds that it rang, if that was seen.
[[nodiscard]] std::string sentence_of(Outcome outcome, const CallState& state,
                                      std::optional<int> rang_s);

/// What a terminal shows while the call is under way: "ringing", "in progress 0:12".
[[nodiscard]] std::string live_text(const CallState& state, int seconds_in_progress);

}  // namespace pa::dial
