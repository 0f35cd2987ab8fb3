// Proof of hearing: the model reports an answer, and what the caller said or pressed bears it out.
#include "bridge/functions.hpp"
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

SessionConfig asking() {
    SessionConfig config = quiet_config();
    config.wants_ack = true;
    return config;
}

/// The model calls acknowledge in its response; the driver has read the arguments.
void reports(CallRig& rig, std::string_view response, std::string_view call_id, bool yes,
             std::string_view words) {
    rig.response_starts(response);
    rig.calls_function(response, call_id, "acknowledge", "{}");
    rig.response_done(response);
    rig.take();
    rig.feed(AnswerGiven{call_id, yes, words});
}

}  // namespace

TEST_CASE("a yes stands when the caller's words bear it out") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.turn("u", "응, 약 먹었어.");
    reports(rig, "r", "c1", true, "응 약 먹었어");
    CHECK(rig.take() == Lines{R"(output c1 {"ok":true})", "create function: "});
    CHECK(rig.record().acknowledged == true);
    CHECK(rig.record().evidence == "응 약 먹었어");
    CHECK(rig.happened("acknowledged"));
}

TEST_CASE("a yes that nobody said is not taken, and the model is told what was said") {
    CallRig rig(asking());
    rig.connect_and_greet();
    SECTION("they said something else") {
        rig.turn("u", "오늘 날씨 어때?");
        reports(rig, "r", "c1", true, "응, 먹었어");
        CHECK_THAT(rig.take().front(), contains("오늘 날씨 어때?") && contains("ask again"));
    }
    SECTION("they said nothing") {
        reports(rig, "r", "c1", true, "응, 먹었어");
        CHECK_THAT(rig.take().front(), contains("nothing yet"));
    }
    CHECK_FALSE(rig.record().acknowledged);
    rig.answer("r2", "a", "did you?", 300, "function");
    rig.turn("u2", "어 먹었지");
    reports(rig, "r3", "c2", true, "어 먹었지");
    CHECK(rig.record().acknowledged == true);
    REQUIRE(rig.record().functions.size() == 2);
    CHECK_THAT(rig.record().functions[0].result, contains("Not taken"));
}

TEST_CASE("words that are still being written down are waited for, but not long") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.speech_starts("u");
    rig.run(600ms);
    rig.speech_stops("u");
    rig.commits("u");
    reports(rig, "r", "c1", true, "먹었어");
    CHECK(rig.take().empty());
    SECTION("they come") {
        rig.hears("u", "응 먹었어");
        CHECK(rig.record().evidence == "먹었어");
    }
    SECTION("they come and are others") {
        rig.hears("u", "누구세요");
        CHECK_FALSE(rig.record().acknowledged);
        return;
    }
    SECTION("they fail: the model was there") {
        rig.feed(CallerTextFailed{"u", "audio_unintelligible"});
        CHECK(rig.record().evidence == "먹었어 (not checked)");
    }
    SECTION("they do not come") {
        rig.run(2600ms);
        CHECK(rig.record().evidence == "먹었어 (not checked)");
    }
    CHECK(rig.record().acknowledged == true);
    CHECK(rig.take().back() == "create function: ");
}

TEST_CASE("key 1 is proof") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.feed(KeyPressed{'1'});
    rig.run(2s);
    CHECK(rig.take() == Lines{"add user: [keys pressed: 1]", "create keys: "});
    reports(rig, "r", "c1", true, "1");
    CHECK(rig.record().acknowledged == true);
    CHECK(rig.record().evidence == "key 1");
}

TEST_CASE("the last answer counts") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.turn("u", "응 먹었어");
    reports(rig, "r", "c1", true, "응 먹었어");
    rig.answer("r2", "a", "good", 300, "function");
    rig.turn("u2", "아 아니다, 안 먹었네");
    reports(rig, "r3", "c2", false, "안 먹었네");
    CHECK(rig.record().acknowledged == false);
    rig.hang_up();
    rig.run(5s);
    CHECK(rig.session().ended());
    CHECK(rig.record().acknowledged == false);
}

TEST_CASE("who hangs up without an answer has not acknowledged, and is not waited for") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.hang_up();
    CHECK(rig.session().ended());
    CHECK(rig.record().acknowledged == false);
}

TEST_CASE("who hangs up on the answer has given it") {
    CallRig rig(asking());
    rig.connect_and_greet();
    SECTION("in words") {
        rig.speech_starts("u");
        rig.run(500ms);
        rig.hang_up();
        rig.feed(SpeechStopped{"u", rig.appended_ms()});
        rig.commits("u");
        rig.hears("u", "응 먹었어");
        CHECK_FALSE(rig.session().ended());
    }
    SECTION("by a key") {
        rig.feed(KeyPressed{'1'});
        rig.run(100ms);
        rig.take();
        rig.hang_up();
        CHECK(rig.take().back() == "create keys: ");
    }
    rig.take();
    rig.response_starts("r");
    rig.model_says("r", "a", "well done", 500);
    rig.calls_function("r", "c1", "acknowledge");
    auto did = rig.take();
    REQUIRE_FALSE(did.empty());
    CHECK(did.back() == "run c1 acknowledge {}");
    rig.response_done("r");
    CHECK_FALSE(rig.session().ended());
    rig.feed(AnswerGiven{"c1", true, "응 먹었어"});
    CHECK(rig.session().ended());
    CHECK(rig.record().acknowledged == true);
    for (const TranscriptLine& l : rig.record().transcript)
        if (l.text == "well done") CHECK(l.heard.empty());
}

