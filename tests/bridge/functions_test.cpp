#include "bridge/functions.hpp"

#include <csignal>
#include <future>

#include "bridge/briefing.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace pa::bridge;
using namespace std::chrono_literals;

namespace {

constexpr const char* described =
    R"({"description":"Does it","parameters":{"type":"object","properties":{}}})";

struct Desk {
    Desk() {
        ::signal(SIGPIPE, SIG_IGN);  // as in every tool
        settings.directory = settings.workspace_dir = dir.path();
        settings.my_phone = *PhoneNumber::parse("+821000001234");
        settings.owners = {*settings.my_phone};
    }
    void function(const std::string& name, const std::string& script) {
        dir.put("functions/" + name, "#!/bin/sh\n" + script + "\n", 0755);
        dir.put("functions/" + name + ".json", described);
    }
    FunctionRun wish(const std::string& name, const std::string& arguments = "{}") const {
        FunctionRun run;
        run.call.call_sid = "CA01";
        run.call.direction = "outbound";
        run.call.to = "+821000001234";
        run.call_id = "call_1";
        run.function = {name, dir / ("functions/" + name), "x", "{}"};
        run.arguments = arguments;
        return run;
    }
    FunctionResult run(const std::string& name, const std::string& arguments = "{}",
                       std::chrono::milliseconds timeout = 10s) {
        return run_function(settings, wish(name, arguments), {}, timeout);
    }
    FunctionList list() { return catalog.list(settings, warnings); }

    test::Scratch dir;
    config::Settings settings;
    FunctionCatalog catalog;
    std::vector<std::string> warnings;
};

}  // namespace

TEST_CASE("what is executable and describes itself is offered, in order of name") {
    Desk d;
    d.function("b-two", "true");
    d.dir.put("functions/a_one",
              std::string("#!/bin/sh\n[ \"$1\" = --describe ] && echo '") + described + "'\n",
              0755);
    d.dir.put("functions/notes.txt", "text", 0755);
    d.dir.put("functions/plain", "text", 0644);
    d.dir.put("functions/end_call", "#!/bin/sh\n", 0755);
    d.dir.put("functions/silent", "#!/bin/sh\n", 0755);
    d.dir.put("functions/wrong", "#!/bin/sh\n", 0755);
    d.dir.put("functions/wrong.json", R"({"description":"x","parameters":{"type":"string"}})");
    FunctionList list = d.list();
    REQUIRE(list.size() == 2);
    CHECK(list[0].name == "a_one");
    CHECK(list[1].name == "b-two");
    CHECK(d.warnings.size() == 2);
    auto tools = json::Document::parse(tools_with(list));
    REQUIRE(tools);
    REQUIRE(tools->root().size() == 3);
    CHECK(tools->root().at(0)["name"].text() == "end_call");
    CHECK(tools->root().at(1)["parameters"]["type"].text() == "object");
}

TEST_CASE("a description is asked for once, until the file changes") {
    Desk d;
    const std::string script =
        std::string("#!/bin/sh\necho asked >>\"$PA_AGENT_DIR/asked\"\necho '") + described + "'\n";
    d.dir.put("functions/f", script, 0755);
    for (int i = 0; i < 3; ++i) CHECK(d.list().size() == 1);
    CHECK(*read_file(d.dir / "asked") == "asked\n");
    d.dir.put("functions/f", script + "# changed\n", 0755);
    CHECK(d.list().size() == 1);
    CHECK(*read_file(d.dir / "asked") == "asked\nasked\n");
}

TEST_CASE("a function gets its arguments on stdin and an environment without anything of ours") {
    Desk d;
    ::setenv("PA_TEST_SECRET", "x", 1);
    d.settings.timezone = "Europe/Berlin";
    d.function("f",
               "read line; echo "
               "\"$line|$PA_CALL_SID|$PA_CALL_ID|$PA_CALLER|$PA_TEST_SECRET|$TIMEZONE|$PWD\"");
    FunctionResult r = d.run("f", R"({"text":"$(rm -rf /); 우유"})");
    ::unsetenv("PA_TEST_SECRET");
    CHECK(r.ok);
    CHECK_THAT(
        r.output,
        contains(R"({"text":"$(rm -rf /); 우유"}|CA01|call_1|+821000001234||Europe/Berlin|)"));
}

TEST_CASE("a function knows the keys that were pressed") {
    Desk d;
    d.function("f", "echo \"$PA_KEYS\"");
    FunctionRun wish = d.wish("f", "{}");
    wish.keys = "12#";
    CHECK(run_function(d.settings, wish, {}, 10s).output == "12#");
}

