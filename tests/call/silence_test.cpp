// Dead air: asked about twice, then left with a goodbye.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig asking() {
    SessionConfig config = quiet_config();
    config.silence = 10s;
    return config;
}

/// Answers what was asked for last.
void nudged(CallRig& rig, const std::string& item) {
    auto asked = rig.all<CreateResponse>();
    rig.answer("r_" + item, item, "are you there", 1000, asked.back().purpose);
}

}  // namespace

TEST_CASE("silence is asked about after its time, once more, and then said goodbye to") {
    CallRig rig(asking());
    rig.connect_and_greet(1000);  // heard to its end 500 ms ago
    rig.run(9400ms);
    CHECK(rig.take().empty());
    rig.run(200ms);
    CHECK(rig.take() == Lines{"create nudge: Ask whether they are there"});
    nudged(rig, "n1");
    rig.run(10'900ms);
    CHECK(rig.take().empty());  // counted from the end of what was said
    rig.run(200ms);
    CHECK(rig.take() == Lines{"create nudge: Ask again"});
    nudged(rig, "n2");
    rig.run(11'100ms);
    CHECK(rig.take() == Lines{"create goodbye: Say goodbye, nobody is there"});
    nudged(rig, "n3");
    rig.run(5s);
    CHECK(rig.session().ended());
    CHECK(rig.record().ended_by == EndedBy::agent);
    CHECK(rig.phone.played("n3", rig.now()) == 8000);
    CHECK(rig.happened("silence"));
}

TEST_CASE("a word or a key of the caller begins the count anew") {
    CallRig rig(asking());
    rig.connect_and_greet();
    for (int i = 0; i < 4; ++i) {
        rig.run(9s);
        if (i % 2 == 0) {
            rig.turn("u" + std::to_string(i), "hm");
            rig.answer("r" + std::to_string(i), "a" + std::to_string(i), "hm", 300);
        } else {
            rig.feed(KeyPressed{'1'});
            rig.run(1600ms);
            nudged(rig, "k" + std::to_string(i));
        }
    }
    for (const CreateResponse& c : rig.all<CreateResponse>()) CHECK(c.purpose != "nudge");
}

TEST_CASE("nudges count only when nobody spoke between them") {
    CallRig rig(asking());
    rig.connect_and_greet();
    for (int i = 0; i < 4; ++i) {
        REQUIRE(rig.run_until([&] { return !rig.take().empty(); }, 12s));
        CHECK(rig.all<CreateResponse>().back().instructions == "Ask whether they are there");
        nudged(rig, "n" + std::to_string(i));
        rig.run(2s);
        rig.turn("u" + std::to_string(i), "yes");
        rig.answer("r" + std::to_string(i), "a" + std::to_string(i), "good", 300);
        rig.take();
    }
    CHECK_FALSE(rig.session().ended());
}

TEST_CASE("nobody is asked while somebody speaks, answers or works") {
    CallRig rig(asking());
    rig.connect_and_greet();
    SECTION("the caller") { rig.speech_starts("u"); }
    SECTION("the agent") { rig.answer("r", "a", "a long story", 40'000); }
    SECTION("a function") {
        rig.turn("u", "look it up");
        rig.response_starts("r");
        rig.calls_function("r", "c1", "search");
        rig.response_done("r");
    }
    rig.take();
    rig.run(35s);
    CHECK(rig.take().empty());
}

TEST_CASE("a nudge gives way to the caller who speaks at last") {
    CallRig rig(asking());
    rig.connect_and_greet();
    REQUIRE(rig.run_until([&] { return !rig.take().empty(); }, 12s));
    rig.speech_starts("u");
    rig.response_starts("r", "nudge");
    CHECK(rig.take() == Lines{"cancel"});
}

TEST_CASE("a line that sends no frame for half a minute is dead") {
    CallRig rig;
    rig.connect_and_greet();
    rig.line_sends = false;
    rig.run(29s);
    CHECK(rig.take().empty());
    rig.run(1500ms);
    CHECK(rig.take() == Lines{"complete call", "close stream", "close model", "finished"});
    CHECK(rig.session().ended());
    CHECK(rig.record().ended_by == EndedBy::carrier);
    CHECK(rig.happened("media-stall"));
}

TEST_CASE("a line that falters is not dead") {
    CallRig rig;
    rig.connect_and_greet();
    for (int i = 0; i < 4; ++i) {
        rig.line_sends = false;
        rig.run(20s);
        rig.line_sends = true;
        rig.run(100ms);
    }
    CHECK(rig.take().empty());
}
