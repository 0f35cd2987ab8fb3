#include "bridge/routing.hpp"

#include <fmt/format.h>

#include <map>

#include "bridge/commons.hpp"
#include "support/catch.hpp"

using namespace pa::bridge;

TEST_CASE("a call has one worker, and calls are spread over all of them") {
    for (std::size_t workers : {1U, 2U, 3U, 7U, 64U}) {
        std::map<std::size_t, int> calls;
        constexpr int all = 6400;
        for (int i = 0; i < all; ++i) {
            const std::string sid = fmt::format("CA{:032x}", i);
            const std::size_t who = worker_of(sid, workers);
            REQUIRE(who < workers);
            CHECK(who == worker_of(std::string(sid), workers));
            ++calls[who];
        }
        INFO(workers << " workers");
        CHECK(calls.size() == workers);
        const int fair = all / static_cast<int>(workers);
        for (const auto& [who, count] : calls) {
            CHECK(count > fair / 2);
            CHECK(count < fair * 2);
        }
    }
}

TEST_CASE("what is asked names its call, or none") {
    using Door = Question::Door;
    auto sid = [](Door door, const char* path, const char* body = "") {
        return sid_of({door, {}, "POST", path, body});
    };
    CHECK(sid(Door::carrier, "/after", "AccountSid=AC1&CallSid=CA7&To=%2B1") == "CA7");
    CHECK(sid(Door::carrier, "/after", "To=%2B1").empty());
    CHECK(sid(Door::operators, "/calls/CA7") == "CA7");
    CHECK(sid(Door::operators, "/calls/CA7/say") == "CA7");
    CHECK(sid(Door::operators, "/lines/CA7") == "CA7");
    CHECK(sid(Door::operators, "/calls").empty());
    CHECK(sid(Door::operators, "/dials/7", "CallSid=CA7").empty());
    CHECK(for_the_newest({Door::operators, {}, "POST", "/dials", ""}));
    CHECK_FALSE(for_the_newest({Door::carrier, {}, "POST", "/dials", ""}));
}

TEST_CASE("of the calls of all workers a command finds the one that is meant") {
    const std::vector<Meant> none(3), one{{}, {false, {"CA7"}}, {}},
        two{{false, {"CA7"}}, {}, {false, {"CA17"}}}, twice{{}, {false, {"CA7", "CA17"}}},
        exact{{false, {"CA17"}}, {true, {"7"}}, {false, {"CA7"}}};
    CHECK(*the_one("7", one) == "CA7");
    CHECK(*the_one("only", one) == "CA7");
    CHECK(*the_one("7", exact) == "7");
    CHECK_THAT(the_one("7", none).error().what, contains("no such call runs"));
    CHECK_THAT(the_one("", one).error().what, contains("no such call runs"));
    for (const auto& several : {two, twice})
        CHECK_THAT(the_one("7", several).error().what, contains("more than one call"));
}

TEST_CASE("lists of several workers become one") {
    CHECK(joined({}) == "[]");
    CHECK(joined({"[]", "[]"}) == "[]");
    CHECK(joined({"[1,2]"}) == "[1,2]");
    CHECK(joined({"[]", "[1]", "[]", R"([{"a":[2]},3])"}) == R"([1,{"a":[2]},3])");
}

TEST_CASE("places of all workers together are bounded") {
    Places places(2);
    CHECK(places.take());
    places.change(1);  // a call that was taken up: it is there already
    CHECK_FALSE(places.take());
    CHECK(places.taken() == 2);
    places.change(-1);
    CHECK(places.take());
    Places any(0);
    for (int i = 0; i < 100; ++i) CHECK(any.take());
}
