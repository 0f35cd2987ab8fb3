// Whole calls that would never end by themselves.
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace pa::call;
using pa::test::World;
using namespace std::chrono_literals;

namespace {

/// Hold music, or a machine that reads its menu for ever: it speaks for twenty minutes, whatever
/// is said to it.
std::string endless() {
    std::string script;
    for (int i = 0; i < 400; ++i)
        for (const char* clip : {"tell-story", "weather", "wake-me"})
            script += std::string(script.empty() ? "" : ",") + R"({"say":")" + clip + R"("})";
    return R"({"name":"endless","about":"Somebody who never stops.","caller":{"script":[)" +
           script +
           R"(]},"model":{"greeting":["greet-morning"],"purposes":{"goodbye":["time-is-up"]}}})";
}

bool said_goodbye(const World& world) {
    for (const pa::sim::Spoken& s : world.models().back()->spoken())
        if (s.clips.front() == "time-is-up") return world.heard_ms(s.item_id) == s.whole_ms;
    return false;
}

}  // namespace

TEST_CASE("who talks without end is left when the time is up, with a goodbye") {
    World::Setup setup = World::plain();
    setup.to_phone = setup.to_model = 40ms;
    setup.session.max_duration = 60s;
    World world(endless(), setup);
    REQUIRE(world.run(3min));
    CHECK(world.record().ended_by == EndedBy::limit);
    CHECK(world.moments().over < 75'000);
    CHECK(world.finished() == 1);
    CHECK(said_goodbye(world));
}

TEST_CASE("who talks without end is left when the money is up, with a goodbye") {
    World world(endless(), World::plain());
    world.at(45s, [&] { world.end("budget"); });
    REQUIRE(world.run(3min));
    CHECK(world.record().ended_by == EndedBy::budget);
    CHECK(world.moments().over < 60'000);
    CHECK(said_goodbye(world));
}

TEST_CASE("a stream that breaks again and again ends in one record") {
    World::Setup setup = World::plain();
    setup.to_phone = setup.to_model = 40ms;
    World world("morning-call", setup);
    for (int i = 0; i < 20; ++i) world.at(2s + i * 3100ms, [&] { world.break_stream(); });
    REQUIRE(world.run(5min));
    CHECK(world.finished() == 1);
    CHECK(world.record().ended_by != EndedBy::error);
}
