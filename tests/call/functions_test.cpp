// Functions that the model calls: all outputs, then one response, and none that talks over anybody.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

void returns(CallRig& rig, std::string_view call_id, std::string_view output = "{}") {
    rig.feed(FunctionReturned{call_id, output, true});
}

void asking(CallRig& rig) {
    rig.connect_and_greet();
    rig.turn("u", "put it down");
    rig.response_starts("r");
    rig.take();
}

}  // namespace

TEST_CASE("parallel calls get one response, after all outputs and the end of the one that called") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note", R"({"text":"milk"})");
    rig.calls_function("r", "c2", "note", R"({"text":"bread"})");
    CHECK(rig.take() == Lines{R"(run c1 note {"text":"milk"})", R"(run c2 note {"text":"bread"})"});
    returns(rig, "c2");
    CHECK(rig.take() == Lines{"output c2 {}"});
    SECTION("the response ends last") {
        returns(rig, "c1");
        CHECK(rig.take() == Lines{"output c1 {}"});
        rig.response_done("r");
        CHECK(rig.take() == Lines{"create function: "});
    }
    SECTION("a function ends last") {
        rig.response_done("r");
        CHECK(rig.take().empty());
        rig.run(2s);
        returns(rig, "c1");
        CHECK(rig.take() == Lines{"output c1 {}", "create function: "});
    }
    auto& functions = rig.record().functions;
    REQUIRE(functions.size() == 2);
    CHECK(functions[0].arguments == R"({"text":"milk"})");
    CHECK(functions[0].result == "{}");
}

TEST_CASE("a call that is told twice is run once") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note");
    rig.calls_function("r", "c1", "note");
    CHECK(rig.count<RunFunction>() == 1);
    CHECK(rig.record().functions.size() == 1);
}

TEST_CASE("a function that returns while the caller speaks is known to the answer they get") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note");
    rig.response_done("r");
    rig.speech_starts("u2");
    rig.run(200ms);
    rig.take();
    returns(rig, "c1");
    CHECK(rig.take() == Lines{"output c1 {}"});
    rig.speech_stops("u2");
    rig.commits("u2");
    rig.answer("r2", "a", "done", 300);
    CHECK(rig.take().empty());
}

TEST_CASE("a function that returns when the answer is already on its way is told after that") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note");
    rig.response_done("r");
    rig.turn("u2", "hurry");
    rig.take();
    returns(rig, "c1");
    CHECK(rig.take() == Lines{"output c1 {}"});
    rig.response_starts("r2");
    rig.model_says("r2", "a", "one moment", 300);
    CHECK(rig.take().empty());
    rig.response_done("r2");
    CHECK(rig.take() == Lines{"create function: "});
}

TEST_CASE("a function of a response that was cut off is not run") {
    CallRig rig;
    asking(rig);
    rig.model_says("r", "a", "I will note", 1000);
    rig.run(300ms);
    rig.speech_starts("u2");
    rig.take();
    rig.calls_function("r", "c1", "note");
    CHECK(rig.take() == Lines{R"(output c1 {"cancelled":true})"});
    CHECK(rig.record().functions[0].result == R"({"cancelled":true})");
    rig.response_done("r", "cancelled", "turn_detected");
    CHECK(rig.take().empty());
}

TEST_CASE("a function that runs when its response is cancelled still has its output told") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note");
    rig.model_says("r", "a", "I am noting", 1000);
    rig.run(300ms);
    rig.speech_starts("u2");
    rig.response_done("r", "cancelled", "turn_detected");
    rig.take();
    returns(rig, "c1");
    CHECK(rig.take() == Lines{"output c1 {}"});  // and no response of its own
    rig.run(300ms);
    rig.speech_stops("u2");
    rig.commits("u2");
    rig.answer("r2", "b", "yes", 200);
    CHECK(rig.take().empty());
}

TEST_CASE("a result that comes in the end is in the record and not said") {
    CallRig rig;
    asking(rig);
    rig.calls_function("r", "c1", "note");
    rig.model_says("r", "b", "bye", 500);
    rig.calls_function("r", "c2", "end_call");
    rig.response_done("r");
    rig.take();
    returns(rig, "c1", R"({"ok":true})");
    CHECK(rig.take().empty());
    CHECK(rig.record().functions[0].result == R"({"ok":true})");
    CHECK(rig.record().functions[1].result == R"({"ok":true})");
    rig.run(5s);
    CHECK(rig.session().ended());
}

TEST_CASE("results of functions that nobody called are ignored") {
    CallRig rig;
    asking(rig);
    returns(rig, "c9");
    CHECK(rig.take().empty());
}

TEST_CASE("a model that wants to hang up before anybody is there is told no") {
    CallRig rig;
    rig.run(0ms);
    rig.response_starts("r", "greeting");
    rig.calls_function("r", "c1", "end_call");
    rig.response_done("r");
    CHECK(rig.count<AddFunctionOutput>() == 1);
    rig.pick_up();
    rig.run(1s);
    CHECK(rig.count<CompleteCall>() == 0);
}