TEST_CASE("failures are told to the model as such") {
    Desk d;
    d.function("status", "echo why not >&2; exit 3");
    d.function("told", "echo '{\"error\":\"no such item\"}'; exit 1");
    d.function("slow", "sleep 30 & wait");
    d.function("loud", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
    d.function("mute", "exit 0");
    CHECK(d.run("status").output == R"({"error":"why not"})");
    CHECK_FALSE(d.run("status").ok);
    CHECK(d.run("told").output == R"({"error":"no such item"})");
    auto start = std::chrono::steady_clock::now();
    CHECK_THAT(d.run("slow", "{}", 1s).output, contains("longer than 1 s"));
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK_THAT(d.run("loud").output, contains("too much"));
    CHECK(d.run("mute").output == R"({"ok":true})");
    CHECK_THAT(d.run("absent").output, contains("cannot start"));
    CHECK_THAT(d.run("mute", "[1]").output, contains("no JSON object"));
    CHECK_THAT(d.run("mute", "{").output, contains("no JSON object"));
}

TEST_CASE("a call's functions end with it, and are answered once each") {
    Desk d;
    d.function("slow", "echo run >>runs; sleep 30 & wait");
    std::vector<std::promise<FunctionResult>> results(6);
    FunctionRunner runner;
    for (auto& result : results)
        runner.run(d.settings, d.wish("slow"),
                   [&result](FunctionResult r) { result.set_value(std::move(r)); });
    for (int i = 0; i < 1000 && !file_exists(d.dir / "runs"); ++i)
        std::this_thread::sleep_for(10ms);  // for another process's deed
    auto start = std::chrono::steady_clock::now();
    runner.end_call("CA01");
    for (auto& result : results)
        CHECK_THAT(result.get_future().get().output, contains("call is over"));
    CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("more of one call than may run or wait are a failure at once") {
    Desk d;
    d.function("quick", "true");
    d.function("slow", "sleep 30 & wait");
    std::atomic<int> refused{0}, answered{0};
    {
        FunctionRunner runner;
        for (int i = 0; i < FunctionRunner::most_of_a_call + 3; ++i)
            runner.run(d.settings, d.wish("slow"), [&](const FunctionResult& r) {
                ++answered;
                if (r.output.find("too many") != std::string::npos) ++refused;
            });
        runner.end_call("CA01");
    }
    CHECK(refused == 3);
    CHECK(answered == FunctionRunner::most_of_a_call + 3);
}

TEST_CASE("only calls with the owner are offered functions") {
    Desk d;
    d.dir.put("persona.md", "너는 하나야.");
    d.function("f", "true");
    CallFacts facts{"CA1", "outbound", "+15550001000", "+821000001234", {}};
    auto owner = brief(d.settings, facts, {}, &d.catalog);
    REQUIRE(owner);
    CHECK_THAT(owner->model.tools.str(), contains(R"("name":"f")") && contains("end_call"));
    CHECK(find_function(owner->functions, "f") != nullptr);
    CHECK(find_function(owner->functions, "end_call") == nullptr);
    facts.to = "+821000005678";
    auto other = brief(d.settings, facts, {}, &d.catalog);
    REQUIRE(other);
    CHECK_THAT(other->model.tools.str(), !contains(R"("name":"f")") && contains("end_call"));
    CHECK(other->functions.empty());
    // Before the PIN nothing; the functions are at hand for when it is given.
    d.settings.caller_pin = Secret("4711");
    auto unproved =
        brief(d.settings, {"CA1", "inbound", "+821000001234", "+15550001000", {}}, {}, &d.catalog);
    REQUIRE(unproved);
    CHECK_THAT(unproved->model.tools.str(), !contains(R"("name":"f")"));
    CHECK(unproved->functions.size() == 1);
}

TEST_CASE("the next call with the owner settles what was left open") {
    Desk d;
    d.dir.put("persona.md", "너는 하나야.");
    d.dir.put(
        "spool/ask.jsonl",
        R"({"schema":"phone-agent/ask/1","request_id":"q1","type":"call_back","title":"다시 전화","quote":"나중에 전화해","call_sid":"CA0","why":"no time"})"
        "\n");
    CallFacts facts{"CA1", "outbound", "+15550001000", "+821000001234", {}};
    auto owner = brief(d.settings, facts, {});
    REQUIRE(owner);
    CHECK_THAT(owner->model.instructions.str(),
               contains("- 다시 전화 (\"나중에 전화해\"): 언제인지 묻는다"));
    CHECK(owner->questions == std::vector<std::string>{"q1"});
    CHECK(owner->meta.about.empty());
    facts.to = "+821000005678";
    CHECK_THAT(brief(d.settings, facts, {})->model.instructions.str(), !contains("다시 전화"));
}
