// Who answered: what is done when detection finds a machine, and that nothing waits for it.
#include "support/call_rig.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using pa::test::World;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig on_machine(OnMachine what) {
    SessionConfig config = quiet_config();
    config.on_machine = what;
    config.machine_message = "Leave the message";
    return config;
}

/// The greeting plays into the announcement of a machine, which goes on.
void machine_talks(CallRig& rig) {
    rig.connect();
    rig.response_starts("r0", "greeting");
    rig.model_says("r0", "g", "good morning, it is about your blood test", 4000);
    rig.response_done("r0");
    rig.run(1s);
    rig.take();
}

std::int64_t heard_ms(const CallRig& rig, std::string_view item) {
    return rig.phone.played(item, rig.now()) / 8;
}

}  // namespace

TEST_CASE("a message is left after the beep: what plays is cleared, the matter is said once") {
    for (auto delay : {0ms, 40ms, 80ms}) {
        CallRig rig(on_machine(OnMachine::message), delay);
        machine_talks(rig);
        rig.feed(AnsweredBy{"machine_end_beep"});
        auto did = rig.take();
        REQUIRE(did.size() == 5);
        CHECK(did[0] == "clear");
        CHECK(did[1].starts_with("truncate g/0 "));
        CHECK(did[2] == "for a machine");
        CHECK(did[3] == "configure");  // what the line still carries interrupts nothing
        CHECK(did[4] == "create message: Leave the message");
        rig.answer("r1", "m", "please call back", 3000, "message");
        CHECK(rig.take().empty());
        REQUIRE(rig.run_until([&] { return rig.count<CompleteCall>() > 0; }));
        CHECK(heard_ms(rig, "m") == 3000);
        rig.run(5s);
        CHECK(rig.session().ended());
        CHECK(rig.record().answered_by == "machine");
        CHECK(rig.record().ended_by == EndedBy::agent);
        CHECK(rig.happened("machine"));
        CHECK(rig.lines().back() == "assistant: please call back");
        CHECK(rig.session().after() == After::hang_up);
    }
}

TEST_CASE("nothing that the announcement brought about is said into the message") {
    CallRig rig(on_machine(OnMachine::message));
    machine_talks(rig);
    SECTION("an answer that is being made") {
        rig.turn("u", "leave a message after the beep");
        rig.response_starts("r1");
        rig.model_says("r1", "a", "who is there", 2000);
        rig.take();
        rig.feed(AnsweredBy{"machine_end_beep"});
        CHECK(rig.take() ==
              Lines{"cancel", "clear", "truncate a/0 0", "for a machine", "configure"});
        rig.audio("r1", "a", 500);
        rig.response_done("r1", "cancelled", "client_cancelled");
    }
    SECTION("an answer that the service is about to make") {
        rig.turn("u", "leave a message after the beep");
        rig.take();
        rig.feed(AnsweredBy{"machine_end_beep"});
        rig.response_starts("r1");
        CHECK(rig.take().back() == "cancel");
        rig.model_says("r1", "a", "who is there", 2000);
        rig.response_done("r1", "cancelled", "client_cancelled");
    }
    SECTION("a beep that still sounds") {
        rig.speech_starts("u");
        rig.take();
        rig.feed(AnsweredBy{"machine_end_beep"});
        rig.speech_stops("u");
        rig.commits("u");
    }
    auto played = rig.count<PlayAudio>();
    CHECK(rig.all<CreateResponse>().back().purpose == "message");
    rig.answer("r2", "m", "please call back", 1000, "message");
    CHECK(rig.count<PlayAudio>() > played);
    rig.turn("u2", "more beeps");
    rig.run(10s);
    CHECK(heard_ms(rig, "m") == 1000);
    CHECK(heard_ms(rig, "a") == 0);
    CHECK(rig.count<CompleteCall>() == 1);
}

TEST_CASE("a message that the model fails to make is asked for once more") {
    CallRig rig(on_machine(OnMachine::message));
    machine_talks(rig);
    rig.feed(AnsweredBy{"machine_end_silence"});
    rig.response_starts("r1", "message");
    rig.take();
    rig.response_done("r1", "failed", "", "server_error");
    CHECK(rig.take() == Lines{"create message: Leave the message"});
    rig.response_starts("r2", "message");
    rig.response_done("r2", "failed", "", "server_error");
    CHECK(rig.take() == Lines{"complete call", "close stream"});
}

