// The legs come up, in any order, or do not.
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the model is opened, configured and asked to greet while the phone rings") {
    CallRig rig;
    rig.auto_model = false;
    CHECK(rig.take() == Lines{"open model"});
    rig.model_opens();
    CHECK(rig.take() == Lines{"configure interruptible", "create greeting: Say hello"});
    rig.model_accepts();
    CHECK(rig.take().empty());
}

TEST_CASE("a prewarmed greeting is held until the phone is picked up and flushed at once") {
    CallRig rig;
    rig.run(100ms);
    rig.answer("r", "g", "hello", 1000, "greeting");
    rig.run(5s);
    CHECK(rig.count<PlayAudio>() == 0);
    rig.pick_up();
    CHECK(rig.count<PlayAudio>() == 10);
    CHECK(rig.all<SendMark>().size() >= 5);
    rig.run(2s);
    CHECK(rig.phone.played("g", rig.now()) == 8000);
    CHECK(rig.lines() == Lines{"assistant: hello"});
    CHECK(rig.session().transcript().ordered()[0].start_ms == 0);
    CHECK(rig.count<CreateResponse>() == 1);
}

TEST_CASE("a greeting that is still being made when the phone is picked up goes on without a gap") {
    CallRig rig;
    rig.run(0ms);
    rig.response_starts("r", "greeting");
    rig.item_starts("r", "g");
    rig.audio("r", "g", 300);
    rig.pick_up();
    rig.audio("r", "g", 300);
    rig.audio_done("r", "g");
    rig.response_done("r");
    rig.run(1s);
    CHECK(rig.phone.played("g", rig.now()) == 600 * 8);
    CHECK(rig.phone.parts(rig.now()).size() == 1);
}

TEST_CASE("a stream that starts before the model is ready waits, and the caller is not lost") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    rig.run(1s);
    CHECK(rig.count<AppendAudio>() == 0);
    rig.model_opens();
    rig.run(500ms);
    CHECK(rig.count<AppendAudio>() == 0);  // not before the session is accepted
    rig.model_accepts();
    rig.run(200ms);
    REQUIRE(rig.appended().size() >= 80);
    for (std::size_t i = 0; i < rig.appended().size(); ++i)
        CHECK(rig.appended()[i] == static_cast<std::int64_t>(i));
}

TEST_CASE("of the audio before the model is ready the last thirty seconds are kept") {
    SessionConfig config = quiet_config();
    config.model_deadline = 60s;
    config.first_audio = 60s;
    CallRig rig(config);
    rig.auto_model = false;
    rig.pick_up();
    rig.run(40s);
    rig.model_opens();
    rig.model_accepts();
    CHECK(rig.appended().size() == 1500);
    CHECK(rig.appended().back() == rig.first_frame - 1);
}

TEST_CASE("prewarming only the session greets when the phone is picked up") {
    SessionConfig config = quiet_config();
    config.prewarm = Prewarm::session;
    CallRig rig(config);
    rig.run(3s);
    CHECK(rig.take() == Lines{"open model", "configure interruptible"});
    rig.pick_up();
    CHECK(rig.take() == Lines{"create greeting: Say hello"});
}

TEST_CASE("without prewarming nothing is opened before the stream starts") {
    SessionConfig config = quiet_config();
    config.prewarm = Prewarm::off;
    CallRig rig(config);
    rig.run(3s);
    CHECK(rig.take().empty());
    rig.pick_up();
    rig.run(0ms);
    CHECK(rig.take() ==
          Lines{"open model", "configure interruptible", "create greeting: Say hello"});
}

TEST_CASE("a session in another format than u-law ends with an apology and no sound") {
    for (auto [in, out] : {std::pair("audio/pcm", "audio/pcmu"),
                           std::pair("audio/pcmu", "audio/pcm"), std::pair("", "")}) {
        CallRig rig;
        rig.auto_model = false;
        rig.pick_up();
        rig.model_opens();
        rig.audio("r", "g", 100);
        rig.feed(SessionUpdated{in, out, 0});
        rig.run(1s);
        CHECK(rig.count<PlayAudio>() == 0);
        CHECK(rig.session().after() == After::apologise);
        CHECK(rig.session().ended());
        CHECK(rig.record().ended_by == EndedBy::error);
    }
}

