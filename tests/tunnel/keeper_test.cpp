#include "tunnel/keeper.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::tunnel;
using namespace std::chrono_literals;

namespace {

/// A provider whose agent is a script of /bin/sh and whose listing the test writes.
struct ScriptedProvider : Provider {
    Finding finding;
    std::vector<std::string> argv{"sh", "-c", "exec sleep 600"};
    std::vector<std::string> lines;
    int ended = 0;

    std::string_view name() const override { return "scripted"; }
    Finding look() override { return finding; }
    ChildOptions command() const override {
        ChildOptions child;
        child.argv = argv;
        child.pipe_stdin = child.pipe_stdout = child.pipe_stderr = true;
        return child;
    }
    std::optional<Trouble> read_line(std::string_view line) override {
        lines.emplace_back(line);
        if (line.starts_with("passing ")) return Trouble{std::string(line)};
        if (line.starts_with("fatal ")) return Trouble{std::string(line), Errc::credentials};
        return std::nullopt;
    }
    void child_ended() override { ++ended; }
    std::string_view install_hint() const override { return "install it: somehow"; }
};

struct Rig {
    ScriptedProvider provider;
    test::FakeHttp http;
    std::vector<std::string> urls, said;
    Keeper::TimePoint now{1000s};
    Keeper keeper{provider,
                  http,
                  {[this](const std::string& url) { urls.push_back(url); },
                   [this](std::string_view line) { said.emplace_back(line); }}};

    Rig() {
        http.on("GET https://a.example/healthz", 502, "ERR_NGROK_8012");
        http.on("GET https://b.example/healthz", 200, R"({"nonce":"n"})");
    }
    Status step(std::chrono::milliseconds later = 0ms) {
        now += later;
        return keeper.step(now);
    }
    /// Lets time pass as the tool would, a step whenever one is due.
    Status run(std::chrono::milliseconds span) {
        for (auto end = now + span; keeper.next() <= end;) {
            now = std::max(now, keeper.next());
            if (Status s = keeper.step(now); !s) return s;
        }
        return Done{};
    }
    /// Reads the child's output until `line` has come or the child has closed it.
    void read_until(const std::string& line) {
        while (provider.lines.empty() || provider.lines.back() != line) {
            pollfd out{keeper.child_out(), POLLIN, 0};
            if (out.fd < 0 || ::poll(&out, 1, 5000) <= 0) return;
            keeper.read_child(out.fd);
        }
    }
    /// Waits, without reaping it, until the child we started has ended.
    static void wait_for_end() {
        siginfo_t info{};
        ::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    }
};

}  // namespace

TEST_CASE("a tunnel that is there and works is told once") {
    Rig rig;
    rig.provider.finding = {"https://a.example", "here", {}};
    REQUIRE(rig.step());
    CHECK(rig.urls == std::vector<std::string>{"https://a.example"});
    CHECK(rig.keeper.next() == rig.now + 2s);
    CHECK(rig.keeper.child_out() == -1);  // nothing was started
    REQUIRE(rig.run(60s));
    CHECK(rig.urls.size() == 1);
    CHECK(rig.said.empty());
}

TEST_CASE("a new name is told when it works, not before") {
    Rig rig;
    rig.provider.finding.url = "https://a.example";
    REQUIRE(rig.step());
    rig.provider.finding.url = "https://new.example";  // does not resolve yet
    REQUIRE(rig.step(2s));
    CHECK(rig.urls.size() == 1);
    CHECK(rig.keeper.next() == rig.now + 300ms);
    rig.http.on("GET https://new.example/healthz", 502, "");
    REQUIRE(rig.step(300ms));
    CHECK(rig.urls.back() == "https://new.example");
}

TEST_CASE("a name that does not work is complained of after a while, once") {
    Rig rig;
    rig.provider.finding.url = "https://dead.example";
    REQUIRE(rig.run(9s));
    CHECK(rig.said.empty());
    REQUIRE(rig.run(60s));
    REQUIRE(rig.said.size() == 1);
    CHECK_THAT(rig.said[0], contains("https://dead.example"));
}

