#include "act/functions.hpp"

#include "act/actor.hpp"
#include "act/memory.hpp"
#include "act/remember.hpp"
#include "act/spool.hpp"
#include "base/file.hpp"
#include "json/document.hpp"
#include "store/call_log.hpp"
#include "store/ledger.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using act::MemoryMode;

namespace {

struct Desk {
    Desk() {
        set_process_timezone("Asia/Seoul");
        settings.directory = settings.workspace_dir = dir.path();
        settings.call_log_dir = dir / "call_logs";
    }
    ~Desk() { set_process_timezone("UTC"); }
    std::string call(const std::string& name, const std::string& arguments,
                     const std::string& wish = "c1") {
        act::FunctionContext context{
            settings, *parse_iso("2026-02-28T23:49:32+09:00"), wish, "+821000001234",
            [](std::string_view words) {
                return words == "내일 7시" ? parse_iso("2026-03-01T07:00:00+09:00") : std::nullopt;
            }};
        auto answer = act::call_function(name, arguments, context);
        REQUIRE(answer);
        REQUIRE(json::Document::parse(*answer));
        return *answer;
    }
    std::string text(const std::string& name) { return *read_file(dir / name); }
    std::string file() { return dir / "MEMORY.md"; }

    test::Scratch dir;
    config::Settings settings;
};

}  // namespace

TEST_CASE("every shipped function has a description that a session takes, and a front end") {
    CHECK(act::shipped_functions().size() == 7);
    for (std::string_view name : act::shipped_functions()) {
        INFO(name);
        auto text = act::describe_function(name);
        REQUIRE(text);
        auto description = json::Document::parse(*text);
        REQUIRE(description);
        CHECK_FALSE(description->root()["description"].text().empty());
        CHECK(description->root()["parameters"]["type"].text() == "object");
        description->root()["parameters"]["required"].for_each([&](json::Value v) {
            CHECK(description->root()["parameters"]["properties"][v.text()].is_object());
        });
        auto script = read_file(std::string(PA_SHARE) + "/functions/" + std::string(name));
        REQUIRE(script);
        CHECK_THAT(*script, contains("--function " + std::string(name)));
    }
    CHECK_FALSE(act::describe_function("rm"));
}

TEST_CASE("the list is read, added to once per wish, and ticked") {
    Desk d;
    CHECK(d.call("todo-list", "{}") == R"({"open":[]})");
    CHECK_THAT(d.call("todo-add", R"({"text":"우유 사기"})"), contains(R"("ok":true)"));
    CHECK_THAT(d.call("todo-add", R"({"text":"우유 사기"})"), contains(R"("ok":true)"));
    CHECK_THAT(d.call("todo-add", R"({"text":"우유 사기"})", "c2"), contains("already"));
    CHECK(d.call("todo-list", "") == R"({"open":["우유 사기"]})");
    CHECK_THAT(d.call("todo-done", R"({"text":"빵"})"), contains("error") && contains("우유 사기"));
    CHECK_THAT(d.call("todo-done", R"({"text":"우유"})"), contains(R"("done":"우유 사기")"));
    CHECK(d.call("todo-list", "{}") == R"({"open":[]})");
    CHECK_THAT(d.call("todo-add", "{}"), contains("error"));
}

TEST_CASE("a call later is one job per wish, for the number of this call") {
    Desk d;
    for (int i = 0; i < 2; ++i)
        CHECK_THAT(d.call("call-me-later", R"({"when":"내일 7시","about":"모닝콜"})"),
                   contains("2026-03-01 07:00 (Sun)"));
    std::size_t jobs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(d.dir / "spool/jobs")) {
        ++jobs;
        std::string job = *read_file(entry.path().string());
        CHECK_THAT(job, contains(R"("to":"+821000001234")") && contains("모닝콜") &&
                            contains(R"("asked":true)"));
    }
    CHECK(jobs == 1);
    CHECK_THAT(d.call("call-me-later", R"({"when":"나중에","about":"x"})"), contains("error"));
}

TEST_CASE("a call that was arranged while speaking is not made twice, and tells all") {
    Desk d;
    d.settings.my_phone = *PhoneNumber::parse("+821000001234");
    d.call("call-me-later", R"({"when":"내일 7시","about":"모닝콜"})");
    store::Request q;
    q.id = "f000000000000001";
    q.type = "reminder";
    q.title = "약 먹기";
    q.quote = "일곱 시에 약 먹으라고 해 줘";
    q.by_owner = true;
    q.confidence = 0.9;
    q.due_at = *parse_iso("2026-03-01T07:00:00+09:00");
    act::ActOptions options;
    options.now = [] { return *parse_iso("2026-02-28T23:55:00+09:00"); };
    auto receipt = act::Actor(d.settings, options).act(q);
    REQUIRE(receipt);
    CHECK(receipt->status == "skipped");
    CHECK_THAT(receipt->what, contains("was arranged while speaking"));
    auto jobs = act::Spool(d.settings.directory, "+821000001234").list("jobs");
    REQUIRE(jobs);
    REQUIRE(jobs->size() == 1);
    CHECK_THAT(jobs->front().about, contains("모닝콜") && contains("약 먹으라고"));
    // At another time it is another call.
    q.id = "f000000000000002";
    q.due_at = *q.due_at + std::chrono::hours(1);
    CHECK(act::Actor(d.settings, options).act(q)->status == "scheduled");
}

