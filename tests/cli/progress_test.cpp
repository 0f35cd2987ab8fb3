#include "cli/progress.hpp"

#include "support/catch.hpp"

using pa::cli::progress_text;
using namespace std::chrono_literals;

TEST_CASE("progress has a rate and a rest once there is something to count from") {
    CHECK(progress_text(0, 10, "logs", 5s) == "[--------------------] 0 of 10 logs");
    CHECK(progress_text(3, 10, "logs", 500ms) == "[######--------------] 3 of 10 logs");
    CHECK(progress_text(3, 10, "logs", 6s) ==
          "[######--------------] 3 of 10 logs, 0.5 a second, 14 s left");
    CHECK(progress_text(4000, 10'000, "logs", 2s) ==
          "[########------------] 4000 of 10000 logs, 2000 a second, 3 s left");
    CHECK_THAT(progress_text(10, 1000, "logs", 10s), contains("1.0 a second, 17 min left"));
    CHECK_THAT(progress_text(10, 10'000, "logs", 10s), contains("3 h left"));
    CHECK(progress_text(10, 10, "logs", 10s) ==
          "[####################] 10 of 10 logs, 1.0 a second");
}

TEST_CASE("progress has colours only where they were asked for") {
    CHECK(progress_text(1, 2, "logs", 0ms).find('\x1b') == std::string::npos);
    CHECK_THAT(progress_text(1, 2, "logs", 0ms, true), contains("[\x1b[32m##########\x1b[0m---"));
}
