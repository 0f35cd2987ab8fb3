// The model's leg drops and another session takes over.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// True if every frame from `first` to the present one has been given to the present session.
bool given_from(const CallRig& rig, std::int64_t first) {
    const auto& got = rig.appended();
    if (got.empty() || got.front() > first || got.back() != rig.first_frame - 1) return false;
    for (std::size_t i = 1; i < got.size(); ++i)
        if (got[i] != got[i - 1] + 1) return false;
    return true;
}

}  // namespace

TEST_CASE("the new session is told the conversation in order, as it was heard") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "tell me a story");
    rig.response_starts("r1");
    rig.model_says("r1", "a1", "one two three four", 1000);
    rig.run(500ms);
    rig.turn("u2", "shorter please");
    rig.response_done("r1", "cancelled", "turn_detected");
    rig.answer("r2", "a2", "all right", 500);
    rig.run(2s);
    rig.take();
    rig.model_drops();
    rig.run(100ms);
    CHECK(rig.take() == Lines{"close model", "open model", "configure interruptible",
                              "add assistant: hello", "add user: tell me a story",
                              "add assistant: one two", "add user: shorter please",
                              "add assistant: all right"});
    CHECK(rig.happened("reconnect"));
    CHECK(rig.happened("model-lost"));
}

TEST_CASE("what functions and keys told is part of the conversation") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "note milk");
    rig.response_starts("r1");
    rig.calls_function("r1", "c1", "note", "{}");
    rig.feed(FunctionReturned{"c1", "ok", true});
    rig.response_done("r1");
    rig.answer("r2", "a", "noted", 300, "function");
    rig.run(1s);
    rig.feed(KeyPressed{'7'});
    rig.run(2s);
    rig.answer("r3", "b", "seven", 300, "keys");
    rig.run(1s);
    rig.take();
    rig.model_drops();
    rig.run(0ms);
    CHECK(rig.take() ==
          Lines{"close model", "open model", "configure interruptible", "add assistant: hello",
                "add user: note milk", "add system: You called note with {}: it returned ok.",
                "add assistant: noted", "add user: [keys pressed: 7]", "add assistant: seven"});
}

TEST_CASE("a drop in the middle of a sentence loses no word of it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.run(3s);
    auto said_from = rig.first_frame;
    rig.speaking = true;
    SECTION("before the service has told of it") { rig.run(200ms); }
    SECTION("after that") {
        rig.run(200ms);
        rig.feed(SpeechStarted{"u", rig.appended_ms() - 300});
        rig.run(2s);
    }
    SECTION("after the turn, before its text") {
        rig.feed(SpeechStarted{"u", rig.appended_ms()});
        rig.run(1s);
        rig.speech_stops("u");
        rig.commits("u");
        rig.run(300ms);
    }
    rig.model_rtt = 700ms;
    rig.model_drops();
    rig.run(1500ms);
    CHECK(given_from(rig, said_from));
    CHECK(rig.all<CreateResponse>().size() == 0);  // the turn is answered as any
}

TEST_CASE("a turn whose text has come is told as text and its audio is not sent again") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    auto after = rig.first_frame;
    rig.take();
    rig.model_drops();
    rig.run(100ms);
    CHECK(rig.take() == Lines{"close model", "open model", "configure interruptible",
                              "add assistant: hello", "add user: tell me", "create continue: "});
    REQUIRE_FALSE(rig.appended().empty());
    CHECK(rig.appended().front() >= after - 1);
}

TEST_CASE("the text of a turn appears once though two sessions heard it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u");
    rig.run(600ms);
    rig.speech_stops("u");
    rig.commits("u");
    rig.model_drops();
    rig.run(0ms);
    rig.feed(SpeechStarted{"v", 100});
    rig.feed(SpeechStopped{"v", 1100});
    rig.commits("v");
    rig.hears("v", "tell me");
    CHECK(rig.lines() == Lines{"assistant: hello", "user: tell me"});
}

