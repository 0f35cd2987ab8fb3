#include "bridge/live_levels.hpp"

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "support/catch.hpp"

using pa::bridge::LiveLevels;
using pa::call::TimePoint;
using namespace std::chrono_literals;

namespace {

std::string sound(std::int16_t level, std::size_t ms) {
    return pa::base64_encode(std::string(ms * pa::audio::kBytesPerMs, pa::audio::mulaw_of(level)));
}

const TimePoint start(1000s);

}  // namespace

TEST_CASE("the caller's level is that of the loudest frame lately, for all who look") {
    LiveLevels levels;
    (void)levels.look(start);
    levels.heard(sound(100, 20), start + 20ms);
    levels.heard(sound(16'384, 20), start + 40ms);
    levels.heard(sound(100, 20), start + 60ms);
    CHECK(levels.look(start + 80ms).caller_db == -6);
    CHECK(levels.look(start + 400ms).caller_db == -6);
    CHECK(levels.look(start + 500ms).caller_db == LiveLevels::silent_db);
    levels.heard(sound(100, 20), start + 500ms);
    CHECK(levels.look(start + 500ms).caller_db < -45);
}

TEST_CASE("the agent's level is shown when it is heard, not when it is sent") {
    LiveLevels levels;
    (void)levels.look(start);
    levels.said(sound(0, 500), start);
    levels.said(sound(16'384, 500), start);
    CHECK(levels.look(start + 300ms).agent_db == LiveLevels::silent_db);
    CHECK(levels.look(start + 700ms).agent_db == -6);
    CHECK(levels.look(start + 710ms).agent_db == -6);
    SECTION("what was cut off is not shown") {
        levels.said(sound(32'000, 2000), start + 700ms);
        levels.cleared(start + 800ms);
        CHECK(levels.look(start + 900ms).agent_db == -6);
        CHECK(levels.look(start + 2s).agent_db == LiveLevels::silent_db);
    }
    SECTION("and is over when it is over") {
        CHECK(levels.look(start + 2s).agent_db == LiveLevels::silent_db);
    }
}

TEST_CASE("nothing is measured for somebody who has looked away") {
    LiveLevels levels;
    levels.heard(sound(16'384, 20), start);
    levels.said(sound(16'384, 2000), start);
    auto seen = levels.look(start + 100ms);
    CHECK(seen.caller_db == LiveLevels::silent_db);
    CHECK(seen.agent_db == LiveLevels::silent_db);
    levels.heard(sound(16'384, 20), start + 100ms + LiveLevels::watched);
    CHECK(levels.look(start + 10s).caller_db == LiveLevels::silent_db);
}

TEST_CASE("payloads that are no audio are silence, or some level, and nothing else") {
    LiveLevels levels;
    (void)levels.look(start);
    for (const char* text : {"", "A", "====", "\xff\xff\xff\xff\xff", "no base64 at all!"}) {
        levels.heard(text, start);
        levels.said(text, start);
    }
    CHECK(levels.look(start + 1s).caller_db <= 0);
}
