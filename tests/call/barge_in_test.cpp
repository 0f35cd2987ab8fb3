// The caller speaks while the agent does.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// The agent says "a" of 2 s in an answer to the caller's turn "u".
void answering(CallRig& rig) {
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r");
    rig.model_says("r", "a", "one two three four", 2000);
    rig.take();
}

}  // namespace

TEST_CASE("barge-in clears, then truncates at what was heard") {
    CallRig rig;
    answering(rig);
    rig.run(500ms);
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear", "truncate a/0 500"});
    CHECK(rig.happened("barge-in"));
    CHECK(rig.session().record().events.back().detail == "500 ms heard");
    rig.run(0ms);
    REQUIRE(rig.phone.clears().size() == 1);
    CHECK(rig.phone.clears().back().part_played == 500 * 8);
}

TEST_CASE("late audio of a response that was cut off is dropped") {
    CallRig rig;
    answering(rig);
    rig.run(500ms);
    rig.speech_starts("u2");
    auto played = rig.count<PlayAudio>();
    rig.audio("r", "a", 200);
    rig.audio_done("r", "a");
    rig.response_done("r", "cancelled", "turn_detected");
    CHECK(rig.count<PlayAudio>() == played);
    CHECK(rig.take().size() == 2);  // the clear and the truncation, nothing else
}

TEST_CASE("items queued behind the one being heard are truncated at nothing") {
    CallRig rig;
    answering(rig);
    rig.model_says("r", "b", "five six", 1000);
    rig.run(500ms);
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear", "truncate a/0 500", "truncate b/0 0"});
}

TEST_CASE("a later item is truncated from its own beginning") {
    CallRig rig;
    answering(rig);
    rig.model_says("r", "b", "five six", 1000);
    rig.run(2300ms);
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear", "truncate b/0 300"});
}

TEST_CASE("speech long after the playback clears nothing") {
    CallRig rig;
    answering(rig);
    rig.response_done("r");
    rig.run(4s);
    rig.take();
    rig.speech_starts("u2");
    CHECK(rig.take().empty());
    CHECK_FALSE(rig.happened("barge-in"));
}

TEST_CASE("a second barge-in counts from the clear before it") {
    CallRig rig;
    answering(rig);
    rig.run(500ms);
    rig.turn("u2", "no");
    rig.response_done("r", "cancelled", "turn_detected");
    rig.response_starts("r2");
    rig.model_says("r2", "b", "then what", 1000);
    rig.take();
    rig.run(200ms);
    rig.speech_starts("u3");
    CHECK(rig.take() == Lines{"clear", "truncate b/0 200"});
}
