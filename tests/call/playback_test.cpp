// The books of what the caller has heard, alone: positions, marks, generations.
#include "call/playback.hpp"

#include "support/catch.hpp"

using namespace pa::call;
using namespace std::chrono_literals;

namespace {

const TimePoint t0{100s};

std::int64_t bytes(std::int64_t ms) { return ms * Playback::bytes_per_ms; }

/// "a 500/1000" for each part that was cut.
std::vector<std::string> cuts(Playback& p, TimePoint now) {
    std::vector<std::string> out;
    for (const auto& c : p.clear(now))
        out.push_back(c.item_id + " " + std::to_string(c.heard_ms) + "/" +
                      std::to_string(c.total_ms));
    return out;
}

using Cuts = std::vector<std::string>;

}  // namespace

TEST_CASE("before any mark is back the clock tells the position, up to the first mark") {
    Playback p;
    p.sent("a", 0, bytes(400), t0);
    p.sent("a", 0, bytes(400), t0);
    CHECK(p.remaining_ms(t0 + 300ms) == 500);
    CHECK(p.remaining_ms(t0 + 700ms) == 400);  // the mark at 400 ms should have come
    CHECK(cuts(p, t0 + 700ms) == Cuts{"a 400/800"});
}

TEST_CASE("an acknowledged mark is a floor and the clock goes on from it") {
    Playback p;
    auto first = p.sent("a", 0, bytes(400), t0);
    auto second = p.sent("a", 0, bytes(400), t0);
    REQUIRE(first);
    p.mark_played(*first, t0 + 480ms);  // 80 ms of network
    CHECK(p.remaining_ms(t0 + 480ms) == 400);
    CHECK(cuts(p, t0 + 580ms) == Cuts{"a 500/800"});
}

TEST_CASE("a position is never beyond what was sent") {
    Playback p;
    p.sent("a", 0, bytes(100), t0);  // too short for a mark
    CHECK(p.playing(t0 + 99ms));
    CHECK_FALSE(p.playing(t0 + 100ms));
    CHECK(cuts(p, t0 + 10s).empty());
}

TEST_CASE("items behind each other are cut each at its own place") {
    Playback p;
    auto mark_a = p.sent("a", 0, bytes(1000), t0);
    auto mark_b = p.sent("b", 0, bytes(1000), t0);
    p.sent("c", 0, bytes(1000), t0);
    p.mark_played(*mark_a, t0 + 1000ms);
    CHECK(cuts(p, t0 + 1250ms) == Cuts{"b 250/1000", "c 0/1000"});
}

TEST_CASE("parts of one item are told apart") {
    Playback p;
    auto mark = p.sent("a", 0, bytes(200), t0);
    p.sent("a", 1, bytes(200), t0);
    p.mark_played(*mark, t0 + 200ms);
    auto cut = p.clear(t0 + 250ms);
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].content_index == 1);
    CHECK(cut[0].heard_ms == 50);
}

TEST_CASE("marks that clear sends back prove nothing") {
    Playback p;
    auto a1 = p.sent("a", 0, bytes(400), t0);
    auto a2 = p.sent("a", 0, bytes(400), t0);
    CHECK(cuts(p, t0 + 100ms) == Cuts{"a 100/800"});
    p.sent("b", 0, bytes(400), t0 + 110ms);
    p.mark_played(*a1, t0 + 120ms);
    p.mark_played(*a2, t0 + 120ms);
    CHECK(p.remaining_ms(t0 + 120ms) == 390);
    CHECK(cuts(p, t0 + 210ms) == Cuts{"b 100/400"});
}

TEST_CASE("marks of others, broken ones and ones never sent are ignored") {
    Playback p;
    p.sent("a", 0, bytes(400), t0);
    for (const char* name : {"", "1", "1.", ".1", "x.1", "1.x", "2.1", "-1.1", "1.1.1", "1. 1",
                             "99999999999999999999.1"})
        p.mark_played(name, t0 + 1ms);
    CHECK(p.remaining_ms(t0 + 1ms) == 399);
}

TEST_CASE("a mark that is lost is made up for by the next one") {
    Playback p;
    p.sent("a", 0, bytes(160), t0);
    auto second = p.sent("a", 0, bytes(160), t0);
    p.sent("a", 0, bytes(160), t0);
    p.mark_played(*second, t0 + 320ms);
    CHECK(p.remaining_ms(t0 + 320ms) == 160);
    CHECK(cuts(p, t0 + 370ms) == Cuts{"a 370/480"});
}

TEST_CASE("a carrier that echoes no mark at all is not waited for longer than five seconds") {
    Playback p;
    p.sent("a", 0, bytes(1000), t0);
    p.sent("a", 0, bytes(100), t0);
    CHECK(p.playing(t0 + 6000ms));
    CHECK_FALSE(p.playing(t0 + 6100ms));
}

TEST_CASE("after an underrun the clock starts again with the new audio") {
    Playback p;
    p.sent("a", 0, bytes(100), t0);
    p.sent("a", 0, bytes(100), t0 + 500ms);  // 400 ms of silence between
    CHECK(cuts(p, t0 + 550ms) == Cuts{"a 150/200"});
}

TEST_CASE("after an underrun with a mark on its way back the position does not run ahead") {
    // 80 ms each way: what was sent at 0 is heard until 240, the mark is back at 320.
    Playback p;
    auto mark = p.sent("a", 0, bytes(160), t0);
    p.sent("a", 0, bytes(160), t0 + 300ms);  // heard from 380 on
    p.mark_played(*mark, t0 + 320ms);
    // clear at 400 reaches the phone at 480, when 260 ms have been heard
    auto cut = p.clear(t0 + 400ms);
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].heard_ms <= 260);
    CHECK(cut[0].heard_ms >= 260 - 160);
}

TEST_CASE("deltas of 20 ms get no more than one mark per 160 ms and one at the end") {
    Playback p;
    int marks = 0;
    for (int i = 0; i < 50; ++i) marks += p.sent("a", 0, bytes(20), t0) ? 1 : 0;
    CHECK(marks == 6);  // 1000 / 160
    CHECK(p.finish(t0));
    CHECK_FALSE(p.finish(t0));
}

TEST_CASE("deltas of 400 ms get one mark each") {
    Playback p;
    for (int i = 0; i < 5; ++i) CHECK(p.sent("a", 0, bytes(400), t0));
    CHECK_FALSE(p.finish(t0));  // there is one already
}

TEST_CASE("audio of a session that is gone plays on but is nothing to truncate") {
    Playback p;
    p.sent("a", 0, bytes(400), t0);
    p.session_lost();
    CHECK(p.playing(t0 + 100ms));
    auto cut = p.clear(t0 + 100ms);
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].orphan);
}

TEST_CASE("many marks that are out at once come back in order, however far the audio is ahead") {
    Playback p;
    std::vector<std::string> marks;
    std::int64_t back = 0;
    for (int i = 0; i < 2000; ++i) {
        marks.push_back(*p.sent("a", 0, bytes(200), t0 + i * 25ms));  // eight times too fast
        for (; back * 200 + 200 <= i * 25; ++back)
            p.mark_played(marks[static_cast<std::size_t>(back)], t0 + i * 25ms);
        REQUIRE_FALSE(p.acknowledged());
    }
    CHECK(p.remaining_ms(t0 + 2000 * 25ms) == 2000 * 175);
    for (; back < 2000; ++back)
        p.mark_played(marks[static_cast<std::size_t>(back)], t0 + back * 200ms + 200ms);
    CHECK(p.acknowledged());
    CHECK_FALSE(p.playing(t0 + 400s));
}
