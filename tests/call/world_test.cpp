// Whole calls: the machine between the simulated service and the simulated caller.
#include "support/world.hpp"

#include "support/catch.hpp"

using namespace pa::call;
using pa::test::World;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

Lines lines(const Record& r) {
    Lines out;
    for (const TranscriptLine& l : r.transcript) {
        std::string who = l.role == TranscriptLine::Role::user ? "user: " : "assistant: ";
        out.push_back(who + (l.interrupted ? l.heard : l.text));
    }
    return out;
}

constexpr const char* morning_words =
    "응, 잘 잤어. 내일 아침 7시에 모닝콜 해줘. 마트에서 우유 사와야 해. "
    "잠깐만, 그게 아니라. 다음 주 월요일에 회의 있어. 나중에 다시 전화해줘. 고마워, 이제 끊을게.";

}  // namespace

TEST_CASE("the morning call, with each leg behind its delay") {
    for (auto delay : {0ms, 40ms, 80ms}) {
        World::Setup setup = World::plain();
        setup.to_phone = setup.to_model = delay;
        setup.rings = 3s;
        World world("morning-call", setup);
        REQUIRE(world.run());
        CHECK(world.service_errors().empty());
        CHECK(world.caller_words() == morning_words);
        CHECK(world.record().ended_by == EndedBy::agent);
        CHECK(world.record().errors.empty());
        REQUIRE(world.cuts().size() == 1);
        CHECK(world.cuts()[0].ours <= world.cuts()[0].truth + 50);
        CHECK(world.cuts()[0].ours >= world.cuts()[0].truth - 60 - 2 * delay.count());
        // The goodbye was heard to its last byte.
        const auto& goodbye = world.models().back()->spoken().back();
        CHECK(world.heard_ms(goodbye.item_id) == goodbye.whole_ms);
        CHECK(world.record().turns.size() >= 5);
        for (const Turn& t : world.record().turns) {
            CHECK(t.latency_ms() > 500);
            CHECK(t.latency_ms() < 1500);
        }
    }
}

TEST_CASE("ten turns and three interruptions: all is in the record, in order, as it was heard") {
    World::Setup setup = World::plain();
    setup.to_phone = setup.to_model = 40ms;
    World world("ten-turns", setup);
    REQUIRE(world.run());
    CHECK(world.service_errors().empty());
    int users = 0, cut = 0;
    for (const TranscriptLine& l : world.record().transcript) {
        users += l.role == TranscriptLine::Role::user ? 1 : 0;
        if (!l.interrupted) continue;
        ++cut;
        CHECK(std::abs(l.heard_ms - world.heard_ms(l.item_id)) <= 60 + 80);
    }
    CHECK(users == 10);
    CHECK(cut == 3);
}

TEST_CASE("the policies in a whole call") {
    World::Setup setup = World::plain();
    setup.to_phone = setup.to_model = 20ms;
    SECTION("guarded") { setup.session.interruption = Interruption::guarded; }
    SECTION("off") { setup.session.interruption = Interruption::off; }
    World world("morning-call", setup);
    REQUIRE(world.run());
    CHECK(world.caller_words() == morning_words);
    for (const auto& l : lines(world.record())) UNSCOPED_INFO(l);
    for (const auto& l : world.record().events) UNSCOPED_INFO(l.at_ms << l.what << l.detail);
    CHECK(world.service_errors() == Lines{});
    CHECK(world.record().errors.empty());
    CHECK(world.record().ended_by == EndedBy::agent);
    CHECK(world.cuts().size() == 1);
}

TEST_CASE("a caller who says nothing is asked twice and left") {
    World world("silent-caller", World::plain());
    REQUIRE(world.run());
    CHECK(world.record().ended_by == EndedBy::agent);
    int asked = 0;
    for (const Happening& h : world.record().events) asked += h.what == "silence" ? 1 : 0;
    CHECK(asked == 3);
}

TEST_CASE("a broken stream in the middle of a call comes back and the call goes on") {
    World::Setup setup = World::plain();
    setup.to_phone = setup.to_model = 20ms;
    World world("morning-call", setup);
    world.at(9s, [&] { world.break_stream(); });
    REQUIRE(world.run());
    CHECK(world.record().ended_by == EndedBy::agent);
    CHECK(world.service_errors().empty());
    CHECK(lines(world.record()).size() > 8);
}
