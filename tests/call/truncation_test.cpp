// The measure of an interruption: where we say that the caller stopped hearing, against what the
// simulated phone had played when the clear reached it. Seeded, in virtual time.
#include <algorithm>

#include "support/catch.hpp"
#include "support/measures.hpp"

TEST_CASE("500 conversations are truncated where the phone was") {
    constexpr std::uint64_t seed = 20261122;
    for (int delay : {0, 40, 80}) {
        auto f = pa::test::measure_truncation(seed + static_cast<std::uint64_t>(delay) * 1000, 167,
                                              std::chrono::milliseconds(delay));
        INFO("delay " << delay << " ms");
        REQUIRE(f.differences.size() > 200);
        CHECK(pa::test::percentile(pa::test::absolute(f.differences), 0.99) <= 60 + 2 * delay);
        CHECK(*std::max_element(f.differences.begin(), f.differences.end()) <= 50);
        CHECK(f.beyond_sent == 0);
        CHECK(f.unclear == 0);
    }
}