TEST_CASE("a model that makes nothing of an answer is waited for four seconds") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.turn("u", "응 먹었어");
    rig.hang_up();
    rig.run(3900ms);
    CHECK_FALSE(rig.session().ended());
    rig.run(200ms);
    CHECK(rig.session().ended());
    CHECK(rig.record().acknowledged == false);
}

TEST_CASE("the call does not end on a goodbye that did not wait for the answer to be taken") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.turn("u", "누구세요");
    rig.response_starts("r");
    rig.calls_function("r", "c1", "acknowledge");
    rig.calls_function("r", "c2", "end_call");
    rig.response_done("r");
    CHECK_THAT(rig.take().back(), contains("read its result first"));
    rig.feed(AnswerGiven{"c1", true, "네 먹었어요"});
    CHECK_FALSE(rig.record().acknowledged);
    CHECK(rig.take().back() == "create function: ");
    CHECK(rig.count<CompleteCall>() == 0);
}

TEST_CASE("what a machine said acknowledges nothing") {
    CallRig rig(asking());
    rig.connect_and_greet();
    rig.turn("u", "네, 지금은 전화를 받을 수 없습니다");
    reports(rig, "r", "c1", true, "네");
    CHECK(rig.record().acknowledged == true);
    rig.feed(AnsweredBy{"machine_start"});
    rig.run(5s);
    CHECK(rig.session().ended());
    CHECK_FALSE(rig.record().acknowledged);
    CHECK(rig.happened("acknowledgement withdrawn"));
}

TEST_CASE("without a question there is nothing to acknowledge") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "응 먹었어");
    rig.hang_up();
    CHECK(rig.session().ended());
    CHECK_FALSE(rig.record().acknowledged);
}

TEST_CASE("a process that takes a call up knows what was affirmed, and that a machine listens") {
    Record earlier;
    earlier.events = {{1000, "acknowledged", "응 먹었어"}};
    std::vector<Action> out;
    SECTION("a yes stands") {
        Session session(asking(), TimePoint(1000s));
        session.restore(earlier, 5s, out);
        CHECK(session.record().acknowledged == true);
        CHECK(session.record().evidence == "응 먹었어");
        for (const Action& a : out) CHECK_FALSE(std::holds_alternative<ForMachine>(a));
    }
    SECTION("a machine stays one") {
        earlier.events.push_back({2000, "acknowledgement withdrawn", "응 먹었어"});
        earlier.events.push_back({2000, "machine", "machine_start"});
        Session session(asking(), TimePoint(1000s));
        session.restore(earlier, 5s, out);
        CHECK(session.record().acknowledged == false);
        CHECK(session.record().answered_by == "machine");
        REQUIRE_FALSE(out.empty());
        CHECK(std::holds_alternative<ForMachine>(out.front()));
    }
}

TEST_CASE("words are compared as people hear them") {
    CHECK(could_be_said("약 먹었어", "응, 약 먹었어."));
    CHECK(could_be_said("응 약먹었어요", "어 약 먹었어"));
    CHECK(could_be_said("YES I did", "yes, I did."));
    CHECK(could_be_said("네", "네."));
    CHECK_FALSE(could_be_said("네", "예."));
    CHECK_FALSE(could_be_said("응 먹었어", "오늘 날씨 어때?"));
    CHECK_FALSE(could_be_said("", "네"));
    CHECK_FALSE(could_be_said("...", "네"));
}

TEST_CASE("whole calls with a question, each leg behind its delay") {
    struct Case {
        const char* scenario;
        bool yes;
        const char* evidence;
    };
    for (Case c : {Case{"ack", true, "약 먹었어"}, Case{"ack-no", false, "아니, 괜찮아"},
                   Case{"ack-key", true, "key 1"}, Case{"ack-hang-up", true, "약 먹었어"},
                   Case{"ack-unheard", false, ""}, Case{"hang-up-at-once", false, ""}}) {
        for (auto delay : {0ms, 40ms, 80ms}) {
            INFO(c.scenario << " " << delay.count());
            World::Setup setup = World::plain();
            setup.to_phone = setup.to_model = delay;
            setup.session.wants_ack = true;
            setup.model.tools = pa::bridge::tools_with({}, true);
            World world(c.scenario, setup);
            REQUIRE(world.run());
            CHECK(world.record().acknowledged == c.yes);
            CHECK(world.record().evidence == c.evidence);
            CHECK(world.service_errors().empty());
        }
    }
}
