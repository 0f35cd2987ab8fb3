#include "sim/caller.hpp"

#include "support/catch.hpp"

using namespace pa::sim;
using namespace std::chrono_literals;

namespace {

const pa::call::TimePoint t0{1000s};

CallerStep step(const std::string& when, int after_ms) {
    CallerStep s;
    s.when = when;
    s.after_ms = after_ms;
    return s;
}
CallerStep say(const std::string& when, int after_ms, const std::string& clip) {
    auto s = step(when, after_ms);
    s.say = clip;
    return s;
}
CallerStep hang_up(const std::string& when, int after_ms) {
    auto s = step(when, after_ms);
    s.hang_up = true;
    return s;
}

/// Runs a caller and notes what it did at which millisecond. The agent is audible in [from, to).
struct Line {
    explicit Line(CallerScript script)
        : caller(
              std::move(script),
              [this](std::string_view id) {
                  return id == "hi" ? std::string_view(clip) : std::string_view();
              },
              1) {
        caller.answered(t0);
    }
    void run(int until_ms) {
        while (auto due = caller.next_due()) {
            const auto ms = static_cast<int>((*due - t0) / 1ms);
            if (ms >= until_ms) return;
            bool audible = false;
            for (auto [from, to] : agent) audible = audible || (ms >= from && ms < to);
            auto out = caller.tick(audible);
            CHECK(out.frame.size() == 160);
            sent += out.frame;
            if (out.lost) ++lost;
            if (!out.began.empty()) did.push_back(std::to_string(ms) + " began");
            if (!out.ended.empty()) did.push_back(std::to_string(ms) + " ended");
            if (out.key != 0) did.push_back(std::to_string(ms) + " key " + out.key);
            if (out.hang_up) did.push_back(std::to_string(ms) + " hung up");
        }
    }
    std::string clip = std::string(400, 'a');  // 50 ms: the third frame is half silence
    Caller caller;
    std::vector<std::pair<int, int>> agent;
    std::vector<std::string> did;
    std::string sent;
    int lost = 0;
};
using Did = std::vector<std::string>;

CallerScript script(std::vector<CallerStep> steps) {
    CallerScript s;
    s.script = std::move(steps);
    return s;
}

}  // namespace

TEST_CASE("a caller says a clip some time after the answer, then waits, then hangs up") {
    auto pause = step("then", 0);
    pause.silence_ms = 100;
    Line line(script({say("answered", 100, "hi"), pause, hang_up("then", 40)}));
    line.run(1000);
    CHECK(line.did == Did{"100 began", "140 ended", "320 hung up"});
    CHECK(line.sent.substr(800, 480) == line.clip + std::string(80, '\xff'));
    CHECK(line.sent.substr(0, 800) == std::string(800, '\xff'));
}

TEST_CASE("a barge-in waits until the agent has been heard for long enough") {
    Line line(script({say("agent-speaking", 300, "hi")}));
    line.agent = {{200, 400}, {500, 2000}};  // a pause of 100 ms does not interrupt
    line.run(1000);
    CHECK(line.did.at(0) == "500 began");
}

TEST_CASE("a pause of more than 700 ms begins the agent's speech anew") {
    Line line(script({say("agent-speaking", 300, "hi")}));
    line.agent = {{0, 200}, {1000, 2000}};
    line.run(3000);
    CHECK(line.did.at(0) == "1300 began");
}

TEST_CASE("an answer waits until the agent has spoken and fallen silent") {
    Line line(script({say("agent-silent", 500, "hi"), say("agent-silent", 500, "hi")}));
    line.agent = {{400, 1000}, {2000, 2500}};
    line.run(4000);
    CHECK(line.did == Did{"1480 began", "1520 ended", "2980 began", "3020 ended"});
}

TEST_CASE("a step whose condition never holds is taken when its time is over") {
    auto s = say("agent-silent", 500, "hi");
    s.at_most_ms = 700;
    Line line(script({s}));
    line.run(2000);
    CHECK(line.did.at(0) == "700 began");
    CHECK(line.caller.finished());
    CHECK(line.caller.next_due());  // still on the line
}

TEST_CASE("keys are pressed one after the other") {
    auto s = step("answered", 100);
    s.key = "12#";
    Line line(script({s}));
    line.run(2000);
    CHECK(line.did == Did{"100 key 1", "360 key 2", "600 key #"});
}

TEST_CASE("noise fills the silence and loss takes frames, the same for one seed") {
    CallerScript noisy;
    noisy.noise = 0.01;
    noisy.loss = 0.2;
    Line a(noisy), b(noisy);
    a.run(2000);
    b.run(2000);
    CHECK(a.sent == b.sent);
    CHECK(a.sent.find_first_not_of('\xff') != std::string::npos);
    CHECK(a.lost > 5);
    CHECK(a.lost < 45);
}
