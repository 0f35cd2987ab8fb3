#include "bridge/call_states.hpp"

#include "support/catch.hpp"

using namespace pa;
using bridge::CallStates;

namespace {
const CallStates::TimePoint now{std::chrono::hours(1)};
}

TEST_CASE("a late status callback never moves a call back") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "in-progress"}}, now);
    CHECK(states.update("CA1", {{"CallStatus", "ringing"}}, now).status == "in-progress");
    CHECK(states.update("CA1", {{"CallStatus", "completed"}, {"CallDuration", "49"}}, now).final());
    CHECK(states.update("CA1", {{"CallStatus", "in-progress"}}, now).status == "completed");
    CHECK(states.find("CA1")->duration_s == 49);
    CHECK(states.update("CA1", {{"CallStatus", "nonsense"}}, now).status == "completed");
}

TEST_CASE("what the carrier tells beside the status is kept") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "initiated"}}, now);
    CHECK(states.find("CA1")->status == "queued");
    states.update("CA1", {{"AnsweredBy", "machine_start"}}, now);
    states.update("CA1", {{"CallStatus", "no-answer"}, {"SipResponseCode", "603"}}, now);
    CHECK(states.find("CA1")->answered_by == "machine_start");
    CHECK(states.find("CA1")->sip_code == 603);
    CHECK(states.find("CA2") == nullptr);
}

TEST_CASE("when it rang and was answered is known before there is more of the call") {
    CallStates states;
    CHECK_FALSE(states.update("CA1", {{"CallStatus", "initiated"}}, now).rang);
    states.update("CA1", {{"CallStatus", "ringing"}}, now + std::chrono::seconds(1));
    states.update("CA1", {{"CallStatus", "in-progress"}}, now + std::chrono::seconds(5));
    states.update("CA1", {{"CallStatus", "in-progress"}}, now + std::chrono::seconds(6));
    CHECK(states.find("CA1")->rang == now + std::chrono::seconds(1));
    CHECK(states.find("CA1")->answered == now + std::chrono::seconds(5));
    // One that comes late tells nothing.
    states.update("CA2", {{"CallStatus", "in-progress"}}, now);
    CHECK_FALSE(states.update("CA2", {{"CallStatus", "ringing"}}, now).rang);
}

TEST_CASE("only the last calls are remembered") {
    CallStates states;
    for (std::size_t i = 0; i <= CallStates::most; ++i)
        states.at("CA" + std::to_string(i), now + std::chrono::milliseconds(i));
    CHECK(states.find("CA0") == nullptr);
    CHECK(states.find("CA" + std::to_string(CallStates::most)) != nullptr);
}

TEST_CASE("what another bridge tells of its call never takes back what is known here") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "completed"}, {"CallDuration", "49"}}, now);
    bridge::CallState other;
    other.status = "in-progress";
    other.answered_by = "human";
    other.log = "call.json";
    other.after = call::After::hang_up;
    states.learn("CA1", other, now);
    states.learn("CA1", {}, now);
    CHECK(states.find("CA1")->status == "completed");
    CHECK(states.find("CA1")->duration_s == 49);
    CHECK(states.find("CA1")->answered_by == "human");
    CHECK(states.find("CA1")->log == "call.json");
    CHECK(states.find("CA1")->after == call::After::hang_up);
}

TEST_CASE("a call that is over is forgotten after a while, but not that it was here") {
    using namespace std::chrono_literals;
    CallStates states;
    states.update("CA1", {{"CallStatus", "completed"}}, now).after = call::After::hang_up;
    states.update("CA2", {{"CallStatus", "in-progress"}}, now);
    states.update("CA3", {{"CallStatus", "no-answer"}}, now);
    states.at("CA4", now + CallStates::kept_for - 1s);
    CHECK(states.find("CA1") != nullptr);
    CHECK_FALSE(states.forgotten("CA1"));
    states.at("CA5", now + CallStates::kept_for + 10s);
    CHECK(states.find("CA1") == nullptr);
    CHECK(states.forgotten("CA1"));
    CHECK(states.find("CA2")->status == "in-progress");
    CHECK_FALSE(states.forgotten("CA2"));
    // It never spoke with us: a webhook of it would be its first.
    CHECK(states.find("CA3") == nullptr);
    CHECK_FALSE(states.forgotten("CA3"));
    // What is touched stays.
    states.update("CA2", {{"CallStatus", "completed"}}, now + 1h);
    states.at("CA6", now + 1h + 30s);
    CHECK(states.find("CA2")->status == "completed");
}

TEST_CASE("of the calls that are forgotten, the last are known") {
    using namespace std::chrono_literals;
    CallStates states;
    auto time = now;
    auto pass = [&](const std::string& sid) {
        states.update(sid, {{"CallStatus", "completed"}}, time).after = call::After::hang_up;
    };
    pass("CAfirst");
    for (std::size_t i = 0; i < CallStates::most; ++i) {
        if (i % 1000 == 0) time += CallStates::kept_for + 10s;
        pass("CA" + std::to_string(i));
    }
    time += CallStates::kept_for + 10s;
    states.at("CAnew", time);
    CHECK_FALSE(states.forgotten("CAfirst"));
    CHECK(states.forgotten("CA0"));
    CHECK(states.forgotten("CA9999"));
}
