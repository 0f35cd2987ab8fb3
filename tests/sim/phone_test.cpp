#include "sim/phone.hpp"

#include "support/catch.hpp"

using namespace pa::sim;
using namespace std::chrono_literals;

namespace {

const TimePoint t0{1000s};
const std::string second(8000, '\x11');

std::vector<std::string> names(const std::vector<Phone::MarkReturn>& marks) {
    std::vector<std::string> out;
    for (const auto& m : marks) out.push_back(m.name);
    return out;
}

}  // namespace

TEST_CASE("a mark returns when all audio before it has been played") {
    Phone phone(t0);
    phone.media(second, t0);
    phone.mark("a", t0);
    CHECK(phone.poll(t0 + 999ms).empty());
    CHECK(phone.next_due() == t0 + 1000ms);
    auto due = phone.poll(t0 + 1000ms);
    REQUIRE(due.size() == 1);
    CHECK(due[0].name == "a");
    CHECK_FALSE(due[0].cleared);
    CHECK_FALSE(phone.next_due());
}

TEST_CASE("a mark with nothing buffered returns at once") {
    Phone phone(t0);
    phone.mark("a", t0 + 5ms);
    CHECK(names(phone.poll(t0 + 5ms)) == std::vector<std::string>{"a"});
    phone.media(second, t0 + 10ms);
    (void)phone.poll(t0 + 3s);
    phone.mark("b", t0 + 3s);
    CHECK(names(phone.poll(t0 + 3s)) == std::vector<std::string>{"b"});
}

TEST_CASE("audio that comes faster than it is played waits its turn") {
    Phone phone(t0);
    phone.media(second, t0, "one");
    phone.media(second, t0 + 1ms, "two");
    phone.mark("end", t0 + 1ms);
    (void)phone.poll(t0 + 1500ms);
    CHECK(phone.played("one", t0 + 1500ms) == 8000);
    CHECK(phone.played("two", t0 + 1500ms) == 4000);
    CHECK(phone.next_due() == t0 + 2000ms);
}

TEST_CASE("clear returns all outstanding marks at once and keeps what was heard") {
    Phone phone(t0);
    phone.media(second, t0, "one");
    phone.mark("a", t0);
    phone.media(second, t0, "two");
    phone.mark("b", t0);
    phone.mark("c", t0);
    CHECK(names(phone.poll(t0 + 1000ms)) == std::vector<std::string>{"a"});
    phone.clear(t0 + 1250ms);
    auto due = phone.poll(t0 + 1250ms);
    CHECK(names(due) == std::vector<std::string>{"b", "c"});
    CHECK((due[0].cleared && due[1].cleared));
    REQUIRE(phone.clears().size() == 1);
    const auto& c = phone.clears()[0];
    CHECK(c.part == "two");
    CHECK(c.part_played == 2000);
    CHECK(c.dropped == 6000);
    CHECK(c.played == 10000);
    CHECK(phone.played(t0 + 5s) == 10000);
}

TEST_CASE("after a clear new audio is played from its arrival") {
    Phone phone(t0);
    phone.media(second, t0, "one");
    phone.clear(t0 + 100ms);
    phone.media(second, t0 + 300ms, "two");
    phone.mark("m", t0 + 300ms);
    (void)phone.poll(t0 + 300ms);
    CHECK(phone.next_due() == t0 + 1300ms);
    CHECK(phone.buffered(t0 + 300ms) == 8000);
    CHECK(phone.speaking(t0 + 300ms));
    CHECK_FALSE(phone.speaking(t0 + 200ms));
}

TEST_CASE("a clear with nothing buffered throws nothing away") {
    Phone phone(t0);
    phone.media(second, t0, "one");
    (void)phone.poll(t0 + 2s);
    phone.clear(t0 + 2s);
    (void)phone.poll(t0 + 2s);
    REQUIRE(phone.clears().size() == 1);
    CHECK(phone.clears()[0].dropped == 0);
    CHECK(phone.clears()[0].part.empty());
}

