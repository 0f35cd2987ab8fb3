// How calls end: said to the last word, told to the carrier, closed on both sides.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// The model says goodbye ("b") and calls end_call in one response.
void says_goodbye_and_ends(CallRig& rig, std::int64_t audio_ms = 1000) {
    rig.turn("u", "bye");
    rig.take();
    rig.response_starts("r");
    rig.model_says("r", "b", "good night", audio_ms);
    rig.calls_function("r", "c1", "end_call");
    rig.response_done("r");
}

std::int64_t heard_ms(const CallRig& rig, std::string_view item) {
    return rig.phone.played(item, rig.now()) / 8;
}

}  // namespace

TEST_CASE("the model's goodbye is played to its last mark before the call is ended") {
    for (auto delay : {0ms, 40ms, 80ms, 250ms}) {
        CallRig rig(quiet_config(), delay);
        rig.connect_and_greet();
        says_goodbye_and_ends(rig);
        CHECK(rig.take() == Lines{"output c1 {\"ok\":true}"});
        REQUIRE(rig.run_until([&] { return rig.count<CompleteCall>() > 0; }));
        CHECK(heard_ms(rig, "b") == 1000);
        CHECK(rig.take() == Lines{"complete call", "close stream"});
        rig.run(5s);
        CHECK(rig.take() == Lines{"close model", "finished"});
        CHECK(rig.record().ended_by == EndedBy::agent);
        CHECK(rig.session().after() == After::hang_up);
        CHECK(rig.lines().back() == "assistant: good night");
    }
}

TEST_CASE("nothing is said after the goodbye, whatever the caller says") {
    CallRig rig;
    rig.connect_and_greet();
    says_goodbye_and_ends(rig, 3000);
    rig.run(200ms);
    auto played = rig.count<PlayAudio>();
    rig.take();
    rig.turn("u2", "wait");
    rig.response_starts("r2");
    rig.model_says("r2", "c", "yes?", 500);
    rig.response_done("r2");
    CHECK(rig.count<PlayAudio>() == played);
    CHECK(rig.take().front() == "cancel");
    rig.run(5s);
    CHECK(heard_ms(rig, "b") == 3000);
    CHECK(rig.session().ended());
    CHECK(rig.lines()[3] == "user: wait");
}

TEST_CASE("a caller who speaks into the goodbye before it is complete keeps the call alive") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "bye");
    rig.response_starts("r");
    rig.model_says("r", "b", "good night", 1000);
    rig.calls_function("r", "c1", "end_call");
    rig.run(300ms);
    rig.speech_starts("u2");
    rig.take();
    rig.response_done("r", "cancelled", "turn_detected");
    CHECK(rig.take() == Lines{R"(output c1 {"ok":false,"why":"the caller spoke"})"});
    rig.run(5s);
    CHECK_FALSE(rig.session().ended());
    CHECK(rig.count<CompleteCall>() == 0);
}

TEST_CASE("marks that are lost delay the end by two seconds and no more") {
    CallRig rig;
    rig.connect_and_greet();
    rig.echo_marks = false;
    says_goodbye_and_ends(rig);
    auto said = rig.ms();
    REQUIRE(rig.run_until([&] { return rig.count<CompleteCall>() > 0; }));
    CHECK(rig.ms() - said >= 1000);
    CHECK(rig.ms() - said <= 3100);
}

TEST_CASE("a carrier that does not close is left after five seconds") {
    CallRig rig;
    rig.connect_and_greet();
    says_goodbye_and_ends(rig);
    rig.carrier_obeys = false;
    REQUIRE(rig.run_until([&] { return rig.count<CompleteCall>() > 0; }));
    rig.run(4900ms);
    CHECK_FALSE(rig.session().ended());
    rig.run(200ms);
    CHECK(rig.session().ended());
    CHECK(rig.count<Finished>() == 1);
}

TEST_CASE("a limit says goodbye first, behind what is being said") {
    SessionConfig config = quiet_config();
    config.max_duration = 10s;
    CallRig rig(config);
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.run(milliseconds(9500 - rig.ms()));
    rig.response_starts("r");
    rig.model_says("r", "a", "a long story", 20'000);
    rig.take();
    rig.run(1s);
    CHECK(rig.take().empty());  // the response is not over
    rig.response_done("r");
    CHECK(rig.take() == Lines{"create goodbye: Say that time is up"});
    rig.answer("r2", "b", "time is up", 1000, "goodbye");
    REQUIRE(rig.run_until([&] { return rig.session().ended(); }, 40s));
    CHECK(heard_ms(rig, "a") == 20'000);
    CHECK(heard_ms(rig, "b") == 1000);
    CHECK(rig.record().ended_by == EndedBy::limit);
    CHECK(rig.happened("limit: duration"));
}

TEST_CASE("a used up budget says its own goodbye") {
    CallRig rig;
    rig.connect_and_greet();
    rig.take();
    rig.feed(EndRequested{"budget"});
    CHECK(rig.take() == Lines{"create goodbye: Say that money is up"});
    rig.feed(EndRequested{"budget"});  // twice is once
    CHECK(rig.take().empty());
    rig.answer("r2", "b", "money is up", 500, "goodbye");
    REQUIRE(rig.run_until([&] { return rig.session().ended(); }));
    CHECK(rig.record().ended_by == EndedBy::budget);
    CHECK(heard_ms(rig, "b") == 500);
}

TEST_CASE("the caller is not heard while the goodbye is made, and not lost either") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(EndRequested{"operator"});
    auto before = rig.appended().size();
    rig.run(1s);
    CHECK(rig.appended().size() == before);
    rig.answer("r2", "b", "bye", 500, "goodbye");
    rig.run(100ms);
    REQUIRE(rig.appended().size() >= before + 50);
    for (std::size_t i = 1; i < rig.appended().size(); ++i)
        CHECK(rig.appended()[i] == rig.appended()[i - 1] + 1);
}

TEST_CASE("a goodbye that never comes holds the line for fifteen seconds") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(EndRequested{"operator"});
    rig.run(14900ms);
    CHECK(rig.count<CompleteCall>() == 0);
    rig.run(200ms);
    CHECK(rig.count<CompleteCall>() == 1);
    rig.run(5s);
    CHECK(rig.session().ended());
}

