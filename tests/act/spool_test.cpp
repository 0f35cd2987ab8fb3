#include "act/spool.hpp"

#include "act/runner.hpp"
#include "base/file.hpp"
#include "dial/ledger.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace std::chrono_literals;
using act::Job;
using act::Spool;

namespace {

struct Desk {
    Desk() {
        set_process_timezone("Asia/Seoul");
        settings.directory = settings.workspace_dir = dir.path();
    }
    ~Desk() { set_process_timezone("UTC"); }

    Job job(const std::string& id, const std::string& to = "+821000005678") const {
        Job j;
        j.id = j.request_id = id;
        j.to = to;
        j.title = "일 " + id;
        j.about = "about " + id;
        j.due_at = j.run_at = now;
        j.anchor = to_civil(now);
        return j;
    }
    /// Runs what is due, one after the other; each call ends with `status`.
    int run(int status = 0) {
        act::ReceiptBook book(dir / "spool");
        Spool one(dir.path(), "+821000001234");
        int ran = 0;
        while (true) {
            auto claim = one.claim_next(now);
            REQUIRE(claim);
            if (!*claim) return ran;
            act::Runner runner({settings, [this] { return now; },
                                [&](const auto& arguments, const std::string& about) {
                                    calls.push_back(arguments);
                                    abouts.push_back(about);
                                    return act::DialEnd{status, "said"};
                                }},
                               one, book);
            REQUIRE(runner.run(**claim));
            ++ran;
        }
    }
    std::vector<act::Receipt> receipts() {
        act::ReceiptBook book(dir / "spool");
        REQUIRE(book.refresh());
        return book.all();
    }

