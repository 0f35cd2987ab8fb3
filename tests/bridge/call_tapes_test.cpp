// What is kept of a call, and what must not be.
#include "bridge/call_tapes.hpp"

#include <future>

#include "base/file.hpp"
#include "support/call_rig.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "trace/replay.hpp"

using namespace pa;
using bridge::CallTapes;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

class TapedCall {
public:
    explicit TapedCall(bool owner, call::SessionConfig config = pa::test::quiet_config())
        : tapes_(writer_, {dir_.path(), dir_.path(), "녹음"}), rig(config) {
        meta.call_sid = "CA01";
        meta.owner = owner;
        trace::Header header;
        header.clock = rig.now();
        header.config = config;
        tapes_.begin(meta, header);
        call::Session same(config, rig.now());  // what the rig's did before it could be watched
        std::vector<call::Action> actions;
        same.start(actions);
        tapes_.saw(rig.now(), nullptr, actions, same);
        rig.watch = [this](const call::Event& event, const auto& done) {
            if (std::holds_alternative<call::StreamStarted>(event)) tapes_.stream(meta);
            tapes_.saw(rig.now(), &event, done, rig.session());
        };
    }
    /// Whether there is a recording.
    bool close() {
        std::promise<bool> recorded;
        tapes_.close([&](bool is) { recorded.set_value(is); });
        return recorded.get_future().get();
    }
    /// Both sides in turn, without the head.
    [[nodiscard]] std::string samples() const {
        return read_file(dir_ / meta.recording)->substr(58);
    }

private:
    pa::test::TempDir dir_;
    store::TapeWriter writer_{1ms};
    CallTapes tapes_;

public:
    store::CallMeta meta;
    CallRig rig;
};

std::size_t first_sound(const std::string& stereo) { return stereo.find_first_not_of('\xff') / 16; }

}  // namespace

TEST_CASE("a call with the owner is kept from its first sound, and its trace can be replayed") {
    TapedCall call(true);
    call.rig.connect_and_greet(1000);
    call.rig.turn("u1", "잘 잤어");
    call.rig.hang_up();
    call.rig.run(5s);
    REQUIRE(call.close());
    CHECK(first_sound(call.samples()) < 100);
    auto trace = read_file(call.meta.trace);
    REQUIRE(trace);
    auto replay = trace::replay(*trace);
    if (!replay) FAIL(replay.error().what);
    INFO(trace::in_words(replay->difference));
    CHECK(replay->same());
    CHECK(replay->finished);
}

TEST_CASE("with anybody else nothing is kept before they have heard that it is") {
    TapedCall call(false);
    call.rig.connect();
    std::int64_t heard = 0;
    SECTION("said to the end") {
        call.rig.answer("r0", "g", "저는 AI 비서예요. 이 통화는 녹음됩니다.", 2000, "greeting");
        call.rig.run(3s);
        heard = 2000;
    }
    SECTION("said before they interrupt") {
        call.rig.response_starts("r0", "greeting");
        call.rig.model_says("r0", "g", "이 통화는 녹음됩니다. 저는 AI 비서예요, 안녕하세요", 4000);
        call.rig.run(3s);
        call.rig.speech_starts("u0");
        call.rig.run(500ms);
        call.rig.speech_stops("u0");
        heard = 3000;
    }
    call.rig.turn("u1", "네, 알겠어요");
    call.rig.hang_up();
    call.rig.run(5s);
    REQUIRE(call.close());
    CHECK(first_sound(call.samples()) >= static_cast<std::size_t>(heard));
    CHECK(first_sound(call.samples()) < 8000);
}

TEST_CASE("who was not told, or did not hear it, is not recorded") {
    TapedCall call(false);
    call.rig.connect();
    SECTION("not said") {
        call.rig.answer("r0", "g", "저는 AI 비서예요. 반갑습니다.", 2000, "greeting");
        call.rig.run(3s);
    }
    SECTION("cut off before") {
        call.rig.response_starts("r0", "greeting");
        call.rig.model_says("r0", "g", "저는 민수 님의 AI 비서예요. 이 통화는 녹음됩니다.", 4000);
        call.rig.run(500ms);
        call.rig.speech_starts("u0");
    }
    SECTION("written, but not heard yet when they hang up") {
        call.rig.response_starts("r0", "greeting");
        call.rig.model_says("r0", "g", "저는 민수 님의 AI 비서예요. 이 통화는 녹음됩니다.", 4000);
        call.rig.run(500ms);
    }
    call.rig.hang_up();
    call.rig.run(5s);
    CHECK_FALSE(call.close());
}

TEST_CASE("a caller who proves to be the owner is kept from there on") {
    auto config = pa::test::quiet_config();
    config.pin = "4711";
    TapedCall call(false, config);
    call.rig.connect_and_greet(1000);
    const auto before = static_cast<std::size_t>(call.rig.ms());
    call.rig.turn("u1", "사칠일일");
    call.rig.turn("u2", "잘 잤어");
    call.rig.hang_up();
    call.rig.run(5s);
    REQUIRE(call.close());
    CHECK(first_sound(call.samples()) >= before);
    CHECK(call.meta.trace.empty());  // the PIN would be in it
}

TEST_CASE("where nothing is wanted nothing is made") {
    store::TapeWriter writer;
    CallTapes tapes(writer, {});
    store::CallMeta meta;
    tapes.begin(meta, {});
    tapes.stream(meta);
    CHECK(meta.trace.empty());
    CHECK(meta.recording.empty());
    bool called = false;
    tapes.close([&](bool recorded) { called = !recorded; });
    CHECK(called);
}