TEST_CASE("a message waits for a session that is being opened") {
    CallRig rig(on_machine(OnMachine::message));
    machine_talks(rig);
    rig.auto_model = false;
    rig.model_drops();
    rig.feed(AnsweredBy{"machine_end_beep"});
    rig.run(500ms);
    CHECK(rig.count<CreateResponse>() == 1);
    rig.model_opens();
    rig.model_accepts();
    CHECK(rig.take().back() == "create message: Leave the message");
}

TEST_CASE("while a machine may be listening for its beep, the model cannot end the call") {
    CallRig rig(on_machine(OnMachine::message));
    machine_talks(rig);
    rig.turn("u", "leave a message after the beep");
    rig.response_starts("r1");
    rig.calls_function("r1", "c1", "end_call");
    SECTION("not before the result") {
        rig.response_done("r1");
        CHECK_THAT(rig.take().back(), contains("a machine may have answered"));
        CHECK(rig.count<CompleteCall>() == 0);
        rig.feed(AnsweredBy{"machine_end_beep"});
        CHECK(rig.take().back() == "create message: Leave the message");
    }
    SECTION("a person is not kept") {
        rig.feed(AnsweredBy{"human"});
        rig.response_done("r1");
        rig.run(5s);
        CHECK(rig.count<CompleteCall>() == 1);
    }
    SECTION("nor is anybody when no result comes") {
        rig.run(46s);
        rig.response_done("r1");
        rig.run(5s);
        CHECK(rig.count<CompleteCall>() == 1);
    }
}

TEST_CASE("a fax is hung up on, whatever is to be done with machines") {
    for (auto what : {OnMachine::message, OnMachine::talk, OnMachine::hang_up}) {
        CallRig rig(on_machine(what));
        machine_talks(rig);
        rig.feed(AnsweredBy{"fax"});
        CHECK(rig.take() == Lines{"complete call", "close stream"});
        CHECK(rig.record().answered_by == "machine");
    }
}

TEST_CASE("a machine is hung up on in the middle of a goodbye too") {
    CallRig rig(on_machine(OnMachine::hang_up));
    machine_talks(rig);
    rig.feed(EndRequested{"budget"});
    rig.answer("r1", "b", "so that was about your blood test", 5000, "goodbye");
    rig.take();
    rig.feed(AnsweredBy{"machine_start"});
    CHECK(rig.take() == Lines{"complete call", "close stream"});
    rig.run(5s);
    CHECK(rig.record().ended_by == EndedBy::budget);
}

TEST_CASE("a result that comes before the stream ends the call without one") {
    CallRig rig(on_machine(OnMachine::hang_up));
    rig.feed(AnsweredBy{"machine_start"});
    CHECK(rig.session().ended());
    CHECK(rig.count<CompleteCall>() == 1);
    CHECK(rig.record().answered_by == "machine");
}

TEST_CASE("to a machine that is talked to, nothing of the matter is said any more") {
    CallRig rig(on_machine(OnMachine::talk));
    machine_talks(rig);
    rig.feed(AnsweredBy{"machine_start"});
    auto did = rig.take();
    REQUIRE(did.size() == 5);
    CHECK(did[0] == "clear");
    CHECK(did[2] == "for a machine");
    CHECK(did[3] == "configure interruptible");
    CHECK(did[4] == "create machine: ");  // with what the session knows now
    rig.answer("r1", "a", "it is Hana", 500, "machine");
    rig.run(1s);
    SECTION("functions are not run") {
        rig.turn("u", "who is it");
        rig.response_starts("r2");
        rig.take();
        rig.calls_function("r2", "c1", "calendar");
        CHECK_THAT(rig.take().front(), contains("a machine has answered"));
        CHECK(rig.count<RunFunction>() == 0);
    }
    SECTION("a session that takes over is not greeted with it") {
        rig.model_drops();
        rig.run(1s);
        for (const auto& c : rig.all<CreateResponse>()) {
            if (c.purpose == "greeting") CHECK(c.instructions != "");
        }
        CHECK(std::count_if(rig.done().begin(), rig.done().end(), [](const auto& d) {
                  const auto* c = std::get_if<CreateResponse>(&d.action);
                  return c != nullptr && c->purpose == "greeting";
              }) == 1);
    }
    SECTION("a key is a person's: the matter may be told") {
        rig.take();
        rig.feed(KeyPressed{'*'});
        rig.run(2s);
        CHECK(rig.take() ==
              Lines{"for a person", "configure interruptible",
                    "add system: A person has pressed a key: this is no machine. Begin with why "
                    "you call.",
                    "add user: [keys pressed: *]", "create keys: "});
        CHECK(rig.happened("person"));
    }
}

