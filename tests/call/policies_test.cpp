// When the caller's voice stops the agent: immediate, guarded, off.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig with(Interruption policy) {
    SessionConfig config = quiet_config();
    config.interruption = policy;
    return config;
}

/// The agent is in the middle of an answer of 5 s.
void answering(CallRig& rig) {
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r", rig.count<CreateResponse>() == 0 ? "" : "answer");
    rig.model_says("r", "a", "one two three four", 5000);
    rig.response_done("r");
    rig.run(500ms);
    rig.take();
}

}  // namespace

TEST_CASE("immediate: the service interrupts and answers by itself") {
    CallRig rig(with(Interruption::immediate));
    rig.run(0ms);
    CHECK(rig.all<ConfigureSession>()[0].interruptible);
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    CHECK(rig.take().empty());
}

TEST_CASE("guarded: we ask for each answer ourselves") {
    CallRig rig(with(Interruption::guarded));
    rig.run(0ms);
    CHECK_FALSE(rig.all<ConfigureSession>()[0].interruptible);
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    CHECK(rig.take() == Lines{"create answer: "});
}

TEST_CASE("guarded: a cough does not stop the agent") {
    CallRig rig(with(Interruption::guarded));
    answering(rig);
    auto before = rig.phone.played("a", rig.now());
    rig.speech_starts("c");
    rig.run(200ms);
    rig.speech_stops("c");  // told of 500 ms later, long after the guard's 400 ms
    rig.commits("c");
    rig.hears("c", ".");
    CHECK(rig.take().empty());
    CHECK(rig.phone.played("a", rig.now()) - before == 700 * 8);
    CHECK(rig.happened("backchannel"));
    CHECK(rig.lines().size() == 3);
}

TEST_CASE("guarded: who goes on speaking is listened to") {
    CallRig rig(with(Interruption::guarded));
    answering(rig);
    auto from = rig.ms();
    rig.speech_starts("c");
    REQUIRE(rig.run_until([&] { return rig.count<ClearPlayback>() == 1; }, 2s));
    CHECK(rig.ms() - from >= 380);
    CHECK(rig.ms() - from <= 440);
    CHECK(rig.take().front() == "clear");
    rig.speech_stops("c");
    rig.commits("c");
    CHECK(rig.take() == Lines{"create answer: "});
}

TEST_CASE("guarded: pauses between words do not count, the words do") {
    CallRig rig(with(Interruption::guarded));
    answering(rig);
    rig.speech_starts("c");
    for (int i = 0; i < 2; ++i) {
        rig.speaking = true;
        rig.run(180ms);
        rig.speaking = false;
        rig.run(200ms);
    }
    CHECK(rig.count<ClearPlayback>() == 0);
    rig.speaking = true;
    rig.run(100ms);
    CHECK(rig.count<ClearPlayback>() == 1);
}

TEST_CASE("guarded: a response that is still being made is cancelled") {
    CallRig rig(with(Interruption::guarded));
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r", "answer");
    rig.model_says("r", "a", "one two three four", 5000);
    rig.run(500ms);
    rig.take();
    rig.speech_starts("c");
    rig.run(500ms);
    CHECK(rig.take() == Lines{"cancel", "clear", "truncate a/0 900"});
}

TEST_CASE("guarded: a short word when the agent has finished is an answer") {
    CallRig rig(with(Interruption::guarded));
    answering(rig);
    rig.run(4300ms);  // 200 ms before the end
    rig.speech_starts("c");
    rig.run(200ms);
    rig.speech_stops("c");
    rig.commits("c");
    CHECK(rig.take() == Lines{"create answer: "});
}

TEST_CASE("guarded: the caller goes on before the answer is heard, and is answered once") {
    CallRig rig(with(Interruption::guarded));
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.take();
    rig.speech_starts("u2");
    rig.response_starts("r", "answer");  // it was on its way
    CHECK(rig.take() == Lines{"cancel"});
    rig.response_done("r", "cancelled", "client_cancelled");
    rig.run(600ms);
    rig.speech_stops("u2");
    rig.commits("u2");
    CHECK(rig.take() == Lines{"create answer: "});
}

