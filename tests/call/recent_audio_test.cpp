#include "call/recent_audio.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::call;

namespace {

/// Twenty milliseconds whose bytes tell their place.
std::string frame(int number) {
    std::string bytes(160, static_cast<char>(number % 251));
    bytes[0] = static_cast<char>(number / 251);
    return bytes;
}

void hear(RecentAudio& recent, int from, int to) {
    for (int i = from; i < to; ++i) recent.push(base64_encode(frame(i)));
}

/// What a session that takes over would be given, as bytes.
std::string given(RecentAudio& recent) {
    std::string out;
    recent.take().for_each([&](std::string_view payload) {
        auto bytes = base64_decode(payload);
        REQUIRE(bytes);
        out += *bytes;
    });
    return out;
}

std::string frames(int from, int to) {
    std::string out;
    for (int i = from; i < to; ++i) out += frame(i);
    return out;
}

}  // namespace

TEST_CASE("of a quiet line the last moment is kept") {
    RecentAudio recent;
    hear(recent, 0, 300);
    CHECK(recent.input_ms() == 6000);
    CHECK(given(recent) == frames(260, 300));
    CHECK(recent.input_ms() == 0);
}

TEST_CASE("a longer padding of the turn detection is kept as well") {
    RecentAudio recent(2000);
    hear(recent, 0, 300);
    CHECK(given(recent) == frames(175, 300));
    hear(recent, 300, 600);
    recent.given_again();
    hear(recent, 600, 900);
    CHECK(given(recent) == frames(775, 900));
}

TEST_CASE("an open turn is kept from a little before its start, until its text has come") {
    RecentAudio recent;
    hear(recent, 0, 100);
    recent.turn_started("turn", 1800);
    hear(recent, 100, 400);
    recent.turn_stopped("turn", 7000);
    SECTION("whole while its text is due") { CHECK(given(recent) == frames(85, 400)); }
    SECTION("not with its text") {
        recent.turn_settled("turn");
        CHECK(given(recent) == frames(360, 400));
    }
    SECTION("what is behind its end is kept where that is a moment ago") {
        recent.turn_stopped("turn", 7500);
        recent.turn_settled("turn");
        CHECK(given(recent) == frames(375, 400));
    }
}

TEST_CASE("more than thirty seconds are never kept") {
    RecentAudio recent;
    recent.turn_started("endless", 0);
    hear(recent, 0, 2000);
    CHECK(given(recent) == frames(500, 2000));
}

TEST_CASE("a frame that cannot be read is silence of its length") {
    RecentAudio recent;
    hear(recent, 0, 2);
    recent.push(std::string(216, '!'));
    recent.push("x");
    hear(recent, 3, 4);
    CHECK(given(recent) == frames(0, 2) + std::string(162, '\xff') + frames(3, 4));
}

TEST_CASE("what a long sentence took is given back, and no frame is lost on the way") {
    RecentAudio recent;
    for (int at = 0; at < 1200; at += 400) {
        recent.turn_started("turn", at * 20);
        hear(recent, at, at + 300);
        recent.turn_stopped("turn", (at + 300) * 20);
        recent.turn_settled("turn");
        hear(recent, at + 300, at + 400);
    }
    CHECK(given(recent) == frames(1160, 1200));
}

TEST_CASE("frames of any size come back as one line of bytes") {
    RecentAudio recent;
    std::string all;
    for (std::size_t size = 0; size < 100; ++size) {
        std::string bytes(size, static_cast<char>('a' + size % 26));
        recent.push(base64_encode(bytes));
        all += bytes;
    }
    CHECK(given(recent) == all);
}

TEST_CASE("nothing is lost where the ring ends, where blocks begin, and on the way back") {
    // Turns of every length around what the ring holds, their text at every moment.
    for (int length = 30; length < 60; ++length) {
        for (int later = 0; later < 60; later += 7) {
            RecentAudio recent;
            int at = 0;
            for (int turn = 0; turn < 3; ++turn, at += length + later) {
                recent.turn_started("turn", at * 20);
                hear(recent, at, at + length);
                recent.turn_stopped("turn", (at + length) * 20);
                hear(recent, at + length, at + length + later);
                recent.turn_settled("turn");
            }
            INFO(length << ' ' << later);
            CHECK(given(recent) == frames(at - std::min(later, 40), at));
        }
    }
}

TEST_CASE("frames of odd sizes are kept across the ring's end and the blocks") {
    RecentAudio recent;
    std::string all;
    auto push = [&](std::size_t size) {
        std::string bytes(size, static_cast<char>('a' + all.size() % 26));
        recent.push(base64_encode(bytes));
        all += bytes;
    };
    for (int i = 0; i < 300; ++i) push(97);
    recent.turn_started("turn", 3'000);
    for (int i = 0; i < 300; ++i) push(401);
    recent.turn_stopped("turn", recent.input_ms() - 200);
    recent.turn_settled("turn");
    for (int i = 0; i < 20; ++i) push(53);
    const std::string last = given(recent);
    CHECK(last.size() >= 1600 + 20 * 53);
    CHECK(last == all.substr(all.size() - last.size()));
}