TEST_CASE("an error that answers the first session.update is fatal") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    rig.model_opens();
    rig.take();
    rig.feed(
        ModelError{"invalid_request_error", "unknown_parameter", "no such field", "session-1"});
    CHECK(rig.take() == Lines{"close stream", "close model"});
    CHECK(rig.session().after() == After::apologise);
    CHECK(rig.record().errors.back().detail == "no such field");
}

TEST_CASE("a caller who hangs up while the model is connecting leaves no session open") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    SECTION("connecting") {}
    SECTION("configuring") { rig.model_opens(); }
    rig.hang_up();
    CHECK(rig.session().ended());
    CHECK(rig.count<CloseModel>() == 1);
    CHECK(rig.count<Finished>() == 1);
    CHECK(rig.record().ended_by == EndedBy::caller);
}

TEST_CASE("a call that nobody answers ends with its final status") {
    CallRig rig;
    rig.run(20s);
    rig.take();
    rig.feed(CarrierStatus{"no-answer"});
    CHECK(rig.take() == Lines{"close model", "finished"});
    CHECK(rig.record().ended_by == EndedBy::carrier);
}

TEST_CASE("a call of which nothing is heard any more is completed after the deadline") {
    CallRig rig;
    REQUIRE(rig.run_until([&] { return rig.session().ended(); }, 120s));
    CHECK(rig.ms() == 90'000);
    CHECK(rig.count<CompleteCall>() == 1);
}

TEST_CASE("when the first audio is late the carrier says a word and comes back") {
    CallRig rig;
    rig.pick_up();
    rig.run(3900ms);
    CHECK(rig.stream_up());
    rig.take();
    rig.run(200ms);
    CHECK(rig.take() == Lines{"close stream"});
    CHECK(rig.session().after() == After::wait);
    CHECK(rig.happened("first-audio-late"));
    rig.answer("r", "g", "hello", 1000, "greeting");
    rig.run(2s);
    rig.pick_up();
    rig.run(1100ms);
    CHECK(rig.phone.played("g", rig.now()) == 8000);
    CHECK(rig.session().after() == After::resume);
    CHECK(rig.record().errors.empty());
    CHECK(rig.count<CreateResponse>() == 1);  // nobody says "I am back"
}

TEST_CASE("a model that stays silent after that ends the call with an apology") {
    CallRig rig;
    rig.pick_up();
    rig.run(4100ms);
    rig.pick_up();
    rig.run(4100ms);
    CHECK(rig.session().after() == After::apologise);
    CHECK(rig.record().ended_by == EndedBy::error);
}

TEST_CASE("a stop of the stream that we parked is not the end of the call") {
    CallRig rig;
    rig.carrier_obeys = false;
    rig.pick_up();
    rig.run(4100ms);
    rig.hang_up();  // Twilio says stop and closes
    CHECK_FALSE(rig.session().ended());
    CHECK(rig.session().after() == After::wait);
}

TEST_CASE("a model that cannot be reached is tried three times, then the carrier apologises") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    for (int i = 0; i < 3; ++i) {
        CHECK(rig.count<OpenModel>() == static_cast<std::size_t>(i) + 1);
        rig.model_drops(0, "connection refused");
        rig.run(1100ms);
    }
    CHECK(rig.count<OpenModel>() == 3);
    CHECK(rig.session().after() == After::apologise);
}

TEST_CASE("a refused key is not tried again") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    SECTION("at the handshake") { rig.model_drops(0, "401 Unauthorized"); }
    SECTION("after it") {
        rig.model_opens();
        rig.model_drops(3000, "invalid_request_error.invalid_api_key");
    }
    CHECK(rig.count<OpenModel>() == 1);
    CHECK(rig.session().after() == After::apologise);
}

TEST_CASE("a model that accepts nothing in time is opened again") {
    SessionConfig config = quiet_config();
    config.first_audio = 60s;
    CallRig rig(config);
    rig.auto_model = false;
    rig.pick_up();
    rig.model_opens();
    rig.run(10'600ms);
    CHECK(rig.count<OpenModel>() == 2);
    rig.model_opens();
    rig.model_accepts();
    CHECK(rig.count<CreateResponse>() == 2);  // the greeting, anew
}