TEST_CASE("the time and the calendar are told") {
    Desk d;
    CHECK(d.call("now", "{}") ==
          R"({"now":"2026-02-28T23:49:32+09:00","weekday":"Saturday","timezone":"Asia/Seoul"})");
    d.dir.put("calendar/x.ics",
              "BEGIN:VEVENT\nDTSTART:20260302T100000\nSUMMARY:회의\nEND:VEVENT\n"
              "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260303\nSUMMARY:생일\nEND:VEVENT\n");
    CHECK(
        d.call("calendar-next", "{}") ==
        R"x({"days":7,"events":[{"at":"2026-03-02 10:00 (Mon)","in_minutes":2050,"title":"회의"},)x"
        R"x({"at":"2026-03-03 all day (Tue)","title":"생일"}]})x");
    CHECK(d.call("calendar-next", R"({"days":1})") == R"({"days":1,"events":[]})");
}

TEST_CASE("what is remembered stands at the end of MEMORY.md under its day, each fact once") {
    Desk d;
    const std::string before =
        "# MEMORY.md - 장기 기억\n\n## 2026-02-27 (금)\n\n### 작업 내역\n- 설치";
    d.dir.put("MEMORY.md", before);
    d.call("remember", R"({"text":"매운 음식을 못 먹는다"})");
    const std::string first =
        before + "\n\n## 2026-02-28 (토)\n\n### 통화 내역\n- 기억: 매운 음식을 못 먹는다\n";
    CHECK(d.text("MEMORY.md") == first);
    CHECK_THAT(d.call("remember", R"({"text":"매운 음식을 못 먹는다."})"), contains("already"));
    d.call("remember", R"({"text":"개 이름은\n## 초코 <!-- phone: no -->"})");
    CHECK(d.text("MEMORY.md") == first + "- 기억: 개 이름은 ## 초코 <! -- phone: no -->\n");
}

TEST_CASE("calls with the owner are remembered once, calls with others never") {
    Desk d;
    store::Ledger ledger;
    for (bool owner : {true, false}) {
        store::CallLog log;
        log.meta.call_sid = owner ? "CA01" : "CA02";
        log.meta.owner = owner;
        log.meta.started_at = log.meta.ended_at = *parse_iso("2026-02-28T23:49:32+09:00");
        auto path = store::save_log(d.settings.call_log_dir, log);
        REQUIRE(path);
        store::Findings f;
        f.log = path->substr(path->rfind('/') + 1);
        f.summary = {"모닝콜을 부탁했다.", "우유도."};
        f.facts.push_back({owner ? "개를 키운다" : "비밀을 캐묻는다", "q", 1});
        ledger.emplace(log.meta.call_sid, f);
    }
    REQUIRE(store::add_to_ledger(d.settings.call_log_dir, ledger));
    CHECK(act::remember_calls(d.settings, MemoryMode::off)->empty());
    auto receipts = act::remember_calls(d.settings, MemoryMode::append);
    REQUIRE(receipts);
    REQUIRE(receipts->size() == 1);
    CHECK(receipts->front().request_id == "memory-CA01");
    CHECK(receipts->front().status == "done");
    CHECK(d.text("MEMORY.md") ==
          "# MEMORY.md\n\n## 2026-02-28 (토)\n\n### 통화 내역\n"
          "- 23:49 모닝콜을 부탁했다. 우유도.\n- 기억: 개를 키운다\n");
    CHECK(act::remember_calls(d.settings, MemoryMode::append)->empty());
    // A crash between the deed and its receipt.
    REQUIRE(std::remove((d.dir / "spool/receipts.jsonl").c_str()) == 0);
    std::string before = d.text("MEMORY.md");
    CHECK(act::remember_calls(d.settings, MemoryMode::append)->front().status == "skipped");
    CHECK(d.text("MEMORY.md") == before);
}

TEST_CASE("a proposal is a patch that makes the same file") {
    for (const char* before : {"", "# M\n", "# M\n\n## 2026-02-28 (토)\n- 끝줄", "x\n- 줄\n"}) {
        INFO(before);
        Desk d;
        if (*before != '\0') d.dir.put("MEMORY.md", before);
        act::MemoryFile memory(d.dir.path(), d.dir / "spool", "ko");
        act::Memorable m{*parse_iso("2026-02-28T23:49:32+09:00"), {"한 줄"}, {"사실 하나", "둘"}};
        REQUIRE(*memory.propose(m, d.dir / "spool/memory/x.patch"));
        std::string patch = "cd '" + d.dir.path() +
                            "' && cp MEMORY.md p.md 2>/dev/null; patch -s p.md " +
                            "spool/memory/x.patch 2>/dev/null";
        bool has_patch = std::system("command -v patch >/dev/null") == 0;
        int status = has_patch ? std::system(patch.c_str()) : 0;
        REQUIRE(*memory.add(m));
        if (!has_patch) continue;  // a tool of every system that has a compiler, but not of ours
        CHECK(status == 0);
        CHECK(d.text("p.md") == d.text("MEMORY.md"));
    }
}
