// A call that is gone through again does the same.
#include "trace/replay.hpp"

#include <filesystem>
#include <random>

#include "base/file.hpp"
#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"
#include "trace/lines.hpp"

using namespace pa;
using call::milliseconds;
using pa::test::World;
using namespace std::chrono_literals;

namespace {

/// A call in virtual time, and its trace.
class TracedCall {
public:
    explicit TracedCall(std::optional<milliseconds> drop = std::nullopt) {
        World::Setup setup = World::plain();
        setup.to_phone = setup.to_model = 40ms;
        setup.watch = [this](auto now, const call::Event* event, const auto& actions) {
            if (event == nullptr) begin(now);
            trace::write_step(writer_, now - clock_, event, actions);
            text += std::string(writer_.view()) + "\n";
        };
        config_ = setup.session;
        World world("morning-call", setup);
        if (drop) world.at(*drop, [&] { world.drop_model(); });
        REQUIRE(world.run());
    }
    std::string text;

private:
    void begin(call::TimePoint now) {
        clock_ = now;
        trace::Header header;
        header.call_sid = "CA01";
        header.started_at = "2026-02-28T23:49:32.120+09:00";
        header.clock = now;
        header.config = config_;
        trace::write_header(writer_, header);
        text += std::string(writer_.view()) + "\n";
    }
    json::Writer writer_;
    call::SessionConfig config_;
    call::TimePoint clock_{};
};

const std::string& morning_call() {
    static const std::string trace = TracedCall().text;
    return trace;
}

}  // namespace

TEST_CASE("a call's trace is gone through again to the same actions, byte for byte") {
    const std::string trace = morning_call();
    std::string again;
    auto replay =
        trace::replay(trace, [&](std::string_view line) { again += line, again += '\n'; });
    REQUIRE(replay);
    CHECK(replay->same());
    CHECK(replay->finished);
    CHECK(replay->steps > 1000);
    CHECK(again == trace);
}

TEST_CASE("so are calls whose model drops at any moment") {
    constexpr std::uint64_t seed = 12;
    std::mt19937_64 lot(seed);
    for (int i = 0; i < 10; ++i) {
        const milliseconds when(lot() % 30'000);
        INFO("seed " << seed << ", dropped at " << when.count());
        auto replay = trace::replay(TracedCall(when).text);
        REQUIRE(replay);
        CHECK(replay->same());
        CHECK(replay->finished);
    }
}

TEST_CASE("where the actions differ first is told, with both") {
    std::string trace = morning_call();
    SECTION("another action") {
        auto at = trace.find(R"({"action":"clear_playback"})");
        REQUIRE(at != std::string::npos);
        trace.replace(at, 27, R"({"action":"complete_call"})");
        auto line = 1 + static_cast<std::size_t>(
                            std::count(trace.begin(), trace.begin() + std::ptrdiff_t(at), '\n'));
        auto replay = trace::replay(trace);
        REQUIRE(replay);
        CHECK(replay->difference.line == line);
        CHECK(replay->difference.event == "speech_started");
        CHECK(replay->difference.recorded == R"({"action":"complete_call"})");
        CHECK(replay->difference.now == R"({"action":"clear_playback"})");
        CHECK_THAT(trace::in_words(replay->difference),
                   contains("s after the start, at speech_st"));
    }
    SECTION("one more") {
        auto at = trace.find(R"(,{"action":"send_mark")");
        REQUIRE(at != std::string::npos);
        trace.erase(at, trace.find('}', at) + 1 - at);
        auto replay = trace::replay(trace);
        REQUIRE(replay);
        CHECK(replay->difference.recorded.empty());
        CHECK_THAT(trace::in_words(replay->difference),
                   contains("recorded nothing, now {\"action"));
    }
}

TEST_CASE("a trace of before an action had all its members is not another one") {
    std::string trace = morning_call();
    auto at = trace.find(R"(,"words_only":false)");
    REQUIRE(at != std::string::npos);
    trace.erase(at, 19);
    auto replay = trace::replay(trace);
    REQUIRE(replay);
    CHECK(replay->same());
}

TEST_CASE("a trace that a crash cut short is gone through as far as it goes") {
    std::string trace = morning_call();
    trace.resize(trace.size() / 2);
    auto replay = trace::replay(trace);
    REQUIRE(replay);
    CHECK(replay->same());
    CHECK_FALSE(replay->finished);
}

TEST_CASE("what is no trace is refused with its line") {
    CHECK_FALSE(trace::replay(""));
    CHECK_THAT(trace::replay("{}\n").error().what, contains("line 1: no trace of a call"));
    std::string trace = morning_call();
    auto second = trace.find('\n') + 1;
    CHECK_THAT(trace::replay(trace.substr(0, second) + "nonsense\n").error().what,
               contains("line 2"));
    CHECK_FALSE(trace::replay(trace.substr(second)));
}

// A bad call that was mended stays mended: its trace, copied into that folder, is a test. Where
// other actions are meant by a change, `pa-sim replay --print` writes the trace anew.
TEST_CASE("the traces in tests/data/traces do what they did") {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(PA_TEST_DATA "/traces")) {
        INFO(entry.path().string());
        auto text = read_file(entry.path().string());
        REQUIRE(text);
        auto replay = trace::replay(*text);
        if (!replay) FAIL(replay.error().what);
        INFO(trace::in_words(replay->difference));
        CHECK(replay->same());
        ++count;
    }
    CHECK(count > 0);
}
