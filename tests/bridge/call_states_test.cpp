#include "bridge/call_states.hpp"

#include "support/catch.hpp"

using namespace pa;
using bridge::CallStates;

TEST_CASE("a late status callback never moves a call back") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "in-progress"}});
    CHECK(states.update("CA1", {{"CallStatus", "ringing"}}).status == "in-progress");
    CHECK(states.update("CA1", {{"CallStatus", "completed"}, {"CallDuration", "49"}}).final());
    CHECK(states.update("CA1", {{"CallStatus", "in-progress"}}).status == "completed");
    CHECK(states.find("CA1")->duration_s == 49);
    CHECK(states.update("CA1", {{"CallStatus", "nonsense"}}).status == "completed");
}

TEST_CASE("what the carrier tells beside the status is kept") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "initiated"}});
    CHECK(states.find("CA1")->status == "queued");
    states.update("CA1", {{"AnsweredBy", "machine_start"}});
    states.update("CA1", {{"CallStatus", "no-answer"}, {"SipResponseCode", "603"}});
    CHECK(states.find("CA1")->answered_by == "machine_start");
    CHECK(states.find("CA1")->sip_code == 603);
    CHECK(states.find("CA2") == nullptr);
}

TEST_CASE("only the last calls are remembered") {
    CallStates states;
    for (std::size_t i = 0; i <= CallStates::most; ++i) states.at("CA" + std::to_string(i));
    CHECK(states.find("CA0") == nullptr);
    CHECK(states.find("CA" + std::to_string(CallStates::most)) != nullptr);
}

TEST_CASE("what another bridge tells of its call never takes back what is known here") {
    CallStates states;
    states.update("CA1", {{"CallStatus", "completed"}, {"CallDuration", "49"}});
    bridge::CallState other;
    other.status = "in-progress";
    other.answered_by = "human";
    other.log = "call.json";
    other.after = call::After::hang_up;
    states.learn("CA1", other);
    CHECK(states.find("CA1")->status == "completed");
    CHECK(states.find("CA1")->duration_s == 49);
    CHECK(states.find("CA1")->answered_by == "human");
    CHECK(states.find("CA1")->log == "call.json");
    CHECK(states.find("CA1")->after == call::After::hang_up);
}
