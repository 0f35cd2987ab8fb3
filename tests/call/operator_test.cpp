// What the operator of a live call can do with it, and that none of it costs the conversation more
// than it must.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view other = "+821000005678";

std::int64_t heard_ms(const CallRig& rig, std::string_view item) {
    return rig.phone.played(item, rig.now()) / 8;
}

std::string detail_of(const CallRig& rig, std::string_view what) {
    for (const Happening& h : rig.record().events)
        if (h.what == what) return h.detail;
    return "(did not happen)";
}

/// Greeted, told by the operator to transfer, and taken by the carrier.
void put_through(CallRig& rig) {
    rig.connect_and_greet();
    rig.feed(TransferRequested{other});
    rig.take();
    rig.hang_up();  // the carrier ends the stream
    rig.run(1s);
}

}  // namespace

TEST_CASE("the operator's words are asked for as they stand, in their turn and without functions") {
    CallRig rig;
    rig.connect_and_greet();
    rig.take();
    SECTION("at once in a pause") {
        rig.feed(SayRequested{"Dinner is at seven"});
        CHECK(rig.take() == Lines{R"(create say: Say exactly: "Dinner is at seven")"});
    }
    SECTION("behind what is being said") {
        rig.turn("u", "hello?");
        rig.response_starts("r1");
        rig.feed(SayRequested{"Dinner is at seven"});
        CHECK(rig.take().empty());
        rig.model_says("r1", "a", "hi", 500);
        rig.response_done("r1");
        CHECK(rig.take() == Lines{R"(create say: Say exactly: "Dinner is at seven")"});
    }
    CHECK(rig.all<CreateResponse>().back().words_only);
    rig.answer("r2", "s", "Dinner is at seven", 900, "say");
    rig.run(3s);
    CHECK(heard_ms(rig, "s") == 900);
    CHECK(rig.lines().back() == "assistant: Dinner is at seven");
    CHECK(detail_of(rig, "say") == "Dinner is at seven");
}

TEST_CASE("a cough before the operator's words begin does not lose them") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(SayRequested{"Dinner is at seven"});
    rig.take();
    rig.speech_starts("u");
    rig.response_starts("r1", "say");  // crossed on the way
    CHECK(rig.take() == Lines{"cancel"});
    rig.response_done("r1", "cancelled", "turn_detected");
    rig.speech_stops("u");
    rig.run(1s);
    rig.commits("u");
    rig.response_starts("r2");
    rig.answer("r2", "a", "bless you", 500);
    CHECK(rig.take() == Lines{R"(create say: Say exactly: "Dinner is at seven")"});
}

TEST_CASE("the operator's words survive a session that breaks before they are begun") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(SayRequested{"Dinner is at seven"});
    rig.take();
    rig.model_drops();
    rig.run(1s);
    CHECK(rig.all<CreateResponse>().back().purpose == "say");
}

TEST_CASE("a foreign sentence of the operator is no drift of the agent's language") {
    auto config = quiet_config();
    config.language = "ko";
    config.wrong_language = "Speak Korean";
    CallRig rig(config);
    rig.connect_and_greet();
    rig.feed(SayRequested{"Dinner is at seven o'clock"});
    rig.answer("r1", "s", "Dinner is at seven o'clock, as you wished it to be", 900, "say");
    rig.run(3s);
    for (const Happening& h : rig.record().events)
        CHECK((h.what != "wrong-language" || h.at_ms < 1500));
    CHECK(rig.all<AddMessage>().size() <= 1);
}

TEST_CASE("a whisper is told to the agent alone, asks for no answer, and is told again") {
    CallRig rig;
    SECTION("to the session that is there, and to the one that takes its place") {
        rig.connect_and_greet();
        rig.take();
        rig.feed(WhisperRequested{"be shorter"});
        CHECK(rig.take() == Lines{"add system: The operator says: be shorter"});
        rig.model_drops();
        rig.run(1s);
        CHECK(rig.all<AddMessage>().back().text == "The operator says: be shorter");
    }
    SECTION("before there is one, as soon as it is there") {
        CallRig early([] {
            auto c = quiet_config();
            c.prewarm = Prewarm::off;
            return c;
        }());
        early.feed(WhisperRequested{"be shorter"});
        CHECK(early.count<AddMessage>() == 0);
        early.pick_up();
        early.run(100ms);
        REQUIRE(early.count<AddMessage>() == 1);
        CHECK(early.all<AddMessage>().front().text == "The operator says: be shorter");
    }
    CHECK(rig.phone.played("s", rig.now()) == 0);
}

