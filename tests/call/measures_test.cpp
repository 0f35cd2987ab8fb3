// What a conversation is measured by, in hundreds of whole calls in virtual time.
#include <algorithm>

#include "support/catch.hpp"
#include "support/measures.hpp"

using namespace pa::test;
using namespace std::chrono_literals;

namespace {

using Faults = std::vector<std::string>;

std::int64_t most(const std::vector<std::int64_t>& values) {
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

}  // namespace

TEST_CASE("a hundred calls whose session drops go on, no word is missing, all turns are told") {
    Drops d = measure_drops(8, 100);
    CHECK(d.faults == Faults{});
    CHECK(d.calls == 100);
    CHECK(d.sessions >= 200);
    CHECK(d.turns_told > 300);
}

TEST_CASE("two hundred goodbyes are heard to the last byte, whether or not REST works") {
    Goodbyes g = measure_goodbyes(4, 200);
    CHECK(g.faults == Faults{});
    CHECK(g.clipped_ms == 0);
    CHECK(g.said_ms > 200 * 5000);
    CHECK(most(g.lines_held_ms) <= 3000);
    CHECK(most(g.to_record_ms) <= 10'000);
}

TEST_CASE("whoever hangs up is waited for at most two seconds, and every turn has its text") {
    HangUps h = measure_hang_ups(5, 100);
    CHECK(h.faults == Faults{});
    CHECK(h.turns > 100);
    CHECK(most(h.to_record_ms) <= 2000);
}

TEST_CASE("the greeting waits for the stream, or takes four round trips and the model's time") {
    constexpr auto round_trip = 150ms;
    FirstWords f = measure_first_words(3, 50, round_trip);
    CHECK(most(f.outbound_ms) <= 20);
    CHECK(most(f.inbound_ms) <= 4 * round_trip.count());
}
