#include "bridge/milestones.hpp"

#include "support/catch.hpp"

using namespace pa;
using namespace std::chrono_literals;

TEST_CASE("milestones count from the carrier's stream, and only the first of a kind counts") {
    const call::TimePoint t0{};
    bridge::Milestones m(t0);
    m.saw(call::ModelOpened{}, t0 + 200ms);
    m.saw(call::SessionUpdated{}, t0 + 300ms);
    m.saw(call::SessionUpdated{}, t0 + 350ms);
    m.saw_status("ringing", t0 + 1000ms);
    m.saw(call::ModelAudio{}, t0 + 1200ms);
    CHECK_FALSE(m.arrival().prepared);  // there is nothing to count from
    m.asked(t0 + 8000ms);
    m.saw_status("in-progress", t0 + 8100ms);
    m.saw(call::StreamStarted{}, t0 + 9000ms);
    m.played(t0 + 9010ms);
    m.played(t0 + 9030ms);
    m.saw(call::StreamStarted{}, t0 + 20'000ms);  // a stream that took its place
    store::Arrival a = m.arrival();
    CHECK(a.prepared == -9000);
    CHECK(a.model_open == -8800);
    CHECK(a.session_ready == -8700);
    CHECK(a.ringing == -8000);
    CHECK(a.greeting == -7800);
    CHECK(a.answered == -1000);
    CHECK(a.first_audio == 10);
}

TEST_CASE("a ringing that is told after the answer is no ringing") {
    bridge::Milestones m(call::TimePoint{});
    m.asked(call::TimePoint{});
    m.saw_status("ringing", call::TimePoint{} + 5ms);
    m.saw(call::StreamStarted{}, call::TimePoint{} + 10ms);
    CHECK_FALSE(m.arrival().ringing);
}
