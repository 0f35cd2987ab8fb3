#include "store/journal.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "base/text.hpp"
#include "store/recovery.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace std::chrono_literals;
using call::Keep;
using call::TranscriptLine;
using store::JournalWriter;

namespace {

store::CallMeta meta(const std::string& sid = "CA01") {
    store::CallMeta m;
    m.call_sid = sid;
    m.direction = "inbound";
    m.from = "+821000000001";
    m.started_at = *parse_iso("2026-02-28T14:49:32.120Z");
    return m;
}

call::Record record() {
    call::Record r;
    r.transcript.push_back(
        {TranscriptLine::Role::assistant, "i1", "여보세요", 300, 1500, false, "", 0, 0});
    r.transcript.push_back(
        {TranscriptLine::Role::user, "i2", "우유 사다 줘", 2000, 3500, false, "", 0, 0});
    r.turns.push_back({3500, 4100});
    r.functions.push_back({"c1", "todo-add", R"({"title":"우유"})", "ok", "", 4000, 10});
    r.events.push_back({1000, "greeting", ""});
    r.errors.push_back({5000, "model", "overloaded"});
    r.usage.audio_out = 77;
    return r;
}

std::string journal_text() {
    auto r = record();
    std::string text = store::start_line(meta()) + "\n";
    for (Keep k :
         {Keep{Keep::What::line, 0}, Keep{Keep::What::line, 1}, Keep{Keep::What::turn, 0},
          Keep{Keep::What::function, 0}, Keep{Keep::What::event, 0}, Keep{Keep::What::error, 0}})
        text += store::fact_line(r, k) + "\n";
    return text;
}

JournalWriter::Options options(const std::string& folder) {
    JournalWriter::Options o;
    o.folder = folder;
    o.commit_every = 1ms;
    o.retry_every = 5ms;
    return o;
}

// Where the log thread stands from the first time that it comes there until the gate is opened.
class Gate {
public:
    void stand() {
        if (!stood_.exchange(true)) held_.set_value();
        opened_.wait();
    }
    bool held() { return is_held_.wait_for(10s) == std::future_status::ready; }
    void open() { open_.set_value(); }

private:
    std::atomic<bool> stood_{false};
    std::promise<void> held_, open_;
    std::future<void> is_held_ = held_.get_future();
    std::shared_future<void> opened_ = open_.get_future().share();
};

}  // namespace

TEST_CASE("a journal tells the call again, its end being the last time on record") {
    auto log = store::read_journal(journal_text());
    REQUIRE(log);
    CHECK(log->meta.call_sid == "CA01");
    CHECK(log->meta.direction == "inbound");
    REQUIRE(log->record.transcript.size() == 2);
    CHECK(log->record.transcript[1].text == "우유 사다 줘");
    CHECK(log->record.turns.size() == 1);
    CHECK(log->record.functions.at(0).name == "todo-add");
    CHECK(log->record.events.at(0).what == "greeting");
    CHECK(log->record.errors.at(0).detail == "overloaded");
    CHECK(log->record.usage.audio_out == 77);
    CHECK(log->record.duration_ms == 5000);
    CHECK(log->meta.ended_at - log->meta.started_at == 5s);
}

TEST_CASE("a later line of a journal replaces the earlier with its index") {
    auto r = record();
    std::string text = journal_text();
    r.transcript[0].interrupted = true;
    r.transcript[0].heard = "여보";
    text += store::fact_line(r, {Keep::What::line, 0}) + "\n";
    auto m = meta();
    m.stream_sid = "MZ02";
    text += store::start_line(m) + "\n";
    auto log = store::read_journal(text);
    REQUIRE(log);
    REQUIRE(log->record.transcript.size() == 2);
    CHECK(log->record.transcript[0].heard == "여보");
    CHECK(log->meta.stream_sid == "MZ02");
}

TEST_CASE("a journal cut anywhere loses no whole line before the cut") {
    std::string text = journal_text();
    std::size_t start = text.find('\n') + 1;
    std::size_t line0 = text.find('\n', start) + 1;
    std::size_t line1 = text.find('\n', line0) + 1;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        auto log = store::read_journal(std::string_view(text).substr(0, cut));
        REQUIRE(log.has_value() == (cut >= start));
        if (log)
            REQUIRE(log->record.transcript.size() == (cut >= line1 ? 2U : cut >= line0 ? 1U : 0U));
    }
}