TEST_CASE("an answer that the drop cut off is taken up again") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r");
    rig.model_says("r", "a", "one two three", 3000);
    rig.run(200ms);
    rig.take();
    rig.model_drops();
    rig.run(0ms);
    CHECK(rig.take().back() == "create continue: ");
    rig.run(2s);
    CHECK(rig.phone.played("a", rig.now()) >= 2200 * 8);  // what was sent plays on
    rig.take();
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear"});  // there is nothing of it to truncate
}

TEST_CASE("a gap that is noticed is worth a word") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.model_rtt = 1500ms;
    rig.take();
    rig.model_drops();
    rig.run(2s);
    CHECK(rig.take().back() == "create resumed: Say you are back");
}

TEST_CASE("a drop in a pause is not worth a word, however long") {
    CallRig rig;
    rig.connect_and_greet();
    rig.run(2s);
    rig.model_rtt = 1500ms;
    rig.model_drops();
    rig.run(2s);
    CHECK(rig.count<CreateResponse>() == 0);
}

TEST_CASE("a greeting that nobody has heard is said anew") {
    CallRig rig;
    rig.run(0ms);
    SECTION("asked for") {}
    SECTION("held") { rig.answer("r", "g", "hello", 500, "greeting"); }
    rig.take();
    rig.model_drops();
    rig.run(600ms);
    auto did = rig.take();
    CHECK(did.back() == "create greeting: Say hello");
    rig.answer("r2", "g2", "hello again", 500, "greeting");
    rig.pick_up();
    rig.run(1s);
    CHECK(rig.phone.parts(rig.now()).size() == 1);
    CHECK(rig.phone.played("g2", rig.now()) == 500 * 8);
}

TEST_CASE("drops at every point of a call leave it going on") {
    // The script of a call; the drop comes after so many of its steps.
    using Step = std::function<void(CallRig&)>;
    const std::vector<Step> script = {
        [](CallRig& r) { r.pick_up(); },
        [](CallRig& r) { r.response_starts("r_g", "greeting"); },
        [](CallRig& r) { r.model_says("r_g", "g", "hello", 800); },
        [](CallRig& r) { r.response_done("r_g"); },
        [](CallRig& r) { r.run(1s); },
        [](CallRig& r) { r.speech_starts("u"); },
        [](CallRig& r) { r.run(400ms); },
        [](CallRig& r) { r.speech_stops("u"); },
        [](CallRig& r) { r.commits("u"); },
        [](CallRig& r) { r.hears("u", "tell me"); },
        [](CallRig& r) { r.response_starts("r"); },
        [](CallRig& r) { r.calls_function("r", "c1", "note"); },
        [](CallRig& r) { r.model_says("r", "a", "one two", 800); },
        [](CallRig& r) { r.response_done("r"); },
        [](CallRig& r) {
            r.feed(FunctionReturned{"c1", "{}", true});
        },
        [](CallRig& r) { r.run(2s); },
    };
    for (std::size_t drop = 0; drop <= script.size(); ++drop) {
        INFO("dropped after " << drop << " steps");
        CallRig rig;
        rig.run(0ms);
        for (std::size_t i = 0; i < drop; ++i) script[i](rig);
        rig.model_drops();
        rig.run(100ms);
        CHECK(rig.model_open());
        if (!rig.stream_up()) rig.pick_up();
        if (auto asked = rig.all<CreateResponse>(); asked.size() > 1)
            rig.answer("r_x", "x", "so", 500, asked.back().purpose);
        rig.run(5s);
        CHECK_FALSE(rig.session().ended());
        CHECK(rig.session().after() == After::resume);
        CHECK(rig.appended().back() == rig.first_frame - 1);
        // Whoever is owed an answer gets one.
        bool owed = drop < 4 || (drop >= 10 && drop < 14);
        if (owed) CHECK(rig.count<CreateResponse>() > 1);
        rig.hang_up();
        rig.run(3s);
        CHECK(rig.count<Finished>() == 1);
    }
}

TEST_CASE("a function that returns to another session is told as a message") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "look it up");
    rig.response_starts("r");
    rig.calls_function("r", "c1", "search");
    rig.response_done("r");
    rig.model_drops();
    rig.run(0ms);
    rig.take();
    rig.answer("r1", "a", "one moment", 300, "continue");
    rig.feed(FunctionReturned{"c1", "42", true});
    CHECK(rig.take() == Lines{"add system: The function returned 42", "create function: "});
}