TEST_CASE("where there is no tunnel one is started, and it goes when we stop") {
    Rig rig;
    rig.provider.argv = {"sh", "-c", "echo ready; exec sleep 600"};
    REQUIRE(rig.step());
    REQUIRE(rig.keeper.child_out() >= 0);
    rig.read_until("ready");
    CHECK(rig.provider.lines.back() == "ready");
    rig.provider.finding.url = "https://b.example";
    REQUIRE(rig.step(300ms));
    CHECK(rig.urls == std::vector<std::string>{"https://b.example"});
    rig.keeper.stop();
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // no child is left
}

TEST_CASE("a stranger's tunnel is named, once, and one of our own is started") {
    Rig rig;
    rig.provider.finding.strangers = {
        {"https://s.example", "localhost:3000", "127.0.0.1:4040", 3000},
        {"https://t.example", "localhost:22", "127.0.0.1:4040", 22}};
    REQUIRE(rig.step());
    REQUIRE(rig.step(300ms));
    REQUIRE(rig.said.size() == 1);
    CHECK_THAT(rig.said[0], contains("https://s.example -> localhost:3000"));
    CHECK_THAT(rig.said[0], contains("https://t.example"));
    CHECK(rig.keeper.child_out() >= 0);
}

TEST_CASE("a program that dies is restarted after 1 s, then 2, at most 30, with one sentence") {
    Rig rig;
    rig.provider.argv = {"sh", "-c", "echo passing ERR_NGROK_108; exit 1"};
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 7; ++i) {
        while (rig.keeper.child_out() < 0 && rig.keeper.child_err() < 0)
            REQUIRE(rig.step(
                rig.keeper.next() > rig.now
                    ? std::chrono::ceil<std::chrono::milliseconds>(rig.keeper.next() - rig.now)
                    : 0ms));
        if (i > 0)
            pauses.back() =
                std::chrono::duration_cast<std::chrono::milliseconds>(rig.now.time_since_epoch()) -
                pauses.back();
        Rig::wait_for_end();
        REQUIRE(rig.step());
        CHECK(rig.provider.ended == i + 1);
        pauses.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(rig.now.time_since_epoch()));
    }
    pauses.pop_back();
    CHECK(pauses == std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 8s, 16s, 30s});
    REQUIRE(rig.said.size() == 1);
    CHECK_THAT(rig.said[0], contains("ERR_NGROK_108"));
}

TEST_CASE("what a person must mend ends it, with what the program said last") {
    Rig rig;
    rig.provider.argv = {"sh", "-c", "echo fatal token >&2; exit 1"};
    REQUIRE(rig.step());
    Rig::wait_for_end();
    Status ended = rig.step();
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Errc::credentials);
    CHECK(ended.error().what == "fatal token");
}

TEST_CASE("a program that is not installed is told with the line that installs it") {
    Rig rig;
    rig.provider.argv = {"/nonexistent/ngrok"};
    Status ended = rig.step();
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Errc::unavailable);
    CHECK_THAT(ended.error().what, contains("install it: somehow"));
}

TEST_CASE("a program that brings no tunnel up within 30 s is started again") {
    Rig rig;
    REQUIRE(rig.step());
    REQUIRE(rig.run(29s));
    CHECK(rig.provider.ended == 0);
    REQUIRE(rig.run(2s));
    CHECK(rig.provider.ended == 1);
    CHECK_THAT(rig.said.at(0), contains("scripted brought no tunnel up"));
}

TEST_CASE("a tunnel that was only found gets some seconds to come back before we start one") {
    Rig rig;
    rig.provider.finding.url = "https://a.example";
    REQUIRE(rig.step());
    rig.provider.finding.url.clear();
    REQUIRE(rig.run(6s));
    CHECK(rig.keeper.child_out() == -1);
    REQUIRE(rig.run(4s));
    CHECK(rig.keeper.child_out() >= 0);
    rig.provider.finding.url = "https://a.example";
    REQUIRE(rig.step(300ms));
    CHECK(rig.urls.size() == 1);  // the same name again is no news
}
