// The carrier's stream breaks, comes back, is replaced, ends.
#include "base/base64.hpp"
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a stream that breaks is waited for, and the agent says a word when it is back") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.answer("r", "a", "one two three four", 2000);
    rig.run(1s);
    rig.take();
    rig.break_stream();
    CHECK(rig.take() == Lines{"truncate a/0 1000"});
    CHECK(rig.session().after() == After::resume);
    CHECK_FALSE(rig.session().streaming());
    rig.run(3s);
    rig.pick_up();
    CHECK(rig.take() == Lines{"create resumed: Say you are back"});
    CHECK(rig.happened("stream-lost"));
    CHECK(rig.happened("reattached"));
    CHECK(rig.lines().back() == "assistant: one two three four | one two");
}

TEST_CASE("an answer that is being made when the stream breaks is cancelled") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r");
    rig.model_says("r", "a", "one two three four", 1000);
    rig.run(500ms);
    rig.take();
    rig.break_stream();
    CHECK(rig.take() == Lines{"cancel", "truncate a/0 500"});
    rig.audio("r", "a", 1000);
    rig.response_done("r", "cancelled", "client_cancelled");
    rig.run(1s);
    rig.pick_up();
    rig.run(2s);
    CHECK(rig.phone.played("a", rig.now()) == 500 * 8);  // and not a piece out of its middle
    CHECK(rig.take() == Lines{"create resumed: Say you are back"});
}

TEST_CASE("a stream that does not come back in time is the end") {
    CallRig rig;
    rig.connect_and_greet();
    rig.break_stream();
    rig.run(7900ms);
    CHECK_FALSE(rig.session().ended());
    rig.run(200ms);
    CHECK(rig.session().ended());
    CHECK(rig.session().after() == After::hang_up);
    CHECK(rig.count<CompleteCall>() == 1);
    CHECK(rig.record().ended_by == EndedBy::caller);
}

TEST_CASE("the carrier's final word ends a call whose stream had broken") {
    CallRig rig;
    rig.connect_and_greet();
    rig.break_stream();
    rig.take();
    rig.feed(CarrierStatus{"completed"});
    CHECK(rig.take() == Lines{"close model", "finished"});
    CHECK(rig.record().ended_by == EndedBy::caller);
}

TEST_CASE("a sentence that the break cut in two is answered when the stream is back") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u");
    rig.run(700ms);
    auto before = rig.appended_ms();
    rig.break_stream();
    CHECK(rig.appended_ms() == before + 1000);  // of silence: the turn can end
    rig.feed(SpeechStopped{"u", rig.appended_ms()});
    rig.commits("u");
    rig.hears("u", "tell me");
    rig.answer("r", "a", "well then", 500);
    rig.take();
    rig.run(2s);
    rig.pick_up();
    rig.run(1s);
    CHECK(rig.phone.played("a", rig.now()) == 500 * 8);
    CHECK(rig.take().empty());  // that is word enough
}

TEST_CASE("a second stream takes the place of the first") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.answer("r", "a", "one two three four", 2000);
    rig.run(1s);
    rig.take();
    SECTION("told of by the driver") { rig.feed(LegClosed{Leg::carrier, 1000, "replaced"}); }
    SECTION("not told of") {}
    rig.feed(StreamStarted{"MZ2"});
    CHECK(rig.take() == Lines{"truncate a/0 1000", "create resumed: Say you are back"});
    CHECK(rig.record().stream_sid == "MZ2");
    // Marks of the first stream mean nothing any more.
    rig.answer("r2", "b", "back again", 1000, "resumed");
    for (int mark = 1; mark < 20; ++mark) rig.feed(MarkPlayed{"1." + std::to_string(mark)});
    rig.run(100ms);
    rig.take();
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear", "truncate b/0 100"});
}

TEST_CASE("a close without a stop and a stop without a close end in one clean record each") {
    for (bool stop : {true, false}) {
        CallRig rig;
        rig.connect_and_greet();
        rig.turn("u", "bye");
        if (stop)
            rig.feed(StreamStopped{});
        else
            rig.break_stream();
        rig.run(10s);
        CHECK(rig.session().ended());
        CHECK(rig.count<Finished>() == 1);
        CHECK(rig.count<CloseModel>() == 1);
        CHECK(rig.lines() == Lines{"assistant: hello", "user: bye"});
    }
}

TEST_CASE("events after the end do nothing") {
    CallRig rig;
    rig.connect_and_greet();
    rig.hang_up();
    REQUIRE(rig.session().ended());
    rig.forget();
    rig.feed(StreamStarted{"MZ2"});
    rig.feed(CallerAudio{"////", 0});
    rig.feed(ModelOpened{});
    rig.feed(EndRequested{"again"});
    rig.feed(Timeout{});
    CHECK(rig.done().empty());
}

TEST_CASE("the time limit ends a call whose stream is away at that moment") {
    SessionConfig config = pa::test::quiet_config();
    config.max_duration = 5s;
    CallRig rig(config);
    rig.connect_and_greet();
    rig.run(2s);
    rig.break_stream();
    rig.run(2s);
    CHECK(rig.session().ended());
    CHECK(rig.count<CompleteCall>() == 1);
    CHECK(rig.record().ended_by == EndedBy::limit);
}

TEST_CASE("frames that were lost on the way become silence, a second at most") {
    CallRig rig;
    rig.connect_and_greet();
    rig.line_sends = false;
    auto given = [&](std::int64_t timestamp) {
        auto before = rig.appended_ms();
        rig.feed(CallerAudio{pa::base64_encode(std::string(160, '\x55')), timestamp});
        return rig.appended_ms() - before;
    };
    const std::int64_t t = rig.first_frame * 20 + 20;
    CHECK(given(t) == 20);
    CHECK(given(t + 20) == 20);
    CHECK(given(t + 80) == 60);   // two are missing
    CHECK(given(t + 80) == 20);   // a clock that stands still is no gap…
    CHECK(given(t + 110) == 20);  // …nor is one that is a little late
    CHECK(given(t + 60'000) == 1020);
    CHECK(given(t + 60'020) == 20);
    CHECK(given(100) == 20);  // another clock
    CHECK(given(120) == 20);
    CHECK(given(160) == 40);
}

TEST_CASE("a line that falls silent in the middle of a turn lets the turn end, once") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u");
    rig.run(400ms);
    rig.line_sends = false;
    auto before = rig.appended_ms();
    rig.run(700ms);
    CHECK(rig.appended_ms() == before);
    rig.run(100ms);
    CHECK(rig.appended_ms() == before + 1000);
    rig.run(3s);
    CHECK(rig.appended_ms() == before + 1000);
    rig.feed(SpeechStopped{"u", rig.appended_ms()});
    rig.commits("u");
    rig.hears("u", "tell me");
    // A session that takes over after that hears the next turn from its start.
    auto next = rig.first_frame;
    rig.line_sends = true;
    rig.speech_starts("u2");
    rig.run(500ms);
    rig.model_drops();
    rig.run(100ms);
    REQUIRE_FALSE(rig.appended().empty());
    CHECK(rig.appended().front() <= next);
}