TEST_CASE("lines of a journal that are not ours are skipped") {
    std::string text = journal_text() + std::string("\0\0\0\n", 4) + "[]\n{}\n7\n" +
                       R"({"fact":"line","index":-1,"role":"user","text":"x"})"
                       "\n"
                       R"({"fact":"line","index":99999999999,"role":"user","text":"x"})"
                       "\n"
                       R"({"fact":"line","index":5,"role":"nobody","text":"x"})"
                       "\n"
                       R"({"fact":"line","index":99999,"role":"user","text":"far","start_ms":6000})"
                       "\n";
    auto log = store::read_journal(text);
    REQUIRE(log);
    REQUIRE(log->record.transcript.size() == 100'000);
    CHECK(log->record.transcript[99'999].text == "far");
    CHECK(log->record.transcript[2].text.empty());  // each line keeps its place
    CHECK(store::recovered_log({"", *log, Fd()}).record.transcript.size() == 3);
}

TEST_CASE("a fact that the record does not have makes no line") {
    call::Record empty;
    for (auto what : {Keep::What::start, Keep::What::line, Keep::What::turn, Keep::What::function,
                      Keep::What::event, Keep::What::error})
        CHECK(store::fact_line(empty, {what, 0}).empty());
}

TEST_CASE("a line of a call that goes on is written as one of a record") {
    call::Record r;
    r.transcript.resize(3);
    r.transcript[2].text = "yes";
    CHECK(store::line_at(2, r.transcript[2]) == store::fact_line(r, {Keep::What::line, 2}));
}

TEST_CASE("a journal is on the disk after a flush and gone when its log is saved") {
    pa::test::TempDir dir;
    JournalWriter writer(options(dir / "call_logs"));
    auto r = record();
    writer.start(meta());
    writer.keep("CA01", r, {Keep::What::line, 0});
    writer.keep("CA99", r, {Keep::What::line, 0});  // never started: nothing to write to
    REQUIRE(writer.flush(10s));
    std::string path = store::journal_path(dir / "call_logs", meta());
    auto text = read_file(path);
    REQUIRE(text);
    CHECK(store::read_journal(*text)->record.transcript.size() == 1);
    CHECK(store::find_leftovers(dir / "call_logs").journals.empty());  // its writer lives

    std::promise<std::string> saved;
    writer.finish({meta(), r}, [&](const std::string& p) { saved.set_value(p); });
    auto done = saved.get_future();
    REQUIRE(done.wait_for(10s) == std::future_status::ready);
    CHECK(store::load_log(done.get())->record.transcript.size() == 2);
    REQUIRE(writer.flush(10s));
    CHECK_FALSE(file_exists(path));
}

TEST_CASE("the journal of a call that never came to be leaves nothing") {
    pa::test::TempDir dir;
    JournalWriter writer(options(dir.path()));
    writer.start(meta());
    REQUIRE(writer.flush(10s));
    writer.discard("CA01");
    REQUIRE(writer.flush(10s));
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a disk that refuses is told once, and nothing is lost when it works again") {
    pa::test::TempDir dir;
    std::string folder = dir / "call_logs";
    REQUIRE(write_file(folder, "a file is in the way"));
    std::atomic<int> told{0};
    auto o = options(folder);
    o.tell = [&](const std::string&) { ++told; };
    JournalWriter writer(o);
    auto r = record();
    writer.start(meta("CA01"));
    writer.start(meta("CA02"));
    writer.keep("CA01", r, {Keep::What::line, 0});
    CHECK_FALSE(writer.flush(30ms));
    writer.keep("CA01", r, {Keep::What::line, 1});
    writer.finish({meta("CA02"), r});
    CHECK_FALSE(writer.flush(30ms));
    CHECK(told == 1);
    REQUIRE(std::filesystem::remove(folder));
    REQUIRE(writer.flush(10s));
    CHECK(told == 2);  // that it works again
    CHECK(store::read_journal(*read_file(store::journal_path(folder, meta("CA01"))))
              ->record.transcript.size() == 2);
    CHECK(store::load_log(store::log_path(folder, meta("CA02"))));
}

TEST_CASE("whoever starts, keeps and finishes calls never waits for the disk") {
    pa::test::TempDir dir;
    const std::string folder = dir / "call_logs";
    const bool refused = GENERATE(true, false);
    Gate gate;
    auto o = options(folder);
    if (refused) {
        REQUIRE(write_file(folder, "a file is in the way"));
        o.tell = [&](const std::string&) { gate.stand(); };
    }
    JournalWriter writer(o);
    auto calls = std::async(std::launch::async, [&] {
        auto r = record();
        if (refused)
            writer.start(meta("CA00"));
        else
            writer.finish({meta("CA00"), r}, [&](const std::string&) { gate.stand(); });
        const bool held = gate.held();  // from here on nothing is written
        for (const char* sid : {"CA01", "CA02", "CA03"}) writer.start(meta(sid));
        for (std::size_t i = 0; i < 1000; ++i) writer.keep("CA01", r, {Keep::What::line, i % 2});
        writer.finish({meta("CA02"), r});
        writer.discard("CA03");
        return held;
    });
    const std::string journal = store::journal_path(folder, meta("CA01"));
    const std::string log = store::log_path(folder, meta("CA02"));
    const bool returned = calls.wait_for(20s) == std::future_status::ready;
    const bool untouched = !file_exists(journal) && !file_exists(log);
    gate.open();
    if (refused) CHECK(std::filesystem::remove(folder));
    CHECK(returned);
    CHECK(calls.get());
    CHECK(untouched);  // nor did the caller write it
    REQUIRE(writer.flush(10s));
    REQUIRE(read_file(journal));
    CHECK(store::read_journal(*read_file(journal))->record.transcript.size() == 2);
    CHECK(store::load_log(log));
    CHECK_FALSE(file_exists(store::journal_path(folder, meta("CA03"))));
}

TEST_CASE("what calls that go on say does not wait for the logs of those that have ended") {
    pa::test::TempDir dir;
    const std::string folder = dir / "call_logs";
    const auto r = record();
    Gate gate;
    bool written = false;  // by the log thread
    JournalWriter writer(options(folder));
    writer.start(meta("CA03"));
    writer.finish({meta("CA00"), r}, [&](const std::string&) { gate.stand(); });
    REQUIRE(gate.held());
    writer.finish({meta("CA01"), r}, [&](const std::string&) {
        writer.keep("CA03", r, {Keep::What::line, 0});
        const auto end = std::chrono::steady_clock::now() + 30ms;  // a slow disk
        while (std::chrono::steady_clock::now() < end) {
        }
    });
    writer.finish({meta("CA02"), r}, [&](const std::string&) {
        auto text = read_file(store::journal_path(folder, meta("CA03")));
        written = text && store::read_journal(*text)->record.transcript.size() == 1;
    });
    gate.open();
    REQUIRE(writer.flush(10s));
    CHECK(written);
    CHECK(store::load_log(store::log_path(folder, meta("CA02"))));
}

TEST_CASE("a log in the making that a killed process left is taken away") {
    pa::test::TempDir dir;
    const std::string left = store::log_path(dir.path(), meta()) + ".0123456789ab.tmp";
    REQUIRE(append_file(left, "{\"call_sid\":"));
    REQUIRE(append_file(dir / "notes.tmp", "somebody's"));
    CHECK(store::find_leftovers(dir.path()).problems.empty());
    CHECK_FALSE(file_exists(left));
    CHECK(file_exists(dir / "notes.tmp"));
}

TEST_CASE("what a process left behind is found once, and makes a log marked as recovered") {
    pa::test::TempDir dir;
    std::string path = store::journal_path(dir.path(), meta());
    REQUIRE(write_file(path, journal_text() + R"({"fact":"line","index":2,"ro)"));
    auto first = store::find_leftovers(dir.path());
    CHECK(first.problems.empty());
    REQUIRE(first.journals.size() == 1);
    CHECK(first.journals[0].path == path);
    CHECK(store::find_leftovers(dir.path()).journals.empty());  // the first holds it
    auto log = store::recovered_log(first.journals[0]);
    CHECK(log.meta.recovered);
    CHECK(log.record.transcript.size() == 2);
    first.journals.clear();
    CHECK(store::find_leftovers(dir.path(), meta().call_sid).journals.size() == 1);
    CHECK(store::find_leftovers(dir.path(), "CA77").journals.empty());
}

TEST_CASE(
    "recovery drops a journal whose log exists, an empty one, and puts an unreadable one aside") {
    pa::test::TempDir dir;
    REQUIRE(store::save_log(dir.path(), {meta(), record()}));
    std::string before = *read_file(store::log_path(dir.path(), meta()));
    REQUIRE(write_file(store::journal_path(dir.path(), meta()), journal_text()));
    REQUIRE(write_file(dir / "empty.jsonl.partial", ""));
    REQUIRE(write_file(dir / "odd.jsonl.partial", "not a journal\n"));
    auto done = store::find_leftovers(dir.path());
    CHECK(done.journals.empty());
    REQUIRE(done.problems.size() == 1);
    CHECK_THAT(done.problems[0], contains("odd.jsonl.partial: no journal of a call"));
    CHECK(file_exists(dir / "odd.jsonl.broken"));
    CHECK_FALSE(file_exists(dir / "empty.jsonl.partial"));
    CHECK_FALSE(file_exists(store::journal_path(dir.path(), meta())));
    CHECK(*read_file(store::log_path(dir.path(), meta())) == before);
    CHECK(store::find_leftovers(dir / "no-such-folder").journals.empty());
}

TEST_CASE(
    "a call that goes on in another process goes on in its journal, after the last whole line") {
    pa::test::TempDir dir;
    std::string path = store::journal_path(dir.path(), meta());
    REQUIRE(write_file(path, journal_text() + "{\"fact\":\"li"));
    auto found = store::find_leftovers(dir.path());
    REQUIRE(found.journals.size() == 1);
    CHECK(store::find_leftovers(dir.path()).journals.empty());  // held: not for two
    auto r = found.journals[0].log.record;
    JournalWriter writer(options(dir.path()));
    writer.resume(std::move(found.journals[0]));
    r.transcript.push_back(
        {TranscriptLine::Role::user, "i3", "어디까지 했지?", 9000, 9900, false, "", 0, 0});
    writer.keep("CA01", r, {Keep::What::line, 2});
    REQUIRE(writer.flush(10s));
    auto log = store::read_journal(*read_file(path));
    REQUIRE(log);
    REQUIRE(log->record.transcript.size() == 3);
    CHECK(log->record.transcript[2].text == "어디까지 했지?");
}

TEST_CASE("journals of many calls from many threads are each complete") {
    pa::test::TempDir dir;
    {
        JournalWriter writer(options(dir.path()));
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&writer, t] {
                auto r = record();
                for (int i = 0; i < 25; ++i) {
                    std::string sid = "CA" + std::to_string(1000 + t * 100 + i);
                    writer.start(meta(sid));
                    for (std::size_t k : {0U, 1U}) writer.keep(sid, r, {Keep::What::line, k});
                }
            });
        for (auto& thread : threads) thread.join();
    }  // the end writes what is left
    auto found = store::find_leftovers(dir.path());
    REQUIRE(found.journals.size() == 100);
    for (auto& leftover : found.journals) CHECK(leftover.log.record.transcript.size() == 2);
}

TEST_CASE("a process that is killed while it writes leaves every line that it knew to be kept") {
    for (int round = 0; round < 5; ++round) {
        pa::test::TempDir dir;
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            JournalWriter writer(options(dir.path()));
            writer.start(meta());
            call::Record r;
            for (unsigned char i = 0; i < 200; ++i) {
                r.transcript.push_back(
                    {TranscriptLine::Role::user, "", "말", i, i, false, "", 0, 0});
                writer.keep("CA01", r, {Keep::What::line, i});
                if (writer.flush(10s)) (void)!::write(ends[1], &i, 1);
            }
            ::_exit(0);
        }
        ::close(ends[1]);
        unsigned char kept = 0;
        for (int reports = 0; reports < 7 * (round + 1) && ::read(ends[0], &kept, 1) == 1;)
            ++reports;
        ::kill(child, SIGKILL);
        while (::read(ends[0], &kept, 1) == 1) {  // what it reported before it died
        }
        ::close(ends[0]);
        ::waitpid(child, nullptr, 0);
        auto left = store::find_leftovers(dir.path());
        REQUIRE(left.journals.size() == 1);
        CHECK(store::recovered_log(left.journals[0]).record.transcript.size() > kept);
    }
}
