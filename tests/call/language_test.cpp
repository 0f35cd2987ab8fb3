// An agent that begins to speak another language.
#include "call/script.hpp"
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig korean() {
    SessionConfig config = pa::test::quiet_config();
    config.language = "ko";
    config.wrong_language = "Speak Korean.";
    return config;
}

int drifts(const CallRig& rig) {
    int count = 0;
    for (const Happening& h : rig.record().events) count += h.what == "wrong-language" ? 1 : 0;
    return count;
}

std::size_t corrections(const CallRig& rig) {
    std::size_t count = 0;
    for (const auto& a : rig.all<AddMessage>()) count += a.text == "Speak Korean." ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("the letters of a text tell whether it is in its language") {
    struct {
        const char *text, *language;
        bool good;
    } cases[] = {
        {"좋은 아침! 잘 잤어?", "ko", true},
        {"Good morning! Did you sleep well?", "ko", false},
        {"おはようございます", "ko", false},
        {"네, Google Calendar에 넣었어요", "ko", true},
        {"ChatGPT는 OpenAI가 만든 거야", "ko", true},
        {"Good morning, 홍길동", "en", true},
        {"좋은 아침! 잘 잤어?", "en", false},
        {"Guten Morgen, hast du gut geschlafen?", "de", true},
        {"今日は会議があります", "ja", true},
        {"今天有会议，请注意时间", "zh", true},
        {"Доброе утро, как спалось?", "ru", true},
        {"Good morning to you", "ru", false},
    };
    for (const auto& c : cases) {
        INFO(c.text << " as " << c.language);
        auto share = script_share(c.text, c.language);
        REQUIRE(share);
        CHECK((*share >= least_script_share) == c.good);
    }
    CHECK_FALSE(script_share("OK!", "ko"));                   // too little to tell
    CHECK_FALSE(script_share("10:30, 010-0000-1234", "ko"));  // no letters at all
    CHECK_FALSE(script_share("Good morning to you", "xx"));
}

TEST_CASE("an answer in another language is counted, and set right once a call") {
    CallRig rig(korean());
    rig.connect_and_greet();  // "hello" is too short to tell
    rig.turn("u1", "내일 날씨 어때?");
    rig.answer("r1", "a1", "It will be sunny tomorrow", 800);
    CHECK(drifts(rig) == 1);
    auto asked = rig.all<CreateResponse>();
    REQUIRE(asked.back().purpose == "language");
    CHECK(rig.all<AddMessage>().back().text == "Speak Korean.");
    rig.answer("r2", "a2", "내일은 맑을 거야", 800, "language");
    rig.run(3s);
    rig.turn("u2", "영어로 해 봐");
    rig.answer("r3", "a3", "It will be sunny tomorrow", 800);
    rig.run(3s);
    CHECK(drifts(rig) == 2);
    CHECK(corrections(rig) == 1);
}

TEST_CASE("an answer as it should be is left alone") {
    CallRig rig(korean());
    rig.connect_and_greet();
    rig.turn("u1", "내일 날씨 어때?");
    rig.answer("r1", "a1", "내일은 맑고 최고 기온은 이십 도야", 800);
    rig.run(3s);
    CHECK(drifts(rig) == 0);
    CHECK(corrections(rig) == 0);
}

TEST_CASE("who cut the strange answer short gets no second one: the model is told") {
    CallRig rig(korean());
    rig.connect_and_greet();
    rig.turn("u1", "내일 날씨 어때?");
    rig.response_starts("r1");
    rig.model_says("r1", "a1", "It will be sunny tomorrow", 2000);
    rig.run(500ms);
    rig.speech_starts("u2");
    rig.response_done("r1", "cancelled", "turn_detected");
    CHECK(drifts(rig) == 1);
    CHECK(corrections(rig) == 1);
    for (const auto& asked : rig.all<CreateResponse>()) CHECK(asked.purpose != "language");
}

TEST_CASE("where no language is set nothing is checked") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "how are you");
    rig.answer("r1", "a1", "내일은 맑고 최고 기온은 이십 도야", 800);
    CHECK(drifts(rig) == 0);
}
