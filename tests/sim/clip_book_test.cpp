#include "sim/clip_book.hpp"

#include "audio/g711.hpp"
#include "support/catch.hpp"

using namespace pa::sim;
namespace audio = pa::audio;

namespace {

const ClipBook& book() {
    static const ClipBook clips = std::move(*ClipBook::load(PA_SHARE "/clips"));
    return clips;
}
const std::string& sound(const char* id) { return book().find(id)->audio; }
std::string quiet(std::size_t ms) { return std::string(ms * 8, audio::kSilence); }

/// The same sound a little softer, so that hardly a byte is the same.
std::string softer(std::string sounds) {
    for (char& c : sounds)
        c = audio::mulaw_of(static_cast<std::int16_t>(audio::linear_of(c) * 0.7));
    return sounds;
}

}  // namespace

TEST_CASE("each clip of the caller is recognised as itself and with its whole text") {
    for (const Clip& clip : book().clips()) {
        if (clip.agent) continue;
        INFO(clip.id);
        auto heard = book().recognise(quiet(300) + clip.audio + quiet(500));
        REQUIRE(heard.size() == 1);
        CHECK(heard[0].clip->id == clip.id);
        CHECK(heard[0].text() == clip.text);
        CHECK(heard[0].at >= 2400 - 160);
    }
}

TEST_CASE("two clips in one turn are heard in their order, the same one twice is heard twice") {
    CHECK(text_of(book().recognise(sound("milk") + quiet(200) + sound("meeting"))) ==
          "마트에서 우유 사와야 해. 다음 주 월요일에 회의 있어.");
    CHECK(text_of(book().recognise(sound("um") + quiet(50) + sound("um"))) == "음. 음.");
}

TEST_CASE("what is cut off a clip is missing in its text") {
    const std::string& meeting = sound("meeting");
    CHECK(text_of(book().recognise(meeting.substr(0, meeting.size() * 6 / 10))) ==
          "다음 주 월요일에");
    CHECK(text_of(book().recognise(meeting.substr(meeting.size() * 6 / 10))) == "회의 있어.");
    CHECK(text_of(book().recognise(sound("hello").substr(0, sound("hello").size() / 2))) ==
          "여보세");
}

TEST_CASE("a lost frame costs nothing, a second lost in the middle costs its words") {
    std::string wake = sound("wake-me");
    CHECK(text_of(book().recognise(wake.substr(0, 4800) + wake.substr(4960))) ==
          "내일 아침 7시에 모닝콜 해줘.");
    std::string gap = wake.substr(0, wake.size() / 3) + wake.substr(wake.size() * 2 / 3);
    auto heard = book().recognise(gap);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].parts.size() == 2);
    CHECK(heard[0].share() < 0.7);
    CHECK(heard[0].text() == "내일 아침 모닝콜 해줘.");
}

TEST_CASE("frames lost at even distances leave one utterance") {
    std::string all, milk = sound("milk");
    for (std::size_t i = 0; i < milk.size(); i += 160)
        if (i / 160 % 7 != 3) all += milk.substr(i, 160);
    auto heard = book().recognise(all);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].text() == "마트에서 우유 사와야 해.");
}

TEST_CASE("silence, noise and the agent's own voice are no words of the caller") {
    CHECK(book().recognise(quiet(2000)).empty());
    CHECK(book().recognise("").empty());
    std::string noise;
    std::uint32_t seed = 7;
    for (int i = 0; i < 16000; ++i)
        noise += static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
    CHECK(book().recognise(noise).empty());
    CHECK(text_of(book().recognise(sound("ok-wake"))) == "");
}

TEST_CASE("a clip whose bytes have all changed is known by the shape of its loudness") {
    CHECK(text_of(book().recognise(quiet(300) + softer(sound("wake-me")) + quiet(300))) ==
          "내일 아침 7시에 모닝콜 해줘.");
    CHECK(text_of(book().recognise(softer(sound("call-later")))) == "나중에 다시 전화해줘.");
}

TEST_CASE("no pause inside a clip is long enough to be taken for the end of a turn") {
    for (const Clip& clip : book().clips()) {
        INFO(clip.id);
        int quiet_frames = 0, longest = 0;
        for (std::size_t i = 0; i + 160 <= clip.audio.size(); i += 160) {
            bool is_quiet = audio::level_db(std::string_view(clip.audio).substr(i, 160)) < -45;
            quiet_frames = is_quiet ? quiet_frames + 1 : 0;
            longest = std::max(longest, quiet_frames);
        }
        CHECK(longest * 20 < 260);
    }
}
