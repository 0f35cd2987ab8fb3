// Functions that take their time.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig patient() {
    SessionConfig config = quiet_config();
    config.one_moment = "Say one moment";
    return config;
}

/// How often the model was asked to say a word.
std::size_t holds(const CallRig& rig) {
    std::size_t n = 0;
    for (const CreateResponse& r : rig.all<CreateResponse>()) n += r.purpose == "hold" ? 1U : 0U;
    return n;
}

/// The caller has asked for something, and the model has called a function for it.
void ask(CallRig& rig) {
    rig.connect_and_greet();
    rig.turn("u", "what is on my list?");
    rig.response_starts("r");
    rig.calls_function("r", "f1", "todo-list");
    rig.response_done("r");
    (void)rig.take();
}

}  // namespace

TEST_CASE("a slow function is bridged by a word after 1.2 s, and answered behind it") {
    CallRig rig(patient());
    ask(rig);
    rig.run(1100ms);
    CHECK(rig.take().empty());
    rig.run(200ms);
    CHECK(rig.take() == Lines{"create hold: Say one moment"});
    CHECK(rig.all<CreateResponse>().back().words_only);
    rig.response_starts("h", "hold");
    rig.model_says("h", "m", "one moment", 600);
    rig.feed(FunctionReturned{"f1", "milk", true});
    CHECK(rig.take() == Lines{"output f1 milk"});  // not two at a time
    rig.response_done("h");
    rig.run(0ms);
    CHECK(rig.take() == Lines{"create function: "});
    rig.run(20s);
    CHECK(holds(rig) == 1);
}

TEST_CASE("a quick function needs no word, and one that returns just then none any more") {
    CallRig rig(patient());
    ask(rig);
    rig.run(1000ms);
    rig.feed(FunctionReturned{"f1", "milk", true});
    rig.run(3s);
    CHECK(holds(rig) == 0);
}

TEST_CASE("a function that takes very long is bridged again and again") {
    CallRig rig(patient());
    ask(rig);
    rig.run(1300ms);
    rig.answer("h", "m", "one moment", 600, "hold");
    rig.run(12s);
    CHECK(holds(rig) == 2);
}

TEST_CASE("what runs already is not run again for a model that asks once more") {
    CallRig rig(patient());
    ask(rig);
    SECTION("in the same session") {
        rig.turn("u2", "hurry");
        rig.response_starts("r2");
        rig.calls_function("r2", "f2", "todo-list");
        CHECK(rig.take().back().starts_with("output f2 {\"waiting\""));
        rig.response_done("r2");
    }
    SECTION("in the session that follows") {
        rig.model_drops();
        rig.run(1s);
        rig.response_starts("r2");
        rig.calls_function("r2", "f2", "todo-list");
        rig.response_done("r2");
    }
    CHECK(rig.count<RunFunction>() == 1);
    SECTION("with other words it is another wish") {
        rig.turn("u3", "and the calendar");
        rig.response_starts("r3");
        rig.calls_function("r3", "f3", "todo-list", R"({"other":1})");
        CHECK(rig.count<RunFunction>() == 2);
    }
}

TEST_CASE("while the agent is still heard there is no silence to bridge") {
    CallRig rig(patient());
    rig.connect_and_greet();
    rig.turn("u", "what is on my list?");
    rig.response_starts("r");
    rig.model_says("r", "a", "let me look at your list", 2000);
    rig.calls_function("r", "f1", "todo-list");
    rig.response_done("r");
    (void)rig.take();
    rig.run(3100ms);
    CHECK(holds(rig) == 0);
    rig.run(400ms);
    CHECK(holds(rig) == 1);
}