TEST_CASE("a goodbye that fails, or loses its session, ends the call at once") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(EndRequested{"operator"});
    rig.response_starts("r2", "goodbye");
    SECTION("failed") { rig.response_done("r2", "failed", "", "server_error"); }
    SECTION("drops") { rig.model_drops(); }
    SECTION("no money") {
        rig.feed(ModelError{"invalid_request_error", "insufficient_quota", "", ""});
    }
    CHECK(rig.count<CompleteCall>() == 1);
    rig.run(5s);
    CHECK(rig.session().ended());
    CHECK(rig.record().ended_by == EndedBy::agent);
}

TEST_CASE("a caller who hangs up is waited for at most two seconds") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u");
    rig.run(500ms);
    rig.take();
    rig.hang_up();
    CHECK(rig.appended_ms() > 1000);  // silence, so that the turn can end
    CHECK(rig.take() == Lines{"close stream"});
    SECTION("the text comes") {
        rig.run(500ms);
        rig.feed(SpeechStopped{"u", rig.appended_ms()});
        rig.commits("u");
        CHECK_FALSE(rig.session().ended());
        rig.hears("u", "see you");
        CHECK(rig.session().ended());
        CHECK(rig.lines().back() == "user: see you");
    }
    SECTION("it does not") {
        rig.run(1500ms);
        rig.feed(CarrierStatus{"completed"});  // does not start the wait again
        rig.run(400ms);
        CHECK_FALSE(rig.session().ended());
        rig.run(200ms);
        CHECK(rig.session().ended());
    }
    CHECK(rig.record().ended_by == EndedBy::caller);
    CHECK(rig.count<Finished>() == 1);
    CHECK(rig.count<CompleteCall>() == 0);
}

TEST_CASE("a caller who hangs up with nothing open ends the call at once") {
    CallRig rig;
    rig.connect_and_greet();
    rig.hang_up();
    CHECK(rig.take() == Lines{"close stream", "close model", "finished"});
    CHECK_FALSE(rig.session().next_timeout());
}

TEST_CASE("what was playing when the caller hung up is cut where they heard it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.answer("r", "a", "one two three four", 1000);
    rig.run(500ms);
    rig.hang_up();
    CHECK(rig.lines().back() == "assistant: one two three four | one two");
}

TEST_CASE("a machine is hung up on, and nobody else") {
    SessionConfig config = quiet_config();
    std::string_view who = "machine_start";
    SECTION("hang up") {
        CallRig rig(config);
        rig.connect_and_greet();
        rig.feed(AnsweredBy{who});
        CHECK(rig.take() == Lines{"complete call", "close stream"});
        rig.run(5s);
        CHECK(rig.session().ended());
        CHECK(rig.record().answered_by == "machine");
        CHECK(rig.record().ended_by == EndedBy::agent);
    }
    SECTION("people") {
        CallRig rig(config);
        rig.connect_and_greet();
        rig.feed(AnsweredBy{"unknown"});
        CHECK(rig.take().empty());
        CHECK(rig.record().answered_by == "unknown");
    }
}

TEST_CASE("an error that cannot be mended ends with an apology by the carrier") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.answer("r", "a", "one two three four", 1000);
    rig.run(500ms);
    rig.take();
    rig.feed(ModelError{"invalid_request_error", "insufficient_quota", "no credit", ""});
    CHECK(rig.take() == Lines{"close stream", "close model"});
    CHECK(rig.session().after() == After::apologise);
    rig.run(1s);
    CHECK(rig.session().ended());
    CHECK(rig.session().after() == After::apologise);
    CHECK(rig.count<CompleteCall>() == 0);  // the carrier is still to say it
    CHECK(rig.record().ended_by == EndedBy::error);
    CHECK(rig.lines().back() == "assistant: one two three four | one two");
}

TEST_CASE("a stream that breaks while the call is ending ends it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(EndRequested{"operator"});
    rig.break_stream();
    CHECK(rig.count<CompleteCall>() == 1);
    CHECK(rig.session().ended());
    CHECK(rig.session().after() == After::hang_up);
}

TEST_CASE("an answer that begins behind the goodbye is in the record as not heard") {
    CallRig rig;
    rig.connect_and_greet();
    says_goodbye_and_ends(rig, 3000);
    rig.run(200ms);
    rig.turn("u2", "wait");
    rig.response_starts("r2");
    rig.item_starts("r2", "c");
    rig.feed(ModelText{"r2", "c", "yes?"});
    rig.audio("r2", "c", 100);
    rig.response_done("r2", "cancelled", "client_cancelled");
    rig.run(8s);
    REQUIRE(rig.session().ended());
    CHECK(rig.lines().back() == "assistant: yes? | ");
    CHECK(heard_ms(rig, "c") == 0);
}

TEST_CASE("a limit that comes into the model's own goodbye adds no second one") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "bye");
    rig.response_starts("r");
    rig.model_says("r", "b", "good night", 1000);
    rig.calls_function("r", "c1", "end_call");
    rig.take();
    rig.feed(EndRequested{"budget"});
    rig.response_done("r");
    CHECK(rig.take() == Lines{"output c1 {\"ok\":true}"});
    rig.run(5s);
    CHECK(rig.session().ended());
    CHECK(heard_ms(rig, "b") == 1000);
}