TEST_CASE("a whisper is known to the process that takes the call up") {
    Record earlier;
    earlier.events.push_back({1000, "whisper", "be shorter"});
    earlier.duration_ms = 2000;
    Session session(quiet_config(), TimePoint(1000s));
    std::vector<Action> out;
    session.restore(earlier, 3s, out);
    session.start(out);
    out.clear();
    session.handle(ModelOpened{}, TimePoint(1000s), out);
    session.handle(SessionUpdated{"audio/pcmu", "audio/pcmu", 0}, TimePoint(1000s), out);
    bool told = false;
    for (const Action& a : out)
        if (const auto* m = std::get_if<AddMessage>(&a))
            told = told || m->text == "The operator says: be shorter";
    CHECK(told);
}

TEST_CASE("muted, the agent stops in the middle of a word and answers nobody") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me everything");
    rig.response_starts("r1");
    rig.model_says("r1", "a", "well it is a long story", 4000);
    rig.run(1s);
    rig.take();
    rig.feed(MuteRequested{true});
    auto did = rig.take();
    REQUIRE(did.size() == 4);
    CHECK(did[0] == "cancel");
    CHECK(did[1] == "clear");
    CHECK(did[2].starts_with("truncate a/0 "));
    CHECK(did[3] == "configure");  // nor does the service answer by itself
    rig.model_accepts();
    rig.response_done("r1", "cancelled", "client_cancelled");
    rig.feed(MuteRequested{true});  // twice is once
    CHECK(rig.take().empty());
    rig.turn("u2", "are you there?");
    CHECK(rig.take().empty());
    SECTION("one that the service had begun already is cut off") {
        rig.response_starts("r2");
        CHECK(rig.take() == Lines{"cancel"});
        rig.model_says("r2", "b", "yes", 500);
        CHECK(rig.take().empty());
        rig.response_done("r2", "cancelled", "client_cancelled");
    }
    SECTION("the operator's words are said all the same") {
        rig.feed(SayRequested{"one moment"});
        CHECK(rig.take() == Lines{R"(create say: Say exactly: "one moment")"});
        rig.answer("r2", "s", "one moment", 500, "say");
        rig.run(2s);
        CHECK(heard_ms(rig, "s") == 500);
    }
    rig.take();
    rig.feed(MuteRequested{false});
    auto again = rig.take();
    REQUIRE_FALSE(again.empty());
    CHECK(again[0] == "configure interruptible");
    CHECK(rig.happened("muted"));
    CHECK(rig.happened("unmuted"));
}

TEST_CASE("when it may speak again the agent answers once, however much was said meanwhile") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(MuteRequested{true});
    rig.model_accepts();
    rig.turn("u1", "hello?");
    rig.turn("u2", "hello?");
    rig.turn("u3", "hello?");
    rig.take();
    rig.feed(MuteRequested{false});
    CHECK(rig.take() == Lines{"configure interruptible", "create answer: "});
    rig.answer("r1", "a", "here I am", 500, "answer");
    rig.run(2s);
    CHECK(rig.take().empty());
}

TEST_CASE("a muted agent neither greets nor fails for its silence, and greets when it may") {
    CallRig rig;
    rig.feed(MuteRequested{true});
    rig.pick_up();
    rig.run(10s);
    CHECK_FALSE(rig.session().ended());
    CHECK(rig.stream_up());
    rig.take();
    rig.feed(MuteRequested{false});
    CHECK(rig.take().back() == "create greeting: Say hello");
}

TEST_CASE("a muted agent asks nobody whether they are there, and says no goodbye") {
    auto config = quiet_config();
    config.silence = 2s;
    CallRig rig(config);
    rig.connect_and_greet();
    rig.feed(MuteRequested{true});
    rig.take();
    rig.run(20s);
    CHECK(rig.take().empty());
    rig.feed(EndRequested{"budget"});
    CHECK(rig.count<CompleteCall>() == 1);
}

TEST_CASE("the operator hangs up: at once, or after a goodbye, and the record says why") {
    CallRig rig;
    rig.connect_and_greet();
    rig.take();
    SECTION("at once") {
        rig.feed(HangUpRequested{"wrong number", false});
        CHECK(rig.take() == Lines{"complete call", "close stream"});
    }
    SECTION("after a goodbye") {
        rig.feed(HangUpRequested{"wrong number", true});
        CHECK(rig.take() == Lines{"create goodbye: Say that you must go"});
        SECTION("that is heard") {
            rig.answer("r1", "b", "bye", 500, "goodbye");
            rig.run(2s);
            CHECK(heard_ms(rig, "b") == 500);
        }
        SECTION("that takes too long") { rig.feed(HangUpRequested{"", false}); }
    }
    rig.run(6s);
    REQUIRE(rig.session().ended());
    CHECK(rig.record().ended_by == EndedBy::agent);
    CHECK(detail_of(rig, "operator hangs up") == "wrong number");
    CHECK(rig.session().after() == After::hang_up);
}

