// What the service refuses, and what comes of it.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;
constexpr std::string_view active = "conversation_already_has_active_response";

void refuses(CallRig& rig, std::string_view code, std::string_view event_id = {}) {
    rig.feed(ModelError{"invalid_request_error", code, "", event_id});
}

}  // namespace

TEST_CASE("a greeting that comes second is dropped: somebody is already being answered") {
    CallRig rig;
    rig.connect();
    rig.response_starts("r");  // noise at pick-up
    refuses(rig, active, "response-1");
    rig.model_says("r", "a", "yes?", 200);
    rig.take();
    rig.response_done("r");
    CHECK(rig.take().empty());
    CHECK(rig.record().errors.empty());
}

TEST_CASE("any other response that comes second is asked for when the first is over") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(KeyPressed{'5'});
    rig.run(2s);
    rig.take();
    rig.response_starts("r");
    refuses(rig, active, "response-2");
    CHECK(rig.take().empty());
    rig.response_done("r");
    CHECK(rig.take() == Lines{"create keys: "});
}

TEST_CASE("a response that failed is asked for again, as it was, and then once more") {
    CallRig rig;
    rig.connect();
    rig.take();
    rig.response_starts("r1", "greeting");
    rig.response_done("r1", "failed", "", "server_error");
    rig.run(900ms);
    CHECK(rig.take().empty());
    rig.run(200ms);
    CHECK(rig.take() == Lines{"create greeting: Say hello"});
    rig.response_starts("r2", "greeting");
    rig.response_done("r2", "failed", "", "rate_limit_exceeded");
    rig.run(2100ms);
    CHECK(rig.take() == Lines{"create greeting: Say hello"});
    SECTION("it works") {
        rig.answer("r3", "g", "hello", 300, "greeting");
        rig.run(3s);
        CHECK_FALSE(rig.session().ended());
    }
    SECTION("it does not") {
        rig.response_starts("r3", "greeting");
        rig.response_done("r3", "failed", "", "server_error");
        CHECK(rig.take() == Lines{"close stream", "close model"});
        CHECK(rig.session().after() == After::apologise);
    }
}

TEST_CASE("failures count in a row only") {
    CallRig rig;
    rig.connect_and_greet();
    for (int i = 0; i < 5; ++i) {
        rig.turn("u" + std::to_string(i), "hm");
        rig.response_starts("f" + std::to_string(i));
        rig.response_done("f" + std::to_string(i), "failed", "", "server_error");
        rig.run(1100ms);
        CHECK(pa::test::show(rig.all<CreateResponse>().back()) == "create retry: ");
        rig.answer("r" + std::to_string(i), "a" + std::to_string(i), "so", 100, "retry");
        rig.run(500ms);
    }
    CHECK_FALSE(rig.session().ended());
    CHECK(rig.record().errors.size() == 5);
}

TEST_CASE("a response that failed is not asked for again when the caller has the word") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "hm");
    rig.response_starts("r");
    rig.response_done("r", "failed", "", "server_error");
    rig.speech_starts("u2");
    rig.run(2s);
    CHECK(rig.take().empty());
}

TEST_CASE("a response.create that is refused does not block those after it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(KeyPressed{'5'});
    rig.run(1600ms);
    rig.take();
    refuses(rig, "invalid_value", "response-2");
    rig.run(1100ms);
    CHECK(rig.take() == Lines{"create keys: "});
    CHECK(rig.happened("invalid_value"));
}

TEST_CASE("codes that no retry can mend end the call with an apology") {
    for (const char* code :
         {"insufficient_quota", "invalid_api_key", "account_deactivated",
          "billing_hard_limit_reached", "model_not_found", "beta_api_shape_disabled"}) {
        INFO(code);
        CallRig as_error, as_failure;
        as_error.connect_and_greet();
        refuses(as_error, code);
        CHECK(as_error.session().after() == After::apologise);
        as_failure.connect();
        as_failure.response_starts("r", "greeting");
        as_failure.response_done("r", "failed", "", code);
        CHECK(as_failure.session().after() == After::apologise);
    }
}

TEST_CASE("errors that come of two sides acting at once are not worth a word") {
    CallRig rig;
    rig.connect_and_greet();
    for (const char* code : {"response_cancel_not_active", "input_audio_buffer_commit_empty",
                             "item_not_found", "item_truncate_invalid_item_id"})
        refuses(rig, code);
    CHECK(rig.record().errors.empty());
    refuses(rig, "something_new");
    CHECK(rig.happened("something_new"));
    CHECK_FALSE(rig.session().ended());
}

TEST_CASE("an incomplete response is noted and the call goes on") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "hm");
    rig.response_starts("r");
    rig.response_done("r", "incomplete", "content_filter");
    CHECK(rig.record().errors.back().detail == "incomplete: content_filter");
    CHECK_FALSE(rig.session().ended());
}

TEST_CASE("a session that does not answer is replaced") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "hm");  // no response.created follows
    rig.take();
    rig.run(16s);
    auto did = rig.take();
    REQUIRE(did.size() >= 2);
    CHECK(did[0] == "close model");
    CHECK(did[1] == "open model");
}

TEST_CASE("a server that does not send our metadata back is still asked again") {
    CallRig rig;
    rig.connect();
    rig.answer("r", "g", "hello", 300, "");
    rig.run(1s);
    rig.take();
    rig.feed(KeyPressed{'5'});
    rig.run(2s);
    CHECK(rig.take().size() == 2);  // the keys and the response
}

TEST_CASE("usage is summed over responses and transcriptions, cancelled ones too") {
    CallRig rig;
    rig.connect_and_greet();
    Usage u;
    u.audio_out = 10;
    u.text_in = 3;
    rig.response_starts("r");
    rig.feed(ResponseDone{"r", "cancelled", "turn_detected", "", "", true, u});
    u = {};
    u.transcription_seconds = 1.5;
    rig.feed(CallerText{"u", "hello", u});
    CHECK(rig.record().usage.audio_out == 10);
    CHECK(rig.record().usage.text_in == 3);
    CHECK(rig.record().usage.transcription_seconds == 1.5);
}

TEST_CASE("what follows an answer that failed or was lost half said can be watched all the same") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u", "tell me");
    rig.response_starts("r");
    rig.item_starts("r", "a");
    SECTION("before its first word") { rig.response_done("r", "failed", "", "server_error"); }
    SECTION("in the middle of it") {
        rig.feed(ModelText{"r", "a", "well, "});
        rig.audio("r", "a", 200);
        rig.response_done("r", "failed", "", "server_error");
    }
    SECTION("with its session") {
        rig.feed(ModelText{"r", "a", "well, "});
        rig.audio("r", "a", 200);
        rig.model_drops();
    }
    rig.run(3s);
    rig.answer("r2", "b", "so it is", 300, rig.all<CreateResponse>().back().purpose);
    rig.run(1s);
    auto lines = rig.session().settled_lines(rig.now());
    REQUIRE(lines.size() >= 3);
    CHECK(lines.back().text == "so it is");
}