TEST_CASE("the network delays both ways") {
    Phone phone(t0, 40ms);
    phone.media(second, t0, "one");
    phone.mark("a", t0);
    CHECK(phone.poll(t0 + 1079ms).empty());
    CHECK(names(phone.poll(t0 + 1080ms)) == std::vector<std::string>{"a"});
    phone.media(second, t0 + 1100ms, "two");
    phone.clear(t0 + 1600ms);
    (void)phone.poll(t0 + 1700ms);
    REQUIRE(phone.clears().size() == 1);
    CHECK(phone.clears()[0].at == t0 + 1640ms);
    CHECK(phone.clears()[0].part_played == 4000);
}

TEST_CASE("a mark played just before a clear arrives is on its way back untouched") {
    Phone phone(t0, 40ms);
    phone.media(second, t0, "one");
    phone.mark("a", t0);
    phone.clear(t0 + 1001ms);
    auto due = phone.poll(t0 + 1200ms);
    REQUIRE(due.size() == 1);
    CHECK_FALSE(due[0].cleared);
    CHECK(due[0].at == t0 + 1080ms);
}

TEST_CASE("the recording has both sides where they were heard") {
    Phone phone(t0);
    phone.caller(std::string(160, '\x22'), t0 + 100ms);
    phone.caller(std::string(160, '\x23'), t0 + 121ms);
    phone.media(std::string(800, '\x11'), t0 + 200ms);
    phone.clear(t0 + 250ms);
    (void)phone.poll(t0 + 1s);
    auto r = phone.recording(t0 + 1s);
    CHECK(r.agent.size() == r.caller.size());
    CHECK(r.agent.size() == 250 * 8);
    CHECK(r.caller.substr(800, 160) == std::string(160, '\x22'));
    CHECK(r.caller.substr(960, 160) == std::string(160, '\x23'));
    CHECK(r.caller[1120] == '\xff');
    CHECK(r.agent[1599] == '\xff');
    CHECK(r.agent[1600] == '\x11');
}

TEST_CASE("more than ten minutes of buffered audio are refused") {
    Phone phone(t0);
    const std::string minute(60 * 8000, '\x11');
    for (int i = 0; i < 11; ++i) phone.media(minute, t0);
    (void)phone.poll(t0);
    CHECK(phone.overflowed() == 60 * 8000);
    CHECK(phone.received() == 10 * 60 * 8000);
}

TEST_CASE("what was heard in a span of time can be taken out") {
    Phone phone(t0);
    phone.media(std::string(800, '\x11'), t0 + 100ms);
    phone.media(std::string(800, '\x12'), t0 + 300ms);
    (void)phone.poll(t0 + 1s);
    CHECK(phone.heard(t0 + 80ms, t0 + 100ms) == std::string(160, '\xff'));
    CHECK(phone.heard(t0 + 90ms, t0 + 110ms) == std::string(80, '\xff') + std::string(80, '\x11'));
    CHECK(phone.heard(t0 + 190ms, t0 + 310ms) ==
          std::string(80, '\x11') + std::string(800, '\xff') + std::string(80, '\x12'));
}

TEST_CASE("parts are told apart, with what was heard of each") {
    Phone phone(t0);
    phone.media(std::string(800, '\x11'), t0, "a");
    phone.media(std::string(800, '\x11'), t0, "b");
    phone.media(std::string(800, '\x11'), t0, "a");
    (void)phone.poll(t0);
    auto parts = phone.parts(t0 + 250ms);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].received == 1600);
    CHECK(parts[0].played == 1200);
    CHECK(parts[1].played == 800);
    CHECK(parts[1].begins == t0 + 100ms);
}

TEST_CASE("what is buffered when the stream ends is never heard, nor its marks returned") {
    Phone phone(t0);
    phone.media(second, t0, "one");
    phone.mark("m", t0);
    CHECK(phone.abandon(t0 + 250ms) == 6000);
    CHECK_FALSE(phone.next_due());
    CHECK(phone.played(t0 + 5s) == 2000);
    CHECK(phone.clears().empty());
    CHECK(phone.abandon(t0 + 1s) == 0);
}
