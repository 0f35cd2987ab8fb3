#include "agent/prompt.hpp"

#include "base/text.hpp"
#include "support/catch.hpp"

using namespace pa::agent;

namespace {

PromptInput stranger() {
    PromptInput in;
    in.persona.body = "너는 하나야.";
    in.persona.owner_name = "코난쌤";
    in.now = {2026, 2, 28, 23, 5, 0, 6};
    in.memory = {"- **이름:** 코난쌤\n- 유튜브: 비밀채널", "- 어제는 ngrok을 고쳤다"};
    in.about = "우유를 사야 해";
    return in;
}
PromptInput owner() {
    PromptInput in = stranger();
    in.owner = true;
    return in;
}
bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("the prompt for the owner holds persona, time, memory and what the call is about") {
    const std::string prompt = build_prompt(owner());
    CHECK(prompt.starts_with("너는 하나야.\n"));
    CHECK(has(prompt, "2026년 2월 28일 토요일 오후 11시 05분 (Asia/Seoul)"));
    CHECK(has(prompt, "[사용자 정보]\n- **이름:** 코난쌤"));
    CHECK(has(prompt, "[최근 기억]\n- 어제는 ngrok을 고쳤다"));
    CHECK(has(prompt, "<<<\n우유를 사야 해\n>>>"));
    CHECK(has(prompt, "한국어로만"));
    CHECK(has(prompt, "네가 건 전화"));
    CHECK(has(prompt, "상대: 네 주인 (코난쌤)"));
    CHECK_FALSE(has(prompt, "안녕하세요, 저는"));
    CHECK_FALSE(has(prompt, "주인이 아닌"));
}

TEST_CASE("the prompt for anyone else lacks the memory and says first what it is and whose") {
    for (bool outbound : {true, false}) {
        PromptInput in = stranger();
        in.outbound = outbound;
        const std::string prompt = build_prompt(in);
        for (const char* secret : {"비밀채널", "ngrok", "[사용자 정보]", "[최근 기억]"})
            CHECK_FALSE(has(prompt, secret));
        CHECK(has(prompt, "\"안녕하세요, 저는 코난쌤님의 AI 비서 하나입니다.\""));
        CHECK(has(prompt, "우유를 사야 해"));
        CHECK(has(prompt, outbound ? "네가 건 전화" : "걸려 온 전화"));
    }
}

TEST_CASE("the owner's name is the persona's, else the profile's, else it is the number's owner") {
    PromptInput in = stranger();
    in.persona.owner_name = "김선생";
    CHECK(has(build_prompt(in), "김선생님의 AI 비서"));
    in.persona.owner_name.clear();
    CHECK(has(build_prompt(in), "코난쌤님의 AI 비서"));
    in.memory.user.clear();
    CHECK(has(build_prompt(in), "이 번호 주인의 AI 비서"));
}

TEST_CASE("a persona's greeting is for the owner only") {
    PromptInput in = owner();
    in.persona.greeting = "야호, 나야!";
    CHECK(has(build_prompt(in), "야호, 나야!"));
    in.owner = false;
    CHECK_FALSE(has(build_prompt(in), "야호, 나야!"));
}

TEST_CASE("an owner who is not proved is asked for the PIN and treated as a stranger") {
    PromptInput in = stranger();
    in.outbound = false;
    CHECK_FALSE(has(build_prompt(in), "비밀번호"));
    in.pin_wanted = true;
    CHECK(has(build_prompt(in), "비밀번호"));
    CHECK_FALSE(has(build_prompt(in), "비밀채널"));
}

TEST_CASE("recording is announced to others") {
    PromptInput in = stranger();
    CHECK_FALSE(has(build_prompt(in), "녹음"));
    in.recorded = true;
    CHECK(has(build_prompt(in), "녹음"));
    in.owner = true;
    CHECK_FALSE(has(build_prompt(in), "녹음"));
}

TEST_CASE("what is empty leaves no heading behind") {
    PromptInput in = owner();
    in.about = " \n";
    in.memory = {};
    CHECK_FALSE(has(build_prompt(in), "# 이 통화의 용건"));
    CHECK_FALSE(has(build_prompt(in), "# 네가 아는 것"));
    in.memory.recent = "- x";
    CHECK(has(build_prompt(in), "[최근 기억]"));
    CHECK_FALSE(has(build_prompt(in), "[사용자 정보]"));
}

TEST_CASE("an English call has an English prompt, another language is named in it") {
    PromptInput in = stranger();
    in.language = "en";
    in.timezone = "Europe/Berlin";
    const std::string prompt = build_prompt(in);
    CHECK(has(prompt, "Saturday, 28 February 2026, 23:05 (Europe/Berlin)"));
    CHECK(has(prompt, "speak only English"));
    CHECK(has(prompt, "\"Hello, this is 하나, 코난쌤's AI assistant.\""));
    in.owner = true;
    CHECK(has(build_prompt(in), "[Recent memory]"));
    in.language = "de";
    CHECK(has(build_prompt(in), "the language with the code \"de\""));
}

TEST_CASE("midnight and noon are twelve o'clock") {
    PromptInput in = owner();
    in.now.hour = 0;
    CHECK(has(build_prompt(in), "오전 12시 05분"));
    in.now.hour = 12;
    CHECK(has(build_prompt(in), "오후 12시 05분"));
}

TEST_CASE("what the call is about arrives whole up to 64 KiB, then ends at a character") {
    PromptInput in = owner();
    in.about.clear();
    while (in.about.size() + 3 <= about_limit) in.about += "말";
    CHECK(has(build_prompt(in), in.about));
    in.about = "x" + in.about + "끝";
    const std::string prompt = build_prompt(in);
    CHECK(pa::is_utf8(prompt));
    CHECK(has(prompt, "말\n>>>"));
}

TEST_CASE("the greeting's instructions are what to do now and nothing of the prompt") {
    CHECK(has(greeting_instructions("ko"), "지금 첫 마디만"));
    CHECK(has(greeting_instructions("en"), "first words"));
    CHECK(greeting_instructions("ko").size() < 300);
}

TEST_CASE("a question to be acknowledged stands in the prompt with its rules") {
    PromptInput in = owner();
    CHECK_FALSE(has(build_prompt(in), "acknowledge"));
    in.ack = "약 먹었어?";
    CHECK(has(build_prompt(in), "<<<\n약 먹었어?\n>>>"));
    CHECK(has(build_prompt(in), "acknowledged=true"));
    in.language = "en";
    CHECK(has(build_prompt(in), "# What must be acknowledged"));
}

TEST_CASE("a message on a machine has the matter and nothing of the memory") {
    for (PromptInput in : {owner(), stranger()}) {
        const std::string message = message_prompt(in);
        CHECK(has(message, in.about));
        CHECK(has(message, "삐 소리 뒤에"));
        CHECK_FALSE(has(message, "# 네가 아는 것"));
        CHECK_FALSE(has(message, "# 첫 마디"));
        CHECK(has(message, "코난쌤님의 AI 비서") == !in.owner);
    }
    PromptInput in = owner();
    in.about.clear();
    in.ack = "약 먹었어?";
    CHECK(has(message_prompt(in), "약 먹었어?"));
    CHECK_FALSE(has(message_prompt(in), "acknowledge"));
}

TEST_CASE("while a machine listens the prompt has neither matter nor memory, whoever is called") {
    for (PromptInput in : {owner(), stranger()}) {
        in.ack = "약 먹었어?";
        const std::string prompt = discreet_prompt(in);
        CHECK_FALSE(has(prompt, in.about));
        CHECK_FALSE(has(prompt, in.ack));
        CHECK_FALSE(has(prompt, "# 네가 아는 것"));
        CHECK(has(prompt, "# 기계가 받았다"));
        CHECK(has(prompt, "코난쌤님의 AI 비서"));
        CHECK(has(prompt, "주인이 아닌 사람과의 통화"));
    }
}