TEST_CASE("a call is put through: the agent falls silent, the rest of the time goes with it") {
    auto config = quiet_config();
    config.max_duration = 60s;
    CallRig rig(config);
    rig.connect_and_greet();
    rig.turn("u", "can I speak to somebody?");
    rig.response_starts("r1");
    rig.model_says("r1", "a", "I will see", 4000);
    rig.run(500ms);
    rig.take();
    const std::int64_t left = 60'000 - rig.session().call_ms(rig.now());
    rig.feed(TransferRequested{other});
    auto did = rig.take();
    REQUIRE(did.size() == 4);
    CHECK(did[0] == "cancel");
    CHECK(did[1] == "clear");
    CHECK(did[3] == "transfer +821000005678 " + std::to_string(left));
    rig.feed(TransferRequested{other});  // twice is once
    rig.feed(SayRequested{"hello"});     // too late
    CHECK(rig.take().empty());
    rig.response_done("r1", "cancelled", "client_cancelled");
    rig.hang_up();
    rig.run(20s);
    CHECK_FALSE(rig.session().ended());
    CHECK_FALSE(rig.session().streaming());
    SECTION("and its end is told by the carrier's answer") {
        rig.feed(TransferEnded{"completed", "20 s"});
        CHECK(detail_of(rig, "transfer ended") == "completed, 20 s");
    }
    SECTION("or by the end of the whole call") { rig.feed(CarrierStatus{"completed"}); }
    SECTION("a bridge that stops does not end it") {
        rig.feed(EndRequested{"stopped"});
        CHECK(rig.count<CompleteCall>() == 0);
    }
    SECTION("or by its longest time") {
        rig.run(60s);
        CHECK(rig.count<CompleteCall>() == 1);
        REQUIRE(rig.session().ended());
        CHECK(rig.record().ended_by == EndedBy::limit);
        return;
    }
    rig.run(3s);
    REQUIRE(rig.session().ended());
    CHECK(rig.record().ended_by == EndedBy::agent);
    CHECK(rig.session().after() == After::hang_up);
    CHECK(detail_of(rig, "transfer") == other);
    CHECK(rig.record().duration_ms >= 20'000);
}

TEST_CASE("a transfer that nobody takes brings the caller back to the agent") {
    CallRig rig;
    put_through(rig);
    CHECK_FALSE(rig.session().ended());
    rig.feed(TransferEnded{"no-answer", ""});
    CHECK(rig.session().after() == After::resume);
    rig.pick_up();
    rig.run(200ms);
    rig.answer("r5", "t", "nobody answered", 700, "transfer");
    rig.run(3s);
    CHECK(heard_ms(rig, "t") == 700);
    CHECK(detail_of(rig, "transfer failed") == "no-answer");
    std::size_t words = 0;
    for (const CreateResponse& r : rig.all<CreateResponse>())
        if (r.purpose == "transfer" || r.purpose == "resumed") ++words;
    CHECK(words == 1);
    rig.turn("u", "then goodbye");
    rig.hang_up();
    rig.run(5s);
    CHECK(rig.record().ended_by == EndedBy::caller);
}

TEST_CASE("the same when its session broke meanwhile: none is paid for while the call is away") {
    CallRig rig;
    put_through(rig);
    rig.forget();
    rig.model_drops();
    rig.run(30s);
    CHECK(rig.count<OpenModel>() == 0);
    rig.feed(TransferEnded{"busy", ""});
    rig.pick_up();
    rig.run(200ms);
    CHECK(rig.count<OpenModel>() == 1);
    CHECK(rig.all<CreateResponse>().back().purpose == "transfer");
}

TEST_CASE("a transfer that the carrier refuses leaves the call where it is") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(TransferRequested{other});
    rig.take();
    rig.feed(TransferEnded{"refused", "HTTP 400"});
    CHECK(rig.take() == Lines{"create transfer: Say that nobody took it"});
    CHECK(rig.stream_up());
    CHECK(detail_of(rig, "transfer failed") == "refused, HTTP 400");
}

TEST_CASE("a transfer that a dead process had not written down is known by its end") {
    for (std::string_view how : {"completed", "busy"}) {
        Session session(quiet_config(), TimePoint(1000s));
        std::vector<Action> out;
        session.restore({}, 3s, out);
        session.start(out);
        session.handle(TransferEnded{how, ""}, TimePoint(1000s), out);
        CHECK(session.ended() == (how == "completed"));
        CHECK(session.after() == (how == "completed" ? After::hang_up : After::resume));
    }
}

TEST_CASE("once the end is decided the operator can only make it quicker") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(EndRequested{"stopped"});
    rig.take();
    rig.feed(SayRequested{"wait"});
    rig.feed(WhisperRequested{"wait"});
    rig.feed(MuteRequested{true});
    rig.feed(TransferRequested{other});
    rig.feed(TransferEnded{"busy", ""});
    CHECK(rig.take().empty());
    rig.feed(HangUpRequested{"", false});
    CHECK(rig.take() == Lines{"complete call", "close stream"});
}
