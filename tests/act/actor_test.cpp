#include "act/actor.hpp"

#include <csignal>

#include "act/overview.hpp"
#include "base/file.hpp"
#include "store/ledger.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace std::chrono_literals;
using act::Receipt;

namespace {

struct Desk {
    Desk() {
        ::signal(SIGPIPE, SIG_IGN);  // as in every tool: a handler need not read its input
        set_process_timezone("Asia/Seoul");
        settings.directory = settings.workspace_dir = dir.path();
        settings.call_log_dir = dir / "call_logs";
        settings.my_phone = *PhoneNumber::parse("+821000001234");
        options.now = [this] { return now; };
    }
    ~Desk() { set_process_timezone("UTC"); }

    store::Request request(const std::string& id, const std::string& type) const {
        store::Request q;
        q.id = id;
        q.call_sid = "CA01";
        q.type = type;
        q.title = "일 " + id;
        q.quote = "그 말";
        q.by_owner = true;
        q.confidence = 0.9;
        if (type != "todo") q.due_at = now + 24h;
        return q;
    }
    Receipt act(const store::Request& q) {
        auto receipt = act::Actor(settings, options).act(q);
        REQUIRE(receipt);
        return *receipt;
    }
    std::size_t receipts() {
        act::ReceiptBook book(dir / "spool");
        REQUIRE(book.refresh());
        return book.all().size();
    }
    std::string text(const std::string& name) { return *read_file(dir / name); }

    test::Scratch dir;
    config::Settings settings;
    act::ActOptions options;
    WallTime now = *parse_iso("2026-02-28T23:49:32+09:00");
};

}  // namespace

TEST_CASE("each type has its deed and its receipt, once") {
    Desk d;
    struct Row {
        const char *type, *status, *where;
    };
    const Row rows[] = {{"reminder", "scheduled", "spool/jobs/a0.json"},
                        {"call_back", "scheduled", "spool/jobs/a1.json"},
                        {"todo", "done", "TODO.md"},
                        {"calendar", "done", "calendar/a3.ics"}};
    int i = 0;
    for (const Row& row : rows) {
        INFO(row.type);
        auto q = d.request("a" + std::to_string(i++), row.type);
        Receipt r = d.act(q);
        CHECK(r.status == row.status);
        CHECK(r.where == row.where);
        CHECK(r.undo == "pa-act --undo " + q.id);
        CHECK(file_exists(d.dir / row.where));
        CHECK(d.act(q).status == "skipped");
    }
    CHECK(d.receipts() == 4);
}

TEST_CASE("a deed without its receipt, as a crash leaves it, is not done again") {
    Desk d;
    for (const char* type : {"reminder", "todo", "calendar"}) {
        INFO(type);
        auto q = d.request(std::string("b") + type, type);
        Receipt first = d.act(q);
        std::string before = d.text(first.where);
        REQUIRE(std::remove((d.dir / "spool/receipts.jsonl").c_str()) == 0);
        d.now += 1h;
        Receipt again = d.act(q);
        CHECK(again.status == first.status);
        CHECK(again.where == first.where);
        CHECK(d.text(first.where) == before);
    }
}

TEST_CASE("a request without a usable time asks back instead of guessing") {
    Desk d;
    auto none = d.request("c1", "reminder");
    none.due_at.reset();
    auto day = d.request("c2", "call_back");
    day.all_day = true;
    auto invented = d.request("c3", "reminder");
    invented.confidence = 0.3;
    invented.note = "no words of time in the call support the time";
    for (const auto& q : {none, day, invented}) {
        Receipt r = d.act(q);
        CHECK(r.status == "scheduled");
        CHECK(r.where == "spool/ask.jsonl");
    }
    act::AskList asks(d.dir / "spool");
    REQUIRE(asks.open()->size() == 3);
    CHECK(asks.open()->at(1).why == "only the day was named");
    CHECK(*asks.close("c2"));
    CHECK_FALSE(*asks.close("c2"));
    CHECK(asks.open()->size() == 2);
    auto event = d.request("c4", "calendar");
    event.all_day = true;
    CHECK(d.act(event).status == "done");
}

TEST_CASE("what others than the owner ask for becomes a todo with their number") {
    Desk d;
    auto q = d.request("d1", "call_back");
    q.by_owner = false;
    q.phone = "+821000007777";
    Receipt r = d.act(q);
    CHECK(r.where == "TODO.md");
    CHECK_THAT(d.text("TODO.md"), contains("- [ ] 일 d1 (2026-03-01 23:49 (Sun)) (+821000007777)"));
    CHECK_FALSE(file_exists(d.dir / "spool/jobs/d1.json"));
}