TEST_CASE("a result that comes between two sessions is in the history") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "look it up");
    rig.response_starts("r");
    rig.calls_function("r", "c1", "search");
    rig.model_says("r", "a", "one moment", 300);
    rig.response_done("r");
    rig.run(1s);
    rig.model_rtt = 300ms;
    rig.model_drops();
    rig.run(100ms);
    rig.feed(FunctionReturned{"c1", "42", true});
    rig.take();
    rig.run(300ms);
    auto did = rig.take();
    REQUIRE(did.size() >= 3);
    CHECK(did[did.size() - 3] + did[did.size() - 2] ==
          "add system: You called search with {}: it returned 42.add assistant: one moment");
    CHECK(did.back() == "create continue: ");
}

TEST_CASE("sessions that drop as soon as they are there are opened slower and slower, then not") {
    CallRig rig;
    rig.connect_and_greet();
    rig.run(10s);
    rig.forget();
    std::int64_t first = rig.ms(), drops = 0;
    while (!rig.session().ended() && drops < 50) {
        if (rig.model_open()) rig.model_drops(), ++drops;
        rig.run(10ms);
        if (rig.ms() - first > 60'000) break;
    }
    CHECK(rig.session().ended());
    CHECK(drops <= 8);
    CHECK(rig.session().after() == After::apologise);
}

TEST_CASE("a session near its age is replaced in a pause") {
    SessionConfig config = quiet_config();
    config.max_duration = std::chrono::hours(3);
    CallRig rig(config);
    rig.connect_and_greet();
    rig.run(54min);
    rig.turn("u", "tell me");
    rig.answer("r", "a", "a very long story", 90'000);
    rig.take();
    rig.run(85s);
    CHECK(rig.take().empty());  // it is being told
    rig.run(10s);
    auto did = rig.take();
    REQUIRE(did.size() > 3);
    CHECK(did[0] == "close model");
    CHECK(did[1] == "open model");
    CHECK(did.back() == "add assistant: a very long story");
    CHECK(rig.record().errors.empty());
    CHECK(rig.happened("reconnect"));
}

TEST_CASE("a model that stays away in the middle of a call does not leave silence") {
    CallRig rig;
    rig.connect_and_greet();
    rig.auto_model = false;
    rig.turn("u", "tell me");
    rig.model_drops();
    rig.take();
    rig.run(4100ms);
    CHECK(rig.take().back() == "close stream");
    CHECK(rig.session().after() == After::wait);
    rig.run(1s);
    rig.model_opens();
    rig.model_accepts();
    rig.pick_up();
    rig.take();
    rig.answer("r", "a", "where were we", 300, "resumed");
    rig.run(1s);
    CHECK(rig.phone.played("a", rig.now()) == 300 * 8);
    CHECK(rig.session().after() == After::resume);
}

TEST_CASE("a goodbye that was said before the drop is played and the call ended") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "bye");
    rig.response_starts("r");
    rig.model_says("r", "b", "good night", 800);
    rig.calls_function("r", "c1", "end_call");
    rig.model_drops();
    rig.run(3s);
    CHECK(rig.session().ended());
    CHECK(rig.phone.played("b", rig.now()) == 800 * 8);
    CHECK(rig.record().ended_by == EndedBy::agent);
}

TEST_CASE("two drops in one sentence lose no word of it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.run(3s);
    auto said_from = rig.first_frame;
    rig.speaking = true;
    rig.run(200ms);
    rig.feed(SpeechStarted{"u", rig.appended_ms() - 300});
    rig.run(2s);
    rig.model_rtt = 100ms;
    rig.model_drops();
    rig.run(150ms);
    SECTION("before the second session has told of it") {}
    SECTION("after that") {
        rig.feed(SpeechStarted{"v", 100});
        rig.run(500ms);
    }
    rig.model_drops();
    rig.run(500ms);
    CHECK(given_from(rig, said_from));
}