    test::Scratch dir;
    config::Settings settings;
    WallTime now = *parse_iso("2026-03-02T07:00:00+09:00");
    Spool spool{dir.path(), "+821000001234"};
    std::vector<std::vector<std::string>> calls;
    std::vector<std::string> abouts;
};

bool has(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

TEST_CASE("a job is read back as it was written") {
    Desk d;
    Job j = d.job("a1-before");
    j.dial = {"--persona", "morning-call"};
    j.repeat = "weekdays";
    j.machine = "message";
    j.asked = true;
    j.attempt = 3;
    j.then = "done";
    j.receipt = act::Receipt{"a1", "done", "x", "", "", "", "", d.now, false};
    auto back = act::read_job(act::write_job(j));
    REQUIRE(back);
    CHECK(act::write_job(*back) == act::write_job(j));
    for (const char* bad :
         {"{}", R"({"schema":"phone-agent/job/1","id":"../x","due_at":"2026-03-01T07:00:00Z"})",
          R"({"schema":"phone-agent/job/1","id":"x"})",
          R"({"schema":"phone-agent/job/1","id":"x","due_at":"2026-03-01T07:00:00Z","then":".."})"})
        CHECK_FALSE(act::read_job(bad));
}

TEST_CASE("a job is there once, whatever state it is in") {
    Desk d;
    CHECK(*d.spool.add(d.job("a1")));
    CHECK_FALSE(*d.spool.add(d.job("a1")));
    CHECK(d.run() == 1);
    CHECK(d.spool.state_of("a1") == "done");
    CHECK_FALSE(*d.spool.add(d.job("a1")));
    CHECK_FALSE(*d.spool.undo("a1"));
    CHECK(*d.spool.add(d.job("a2")));
    CHECK(*d.spool.undo("a2"));
    CHECK(d.run() == 0);
}

TEST_CASE("due jobs are called in order, and not before their time") {
    Desk d;
    Job second = d.job("a1"), first = d.job("b2", "+821000009999"),
        later = d.job("c3", "+821000008888");
    first.run_at -= 1min;
    later.run_at += 1s;
    for (const Job& j : {second, first, later}) REQUIRE(d.spool.add(j));
    CHECK(d.run() == 2);
    CHECK(d.abouts == std::vector<std::string>{"about b2", "about a1"});
    CHECK(d.spool.state_of("c3") == "jobs");
    CHECK(has(d.calls[0], "+821000009999"));
    CHECK(has(d.calls[0], act::once_key(first)));
    CHECK(d.receipts().size() == 2);
}

TEST_CASE(
    "while somebody is on the line, the next job to that number waits and is not late by that") {
    Desk d;
    REQUIRE(d.spool.add(d.job("a1")));
    REQUIRE(d.spool.add(d.job("a2", "010-0000-5678")));  // the same number, as people write it
    Spool first(d.dir.path(), "");
    auto claim = first.claim_next(d.now);
    REQUIRE(*claim);
    CHECK((*claim)->job.id == "a1");
    for (int minute = 0; minute < 90; ++minute, d.now += 1min) CHECK(d.run() == 0);
    claim->reset();  // the process that had it is gone
    d.run();
    CHECK(d.spool.state_of("a1") != "running");
    d.now += 2min;
    d.run();
    CHECK(d.spool.state_of("a2") == "done");
    CHECK(has(d.abouts, "about a2"));
}

TEST_CASE("a job whose process died is taken up under the same key, with one receipt") {
    Desk d;
    REQUIRE(d.spool.add(d.job("a1")));
    std::string key;
    {
        Spool dying(d.dir.path(), "");
        auto claim = dying.claim_next(d.now);
        REQUIRE(*claim);
        key = act::once_key((*claim)->job);
        CHECK(d.run() == 0);  // it lives: nobody else touches it
    }
    const std::string half = d.dir / "spool/running/a1.json.0123456789ab.tmp";
    REQUIRE(append_file(half, "{"));  // it was writing when it was killed
    CHECK(d.run() == 1);
    CHECK_FALSE(file_exists(half));
    CHECK(has(d.calls[0], key));
    CHECK(d.spool.state_of("a1") == "done");
    CHECK(d.receipts().size() == 1);
}

TEST_CASE("what was decided before a crash is only filed after it") {
    Desk d;
    for (bool receipt_written : {false, true}) {
        std::string id = receipt_written ? "a2" : "a1";
        REQUIRE(d.spool.add(d.job(id)));
        {
            Spool dying(d.dir.path(), "");
            auto claim = dying.claim_next(d.now);
            REQUIRE(*claim);
            act::conclude((*claim)->job, {0, ""}, d.now, d.settings);
            REQUIRE(dying.keep((*claim)->job));
            act::ReceiptBook book(d.dir / "spool");
            if (receipt_written) REQUIRE(book.append(*(*claim)->job.receipt));
        }
        d.calls.clear();
        CHECK(d.run() == 1);
        CHECK(d.calls.empty());
        CHECK(d.spool.state_of(id) == "done");
    }
    CHECK(d.receipts().size() == 2);
}

TEST_CASE("late jobs are skipped with a receipt, unless their call was made") {
    Desk d;
    REQUIRE(d.spool.add(d.job("a1")));
    REQUIRE(d.spool.add(d.job("a2", "+821000009999")));
    // That of a2 was, by a process that died: pa-dial tells how it ended.
    dial::Attempt attempt;
    attempt.state = dial::Attempt::State::placed;
    attempt.call_sid = "CA01";
    d.dir.put("run/dials/x", "");
    REQUIRE(dial::Ledger(d.dir / "run").of_key(act::once_key(d.job("a2"))).write(attempt));
    d.now += 3h;
    CHECK(d.run() == 2);
    CHECK(d.calls.size() == 1);
    CHECK(d.receipts()[0].status == "skipped");
    CHECK(d.receipts()[1].status == "done");
    CHECK(d.spool.state_of("a1") == "failed");
    CHECK(d.run() == 0);
}

TEST_CASE("after no answer the same job comes again, under another key") {
    Desk d;
    REQUIRE(d.spool.add(d.job("a1")));
    CHECK(d.run(10) == 1);
    CHECK(d.run(10) == 0);
    d.now += 5min;
    CHECK(d.run(0) == 1);
    CHECK(d.calls[0] != d.calls[1]);
    CHECK(d.spool.state_of("a1") == "done");
    CHECK(d.receipts().size() == 2);
}

TEST_CASE("a call with the owner is told today's calendar, one with others is not") {
    Desk d;
    d.dir.put("calendar/x.ics",
              "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302T100000\nSUMMARY:회의\nEND:VEVENT\n");
    REQUIRE(d.spool.add(d.job("a1", "")));
    REQUIRE(d.spool.add(d.job("a2")));
    CHECK(d.run() == 2);
    CHECK(d.abouts == std::vector<std::string>{"about a1\n\n오늘 일정:\n- 10:00 회의", "about a2"});
    CHECK_FALSE(has(d.calls[0], "--"));
}

TEST_CASE("a time that was asked for in quiet hours is passed on as urgent, another is not") {
    Desk d;
    d.settings.quiet_hours = config::QuietHours{22 * 60, 8 * 60};
    Job asked = d.job("a1");
    asked.asked = true;
    CHECK(has(act::dial_arguments(asked, d.now, d.settings), "--urgent"));
    CHECK_FALSE(has(act::dial_arguments(d.job("a2"), d.now, d.settings), "--urgent"));
    d.settings.quiet_hours.reset();
    CHECK_FALSE(has(act::dial_arguments(asked, d.now, d.settings), "--urgent"));
}

TEST_CASE("VOICEMAIL=message is not asked for where digits are sent: Twilio does one of the two") {
    Desk d;
    d.settings.voicemail = "message";
    Job job = d.job("a1");
    CHECK(has(act::dial_arguments(job, d.now, d.settings), "message"));
    job.dial = {"--send-digits", "1"};
    CHECK_FALSE(has(act::dial_arguments(job, d.now, d.settings), "--machine"));
}

TEST_CASE("a file that is no job is told once and disturbs nobody") {
    Desk d;
    REQUIRE(d.spool.add(d.job("a1")));
    d.dir.put("spool/jobs/junk.json", "{");
    d.dir.put("spool/jobs/b.json", act::write_job(d.job("c")));
    CHECK(d.run() == 1);
    auto jobs = d.spool.list("jobs");
    CHECK(jobs->empty());
    CHECK(d.spool.take_warnings().size() == 2);
    CHECK(d.spool.list("jobs")->empty());
    CHECK(d.spool.take_warnings().empty());
}