TEST_CASE("an answer that the service begins before it knows of the machine is not heard") {
    CallRig rig(on_machine(OnMachine::talk));
    rig.auto_model = false;
    rig.model_opens();
    rig.pick_up();
    rig.model_accepts();
    rig.answer("r0", "g", "good morning", 500, "greeting");
    rig.run(1s);
    rig.turn("u", "you have reached");
    rig.feed(AnsweredBy{"machine_start"});
    rig.take();
    rig.response_starts("r1");  // by the old instructions
    CHECK(rig.take() == Lines{"cancel"});
    rig.model_says("r1", "a", "your blood test", 1000);
    rig.response_done("r1", "cancelled", "client_cancelled");
    rig.model_accepts();
    rig.turn("u2", "please hold");
    rig.response_starts("r2");
    rig.model_says("r2", "b", "it is Hana", 500);
    rig.run(2s);
    CHECK(heard_ms(rig, "a") == 0);
    CHECK(heard_ms(rig, "b") == 500);
}

TEST_CASE("a person hears nothing of detection, whenever its result comes") {
    for (auto what : {OnMachine::message, OnMachine::talk, OnMachine::hang_up}) {
        for (std::string_view who : {"human", "unknown"}) {
            CallRig rig(on_machine(what));
            rig.connect();
            rig.response_starts("r0", "greeting");
            rig.model_says("r0", "g", "hello", 4000);
            rig.run(1s);
            rig.take();
            rig.feed(AnsweredBy{who});
            CHECK(rig.take().empty());
            rig.response_done("r0");
            rig.run(5s);
            CHECK(heard_ms(rig, "g") == 4000);
            CHECK(rig.record().answered_by == who);
        }
    }
}

TEST_CASE(
    "a whole call to a machine: the message is heard whole, after the beep, and nothing else") {
    // What the carrier finds 0 to 1500 ms after the end of the beep (announcement, pause, beep).
    constexpr auto beep_ends = 300ms + 5274ms + 1500ms + 600ms;
    for (auto delay : {0ms, 40ms, 80ms}) {
        for (auto late : {0ms, 100ms, 400ms, 700ms, 1000ms, 1500ms}) {
            INFO(delay.count() << " " << late.count());
            World::Setup setup = World::plain();
            setup.to_phone = setup.to_model = delay;
            setup.session.on_machine = OnMachine::message;
            setup.session.machine_message = "Leave the message.";
            World world("machine-beep", setup);
            world.at(beep_ends + delay + late, [&] { world.answered_by("machine_end_beep"); });
            REQUIRE(world.run());
            CHECK(world.service_errors().empty());
            CHECK(world.record().ended_by == EndedBy::agent);
            REQUIRE_FALSE(world.record().transcript.empty());
            // The machine's turn ended before the message, its text was known later.
            const auto& lines = world.record().transcript;
            const TranscriptLine& last = *std::find_if(lines.rbegin(), lines.rend(), [](auto& l) {
                return l.role == TranscriptLine::Role::assistant;
            });
            CHECK_THAT(last.text, contains("다시 전화드리겠습니다"));
            CHECK_FALSE(last.interrupted);
            CHECK(last.start_ms >= (beep_ends + late).count());
            const auto& message = world.models().back()->spoken().back();
            CHECK(world.heard_ms(message.item_id) == message.whole_ms);
        }
    }
}