TEST_CASE("what a function did in the call is skipped") {
    Desk d;
    auto q = d.request("e1", "todo");
    q.fulfilled = true;
    CHECK(d.act(q).status == "skipped");
    CHECK_FALSE(file_exists(d.dir / "TODO.md"));
    CHECK(d.receipts() == 1);
}

TEST_CASE("a time that has passed is skipped, or repeats ahead") {
    Desk d;
    auto q = d.request("f1", "reminder");
    q.due_at = d.now - 31min;
    CHECK(d.act(q).status == "skipped");
    q.id = "f2";
    q.due_at = d.now - 29min;
    CHECK(d.act(q).status == "scheduled");
    q.id = "f3";
    q.due_at = d.now - 72h;
    q.repeat = "daily";
    CHECK(d.act(q).status == "scheduled");
    CHECK_THAT(d.text("spool/jobs/f3.json"), contains(R"("run_at":"2026-03-01T23:49:32+09:00")"));
}

TEST_CASE("a number that may not be called fails here, with the reason") {
    Desk d;
    auto q = d.request("g1", "call_back");
    q.phone = "+15550100001";
    Receipt r = d.act(q);
    CHECK(r.status == "failed");
    CHECK_THAT(r.what, contains("ALLOWED_COUNTRIES"));
    q.id = "g2";
    q.phone = "112";
    CHECK(d.act(q).status == "failed");
    d.settings.my_phone.reset();
    CHECK(d.act(d.request("g3", "reminder")).status == "failed");
}

TEST_CASE("a call before an event, where it is configured") {
    Desk d;
    d.settings.calendar_call_minutes = 30;
    auto q = d.request("h1", "calendar");
    CHECK_THAT(d.act(q).what, contains("call at 2026-03-01 23:19 (Sun)"));
    CHECK_THAT(d.text("spool/jobs/h1-before.json"), contains(R"("asked":false)"));
    auto undone = act::Actor(d.settings, d.options).undo("h1");
    REQUIRE(undone);
    CHECK(undone->what == "undone: the call, the event");
    CHECK_FALSE(file_exists(d.dir / "calendar/h1.ics"));
}

TEST_CASE("a dry run touches nothing") {
    Desk d;
    d.options.dry_run = true;
    for (const char* type : {"reminder", "todo", "calendar"}) {
        Receipt r = d.act(d.request("i1", type));
        CHECK_THAT(r.what, contains("would be"));
    }
    CHECK(std::filesystem::is_empty(d.dir.path()));
}

TEST_CASE("undoing takes back what is there, once, and the request stays undone") {
    Desk d;
    for (const char* type : {"reminder", "todo", "calendar"}) {
        auto q = d.request(std::string("j") + type, type);
        d.act(q);
        act::Actor actor(d.settings, d.options);
        auto undone = actor.undo(q.id);
        REQUIRE(undone);
        CHECK(undone->status == "skipped");
        auto twice = actor.undo(q.id);
        REQUIRE_FALSE(twice);
        CHECK(twice.error().code == Errc::no);
        CHECK(d.act(q).status == "skipped");
    }
    CHECK_THAT(d.text("TODO.md"), !contains("jtodo"));
    CHECK_FALSE(act::Actor(d.settings, d.options).undo("../x"));
}

TEST_CASE("a handler carries a type out, in a clean environment, and its receipt counts") {
    Desk d;
    ::setenv("PA_TEST_SECRET", "x", 1);
    d.dir.put(
        "handlers/order_pizza",
        "#!/bin/sh\ncat > got.json\n"
        "echo \"{\\\"schema\\\":\\\"phone-agent/receipt/1\\\",\\\"request_id\\\":\\\"other\\\","
        "\\\"status\\\":\\\"done\\\",\\\"what\\\":\\\"$PA_REQUEST_ID $PA_TEST_SECRET\\\","
        "\\\"undo\\\":\\\"ask the shop\\\"}\"\n",
        0755);
    auto q = d.request("k1", "order_pizza");
    Receipt r = d.act(q);
    ::unsetenv("PA_TEST_SECRET");
    CHECK(r.status == "done");
    CHECK(r.request_id == "k1");
    CHECK(r.what == "k1 ");
    CHECK(store::read_request(d.text("got.json"))->id == "k1");
    CHECK(d.act(q).status == "skipped");
    auto undone = act::Actor(d.settings, d.options).undo("k1");
    REQUIRE_FALSE(undone);
    CHECK_THAT(undone.error().what, contains("ask the shop"));
}

