#include "cli/line_limit.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using pa::cli::LineLimit;

TEST_CASE("of a flood of lines the first few are said, and later how many there were") {
    LineLimit limit(3, 10s);
    const LineLimit::TimePoint start{1h};
    for (int i = 0; i < 3; ++i) CHECK(limit.pass("refused", start + i * 1ms) == "refused");
    for (int i = 0; i < 1000; ++i) CHECK(limit.pass("refused", start + 9s).empty());
    CHECK(limit.pass("refused", start + 10s) == "refused (and 1000 more like it since)");
    CHECK(limit.pass("refused", start + 10s) == "refused");
}

TEST_CASE("lines that come seldom are all said as they are") {
    LineLimit limit(1, 10s);
    for (int i = 0; i < 5; ++i)
        CHECK(limit.pass("refused", LineLimit::TimePoint{i * 10s}) == "refused");
}