TEST_CASE("off: the greeting plays on whatever the caller says, and they are answered then") {
    CallRig rig(with(Interruption::off));
    rig.connect();
    CHECK_FALSE(rig.all<ConfigureSession>()[0].interruptible);
    rig.take();
    rig.speech_starts("u0");  // even before it is audible
    rig.run(200ms);
    rig.answer("r_g", "g", "hello, this is a recording", 3000, "greeting");
    rig.run(300ms);
    rig.speech_stops("u0");
    rig.commits("u0");
    rig.hears("u0", "who is it");
    CHECK(rig.take().empty());
    rig.run(3s);
    CHECK(rig.phone.played("g", rig.now()) == 3000 * 8);
    CHECK(rig.take() == Lines{"configure interruptible", "create answer: "});
}

TEST_CASE("off: after the greeting the service takes the turns, from when it says so") {
    CallRig rig(with(Interruption::off));
    rig.connect_and_greet();
    rig.take();
    REQUIRE(rig.count<ConfigureSession>() == 0);  // forgotten by connect_and_greet
    // A turn that ended before the service read our update is answered by us.
    rig.turn("u", "tell me");
    CHECK(rig.take() == Lines{"create answer: "});
    rig.answer("r", "a", "well", 300, "answer");
    rig.run(500ms);
    rig.feed(SessionUpdated{"audio/pcmu", "audio/pcmu", 0});
    rig.turn("u2", "and");
    CHECK(rig.take().empty());
    rig.response_starts("r2");
    rig.model_says("r2", "b", "one two", 1000);
    rig.run(100ms);
    rig.speech_starts("u3");
    CHECK(rig.take() == Lines{"clear", "truncate b/0 100"});
}

TEST_CASE("off: an underrun of the greeting is not its end") {
    CallRig rig(with(Interruption::off));
    rig.connect();
    rig.response_starts("r_g", "greeting");
    rig.item_starts("r_g", "g");
    rig.audio("r_g", "g", 160);
    rig.run(1s);
    rig.take();
    CHECK(rig.count<ConfigureSession>() == 1);
    rig.audio("r_g", "g", 160);
    rig.run(1s);
    rig.response_done("r_g");
    CHECK(rig.take() == Lines{"configure interruptible"});
}

TEST_CASE("a response asked for before the caller began to speak is cancelled when it starts") {
    CallRig rig;
    rig.connect();
    rig.take();
    rig.speech_starts("u");
    rig.response_starts("r_g", "greeting");
    CHECK(rig.take() == Lines{"cancel"});
    rig.model_says("r_g", "g", "hello", 500);
    CHECK(rig.count<PlayAudio>() == 0);
    CHECK(rig.lines() == Lines{"assistant: hello | "});
}

TEST_CASE("what did not interrupt the agent is no turn that it answered") {
    for (auto policy : {Interruption::guarded, Interruption::off}) {
        CallRig rig(with(policy));
        rig.connect();
        rig.response_starts("g", "greeting");
        rig.model_says("g", "g", "hello", 2000);
        rig.run(100ms);
        rig.speech_starts("c");
        rig.run(200ms);
        rig.speech_stops("c");
        rig.audio("g", "g", 200);  // the greeting goes on: before the turn is committed…
        rig.commits("c");
        rig.audio("g", "g", 200);  // …and after
        CHECK(rig.record().turns.empty());
        rig.hears("c", "mm");
        rig.response_done("g");
        rig.run(3s);
        if (policy == Interruption::off) {
            rig.answer("r0", "a0", "yes", 200, "answer");
            REQUIRE(rig.record().turns.size() == 1);  // it was answered, only later
            CHECK(rig.record().turns[0].latency_ms() > 2000);
            rig.run(1s);
        }
        rig.turn("u", "tell me");
        rig.run(700ms);
        rig.answer("r", "a", "well", 200, policy == Interruption::off ? "" : "answer");
        REQUIRE_FALSE(rig.record().turns.empty());
        CHECK(rig.record().turns.back().latency_ms() >= 700);
        CHECK(rig.record().turns.back().latency_ms() < 1300);
    }
}
