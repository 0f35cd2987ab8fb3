// The figures of a conversation, each from many seeded calls in virtual time. The tests hold them
// against their bounds, `make bench-conversation` prints them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "call/time.hpp"

namespace pa::test {

/// The value below which that share of them is; 0 of none.
[[nodiscard]] std::int64_t percentile(std::vector<std::int64_t> values, double share);
[[nodiscard]] std::vector<std::int64_t> absolute(std::vector<std::int64_t> values);

/// Where we say that the caller stopped hearing, against what the phone had played when the clear
/// reached it. The model's audio comes at all speeds, in up to three items.
struct Truncation {
    std::vector<std::int64_t> differences;  // ours - truth [ms], for each item that was cut
    int calls = 0, interruptions = 0;
    int beyond_sent = 0;  // "already shorter" at the service
    int unclear = 0;      // the phone was not cleared, or more than once
};
[[nodiscard]] Truncation measure_truncation(std::uint64_t seed, int calls,
                                            call::milliseconds one_way);

/// Calls that lose the model's socket once or twice at any moment. Each fault is a sentence that
/// names the call: one that did not go on, words of the caller that are missing in the log, a
/// session that was not told all earlier turns as they were heard.
struct Drops {
    int calls = 0, drops = 0, sessions = 0;
    int turns_told = 0;  // to sessions that took over
    std::vector<std::string> faults;
};
[[nodiscard]] Drops measure_drops(std::uint64_t seed, int calls);

/// Calls that the agent ends: because it wants to, the time or the money is up, nobody answers. In
/// half of them REST does not work.
struct Goodbyes {
    int calls = 0;
    std::int64_t said_ms = 0, clipped_ms = 0;  // of goodbyes
    std::vector<std::int64_t> lines_held_ms;   // from the last word heard to the end of the call
    std::vector<std::int64_t> to_record_ms;    // from there to the finished record
    std::vector<std::string> faults;
};
[[nodiscard]] Goodbyes measure_goodbyes(std::uint64_t seed, int calls);

/// Calls in which the caller hangs up at any moment.
struct HangUps {
    int calls = 0, turns = 0;                // heard by the service
    std::vector<std::int64_t> to_record_ms;  // from the hang-up to the finished record
    std::vector<std::string> faults;
};
[[nodiscard]] HangUps measure_hang_ups(std::uint64_t seed, int calls);

/// When the caller hears the greeting. Outbound from the stream's start, after ringing; inbound
/// from the webhook, in excess of what the model itself took. Connecting takes three round trips.
struct FirstWords {
    std::vector<std::int64_t> outbound_ms, inbound_ms;
};
[[nodiscard]] FirstWords measure_first_words(std::uint64_t seed, int calls,
                                             call::milliseconds round_trip);

}  // namespace pa::test