TEST_CASE("a handler that fails, hangs, babbles or cannot run has a receipt that says so") {
    Desk d;
    d.options.handler_timeout = 1s;
    struct Row {
        const char *type, *script, *what;
        bool retry;
    };
    const Row rows[] = {{"fails", "exit 3", "status 3", false},
                        {"later", "exit 75", "later", true},
                        {"hangs", "sleep 60 & wait", "longer than 1 s", false},
                        {"babbles", "while :; do echo xxxxxxxxxxxxxxxx; done", "64 KiB", false}};
    for (const Row& row : rows) {
        INFO(row.type);
        d.dir.put(std::string("handlers/") + row.type,
                  std::string("#!/bin/sh\n") + row.script + "\n", 0755);
        Receipt r = d.act(d.request(std::string("l") + row.type, row.type));
        CHECK(r.status == "failed");
        CHECK(r.retry == row.retry);
        CHECK_THAT(r.what, contains(row.what));
    }
    d.dir.put("handlers/plain", "text", 0644);
    CHECK_THAT(d.act(d.request("lplain", "plain")).what, contains("chmod +x"));
    CHECK_THAT(d.act(d.request("lnone", "none")).what, contains("handlers/none"));
}

TEST_CASE("a handler that was interrupted is not run again by itself") {
    Desk d;
    d.dir.put("handlers/once", "#!/bin/sh\necho run >> runs\n", 0755);
    auto q = d.request("m1", "once");
    d.dir.put("spool/begun/m1", "");
    Receipt r = d.act(q);
    CHECK(r.status == "failed");
    CHECK_THAT(r.what, contains("pa-act --again m1"));
    CHECK_FALSE(file_exists(d.dir / "runs"));
    d.options.again = true;
    CHECK(d.act(q).status == "done");
    CHECK(d.text("runs") == "run\n");
}

TEST_CASE("the list tells what is open, done and failed; promises are those without a receipt") {
    Desk d;
    store::Findings f;
    auto promised = d.request("n1", "todo");
    promised.promised = true;
    auto other = d.request("n2", "reminder");
    f.requests = {promised, other, d.request("n3", "none")};
    REQUIRE(store::add_to_ledger(d.settings.call_log_dir, {{"CA01", f}}));
    auto open = act::promises(d.settings);
    REQUIRE(open);
    REQUIRE(open->size() == 1);
    CHECK(open->front().id == "n1");
    for (const auto& q : f.requests) d.act(q);
    CHECK(act::promises(d.settings)->empty());
    auto list = act::overview(d.settings);
    REQUIRE(list);
    REQUIRE(list->size() == 3);
    CHECK(list->at(0).state == "open");
    CHECK(list->at(0).id == "n2");
    CHECK(list->at(1).state == "failed");
    CHECK(list->at(2).state == "done");
}

TEST_CASE("a promise that failed or whose time passed is open until it is kept or let go") {
    Desk d;
    store::Findings f;
    auto failing = d.request("o1", "dance"), late = d.request("o2", "reminder");
    late.due_at = d.now - 2h;
    failing.promised = late.promised = true;
    f.requests = {failing, late};
    REQUIRE(store::add_to_ledger(d.settings.call_log_dir, {{"CA01", f}}));
    for (const auto& q : f.requests) d.act(q);
    auto open = act::promises(d.settings);
    REQUIRE(open);
    REQUIRE(open->size() == 2);
    CHECK_THAT(open->at(0).what, contains("promised, but nothing carries out dance"));
    CHECK_THAT(open->at(1).what, contains("has passed"));
    d.dir.put("handlers/dance", "#!/bin/sh\n", 0755);
    d.options.again = true;
    CHECK(d.act(failing).status == "done");
    REQUIRE(act::Actor(d.settings, d.options).undo("o2"));
    CHECK(act::promises(d.settings)->empty());
    CHECK_FALSE(act::Actor(d.settings, d.options).undo("o2"));
}

TEST_CASE("a question that was asked is open no more") {
    Desk d;
    auto q = d.request("p1", "call_back");
    q.due_at.reset();
    d.act(q);
    CHECK(act::overview(d.settings)->front().state == "open");
    REQUIRE(*act::AskList(d.dir / "spool").close("p1"));
    CHECK(act::overview(d.settings)->front().state == "done");
}
