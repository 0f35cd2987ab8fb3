#include "sim/scenario.hpp"

#include <filesystem>

#include "sim/actor.hpp"
#include "support/catch.hpp"

using pa::sim::Faults;
using pa::sim::Scenario;

namespace {

std::string error_of(const std::string& text) {
    auto scenario = Scenario::parse(text, "x.json");
    return scenario ? "" : scenario.error().what;
}

}  // namespace

TEST_CASE("a scenario has its defaults and what the file says") {
    auto s = Scenario::parse(R"({"name":"a","carrier":{"ring_ms":5,"answered_by":null},
        "caller":{"script":[{"when":"answered","after_ms":10,"say":"hello"},{"key":"1#"}]},
        "model":{"greeting":["hi"],"purposes":{"goodbye":["bye"]},
                 "turns":[{"hears":"hello","says":["b"],"function":{"name":"f","arguments":{"x":1}}}]}})",
                             "x.json");
    REQUIRE(s);
    CHECK(s->carrier.ring_ms == 5);
    CHECK(s->carrier.outcome == "answer");
    CHECK(s->carrier.answered_by.empty());
    REQUIRE(s->caller.script.size() == 2);
    CHECK(s->caller.script[0].say == "hello");
    CHECK(s->caller.script[1].when == "then");
    CHECK(s->model.turns[0].functions.at(0).arguments == R"({"x":1})");
    CHECK(s->model.purposes.at("goodbye") == std::vector<std::string>{"bye"});
}

TEST_CASE("what is wrong in a scenario is told by file and path") {
    CHECK(error_of(R"({"name":"a","carier":{}})") == "x.json: carier: unknown key");
    CHECK_THAT(error_of(R"({"name":"a","caller":{"script":[{"when":"answerd","say":"x"}]}})"),
               contains("x.json: caller.script[0].when: unknown \"answerd\", expected one of"));
    CHECK_THAT(error_of(R"({"name":"a","caller":{"script":[{"say":"x","key":"1"}]}})"),
               contains("exactly one of"));
    CHECK_THAT(error_of(R"({"name":"a","model":{"pace":0}})"),
               contains("model.pace: expected a number"));
    CHECK_THAT(error_of(R"({"name":"a","model":{"turns":{}}})"),
               contains("model.turns: expected an array"));
    CHECK_THAT(error_of(R"({"about":"no name"})"), contains("name: missing"));
    CHECK_THAT(error_of(R"({"name":"a","faults":[{"at":"moon","do":"drop"}]})"),
               contains("faults[0].at"));
    CHECK_THAT(error_of(R"({"name":"a","faults":[{"at":"chat","do":"vanish"}]})"),
               contains("faults[0].do"));
    CHECK_THAT(error_of("{"), contains("x.json"));
}

TEST_CASE("a fault happens at its place, at its turn and as often as it says") {
    auto s = Scenario::parse(R"({"name":"a","faults":[{"at":"model.response:2","do":"fail"},
        {"at":"chat","do":429,"times":2}]})",
                             "x.json");
    REQUIRE(s);
    Faults faults(s->faults);
    CHECK(faults.next("model.response") == nullptr);
    REQUIRE(faults.next("model.response") != nullptr);
    CHECK(faults.next("model.response") == nullptr);
    const auto* chat = faults.next("chat");
    REQUIRE(chat != nullptr);
    CHECK(pa::sim::http_status(*chat) == 429);
    CHECK(faults.next("chat") != nullptr);
    CHECK(faults.next("chat") == nullptr);
}

TEST_CASE(
    "every scenario that is shipped can be read, its name is its file's and its clips are there") {
    int count = 0;
    auto book = pa::sim::ClipBook::load(PA_SHARE "/clips");
    REQUIRE(book);
    for (const auto& entry : std::filesystem::directory_iterator(PA_SHARE "/scenarios")) {
        auto s = Scenario::load(entry.path().stem().string(), PA_SHARE);
        INFO((s ? std::string() : s.error().what));
        REQUIRE(s);
        CHECK(s->name == entry.path().stem().string());
        CHECK(pa::sim::check_clips(*s, *book));
        ++count;
    }
    CHECK(count > 15);
}
