// Keys, and the PIN that proves the owner.
#include "call/pin.hpp"
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

SessionConfig with_pin() {
    SessionConfig config = quiet_config();
    config.pin = "4711";
    return config;
}

void press(CallRig& rig, std::string_view keys) {
    for (char key : keys) {
        rig.feed(KeyPressed{key});
        rig.run(200ms);
    }
    rig.run(2s);
}

bool tried(PinCheck& pin, std::string_view text) {
    bool proved = pin.speech(text);
    return proved || !pin.wanted();
}

const Lines proved{"owner proved", "configure interruptible",
                   "add system: The caller has proved to be the owner.", "create pin: "};

}  // namespace

TEST_CASE("keys reach the model together, after a pause or at a hash") {
    CallRig rig;
    rig.connect_and_greet();
    rig.feed(KeyPressed{'1'});
    rig.run(1400ms);
    rig.feed(KeyPressed{'2'});
    rig.run(1400ms);
    CHECK(rig.take().empty());
    rig.run(200ms);
    CHECK(rig.take() == Lines{"add user: [keys pressed: 12]", "create keys: "});
    rig.answer("r", "a", "twelve", 200, "keys");
    rig.run(300ms);
    rig.feed(KeyPressed{'3'});
    rig.feed(KeyPressed{'#'});
    rig.run(0ms);
    CHECK(rig.take() == Lines{"add user: [keys pressed: 3#]", "create keys: "});
    CHECK(rig.record().events.back().detail == "#");
}

TEST_CASE("keys pressed while the model is away are part of what the next one is told") {
    CallRig rig;
    rig.connect_and_greet();
    rig.auto_model = false;
    rig.model_drops();
    press(rig, "5");
    rig.take();
    rig.model_opens();
    rig.model_accepts();
    auto did = rig.take();
    REQUIRE(did.size() >= 2);
    CHECK(did[did.size() - 2] == "add user: [keys pressed: 5]");
    CHECK(did.back() == "create keys: ");
}

TEST_CASE("keys pressed before the first session is there are told when it is") {
    CallRig rig;
    rig.auto_model = false;
    rig.pick_up();
    press(rig, "5");
    rig.model_opens();
    rig.model_accepts();
    rig.answer("r0", "g", "hello", 500, "greeting");
    rig.run(3s);
    CHECK(rig.count<AddMessage>() == 1);
    CHECK(rig.all<AddMessage>().front().text == "[keys pressed: 5]");
    CHECK(rig.all<CreateResponse>().back().purpose == "keys");
}

TEST_CASE("the right PIN proves the owner, by keys or in words, and is not in the record") {
    CallRig rig(with_pin());
    rig.connect_and_greet();
    SECTION("keys") {
        press(rig, "4711");
        CHECK(rig.take() == proved);
    }
    SECTION("keys and hash") {
        press(rig, "4711#");
        CHECK(rig.take() == proved);
    }
    SECTION("words") {
        rig.turn("u", "내 번호는 사칠일일이야");
        CHECK(rig.take() == Lines(proved.begin(), proved.end() - 1));
        CHECK(rig.lines().back() == "user: [PIN]");
        rig.answer("r", "a", "good", 200);  // the service answers the turn by itself
        CHECK(rig.take() == Lines{proved.back()});
    }
    CHECK(rig.session().owner_proved());
    for (const auto& e : rig.record().events)
        CHECK(e.detail.find_first_of("47") == std::string::npos);
}

TEST_CASE("there are three tries and no more") {
    CallRig rig(with_pin());
    rig.connect_and_greet();
    press(rig, "1111");
    press(rig, "2222");
    press(rig, "3333");
    CHECK(rig.take().empty());
    press(rig, "4711");
    CHECK_FALSE(rig.session().owner_proved());
    CHECK(rig.take().front() == "add user: [keys pressed: 4711]");
}

TEST_CASE("who proved to be the owner stays so when another session takes over") {
    CallRig rig(with_pin());
    rig.connect_and_greet();
    rig.auto_model = false;
    rig.model_drops();
    SECTION("before it is opened") {
        press(rig, "4711");
        rig.take();
        rig.model_opens();
        rig.model_accepts();
        CHECK(rig.count<ConfigureSession>() == 1);
    }
    SECTION("when it is configured already, for a stranger") {
        rig.model_opens();
        press(rig, "4711");
        rig.take();
        rig.model_accepts();
        CHECK(rig.take().front() == "configure interruptible");
    }
    auto told = rig.all<AddMessage>();
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().text == "The caller has proved to be the owner.");
}

TEST_CASE("digits are understood as people say them") {
    CHECK(spoken_digits("일이삼사") == "1234");
    CHECK(spoken_digits("1 2 3 4") == "1234");
    CHECK(spoken_digits("one two, three four.") == "1234");
    CHECK(spoken_digits("공 일곱 칠 하나") == "0771");
    CHECK(spoken_digits("12 그리고 34") == "12 34");
    CHECK(spoken_digits("사칠일일이야") == "4711");
    CHECK(spoken_digits("1234예요") == "1234");
    CHECK(spoken_digits("삼사오륙입니다") == "3456");
}

TEST_CASE("words that only begin like digits are none") {
    CHECK(spoken_digits("오늘 이사 가요") == "24");  // 이사 might be two digits, 오늘 is none
    CHECK(spoken_digits("일어났어 사과 칠판 구두") == "");
    CHECK(spoken_digits("onerous sixty") == "");
}

TEST_CASE("ordinary sentences use up no try") {
    PinCheck pin("4711");
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(tried(pin, "오늘 이사 가는데 사과 좀 사다 줘"));
        CHECK_FALSE(tried(pin, "three or four, no, five"));
        CHECK_FALSE(tried(pin, "2시 30분에 보자"));
    }
    CHECK(tried(pin, "4 7 1 1"));
}

TEST_CASE("a long row of digits is one wrong try and not ten thousand") {
    PinCheck pin("4711");
    std::string all;
    for (int i = 0; i < 10'000; ++i) all += std::to_string(i);
    CHECK_FALSE(pin.speech(all));
    CHECK_FALSE(pin.speech(all));
    CHECK(pin.wanted());
    CHECK_FALSE(pin.speech(all));
    CHECK_FALSE(pin.wanted());
}

TEST_CASE("without a PIN nobody proves anything") {
    PinCheck pin("");
    CHECK_FALSE(pin.wanted());
    CHECK_FALSE(pin.keys(""));
    CHECK_FALSE(pin.speech(""));
    CHECK_FALSE(pin.proved());
}
