#include "dial/ledger.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "dial/rules.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::dial;

namespace {
Attempt attempt(Attempt::State state) {
    Attempt a;
    a.state = state;
    a.to = "+821000005678";
    a.from = "+15550001234";
    a.attempted_at = *parse_iso("2026-02-28T09:00:00.250Z");
    return a;
}
Status always(int) { return Done{}; }
}  // namespace

TEST_CASE("an attempt is read as it was written") {
    Attempt a = attempt(Attempt::State::ended);
    a.call_sid = "CA1";
    a.outcome = 14;
    auto b = read_attempt(write_attempt(a));
    REQUIRE(b);
    CHECK(b->state == Attempt::State::ended);
    CHECK(b->to == a.to);
    CHECK(b->from == a.from);
    CHECK(b->call_sid == "CA1");
    CHECK(b->outcome == 14);
    CHECK(b->attempted_at == a.attempted_at);
    a.outcome.reset();
    CHECK_FALSE(read_attempt(write_attempt(a))->outcome);
    a.matter = {a.to, "\"what\"\nit is", "morning", "talk", "Is it you?", std::chrono::seconds(7)};
    CHECK(read_attempt(write_attempt(a))->matter.to.empty());  // it has ended
    a.state = Attempt::State::placed;
    const Matter m = read_attempt(write_attempt(a))->matter;
    CHECK(m.to == a.to);
    CHECK(m.about == a.matter.about);
    CHECK(m.persona == "morning");
    CHECK(m.machine == "talk");
    CHECK(m.ack == "Is it you?");
    CHECK(m.ring == std::chrono::seconds(7));
    for (const char* bad :
         {"", "{}", "7", R"({"schema":"phone-agent/dial-attempt/1","state":"x"})"})
        CHECK_FALSE(read_attempt(bad));
}

TEST_CASE("an entry is none until written, and keys do not meet") {
    test::TempDir folder;
    Ledger ledger(folder.path() + "/run");
    auto entry = ledger.of_key("morning/../2026-02-28");
    auto lock = entry.lock();
    REQUIRE(lock);
    CHECK(entry.read()->state == Attempt::State::none);
    REQUIRE(entry.write(attempt(Attempt::State::placed)));
    CHECK(entry.read()->state == Attempt::State::placed);
    CHECK(ledger.of_key("morning").read()->state == Attempt::State::none);
    CHECK(ledger.of_number(*PhoneNumber::parse("010-0000-5678")).read()->state ==
          Attempt::State::none);
}

TEST_CASE("an entry that cannot be read forbids the call rather than repeating it") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    auto entry = ledger.of_number(*PhoneNumber::parse("010-0000-5678"));
    REQUIRE(entry.lock());
    REQUIRE(write_file(folder.path() + "/dials/to-821000005678.json", "{half"));
    auto read = entry.read();
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::io);
    CHECK_THAT(read.error().what, contains("to-821000005678.json"));
}

TEST_CASE("calls are counted per local day, and one that was not made is taken back") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    WallTime today = *parse_iso("2026-02-28T09:00:00"),
             tomorrow = *parse_iso("2026-03-01T00:00:00");
    int before = -1;
    auto remember = [&](int n) -> Status {
        before = n;
        return Done{};
    };
    auto first = ledger.count(today, remember);
    REQUIRE(first);
    CHECK(before == 0);
    REQUIRE(ledger.count(today, remember));
    CHECK(before == 1);
    REQUIRE(ledger.uncount(*first));
    REQUIRE(ledger.count(today, remember));
    CHECK(before == 1);
    REQUIRE(ledger.count(tomorrow, remember));
    CHECK(before == 0);
    auto refused = ledger.count(today, [](int) -> Status { return Error{Errc::refused, "full"}; });
    REQUIRE_FALSE(refused);
    REQUIRE(ledger.count(today, remember));
    CHECK(before == 2);  // the refused one was not counted
}

TEST_CASE("a clock that is set by an hour, over midnight and back, gives no day its calls twice") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    const WallTime late = *parse_iso("2026-02-28T23:30:00");
    auto at_most_three = [](int placed) -> Status { return check_daily_cap(3, placed, ""); };
    for (int i = 0; i < 3; ++i) CHECK(ledger.count(late, at_most_three));
    CHECK_FALSE(ledger.count(late, at_most_three));
    CHECK(ledger.count(late + std::chrono::hours(1), at_most_three));  // the next day, it seems
    CHECK_FALSE(ledger.count(late, at_most_three));
    CHECK_FALSE(ledger.count(late - std::chrono::hours(1), at_most_three));
}

TEST_CASE("ten processes with one key make one call, and each day's count is exact") {
    test::TempDir folder;
    std::vector<pid_t> children;
    for (int i = 0; i < 10; ++i) {
        pid_t pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid == 0) {
            Ledger ledger(folder.path());
            auto entry = ledger.of_key("k");
            auto lock = entry.lock();
            bool first = lock && entry.read()->state == Attempt::State::none;
            if (first) (void)entry.write(attempt(Attempt::State::placed)).has_value();
            (void)ledger.count(*parse_iso("2026-02-28T09:00:00"), always).has_value();
            ::_exit(first ? 1 : 0);
        }
        children.push_back(pid);
    }
    int made = 0;
    for (pid_t pid : children) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        made += WEXITSTATUS(status);
    }
    CHECK(made == 1);
    int counted = 0;
    REQUIRE(Ledger(folder.path()).count(*parse_iso("2026-02-28T09:00:00"), [&](int n) -> Status {
        counted = n;
        return Done{};
    }));
    CHECK(counted == 10);
}

TEST_CASE("a lock goes with the process that held it") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    auto entry = ledger.of_key("k");
    pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        auto lock = entry.lock();
        (void)entry.write(attempt(Attempt::State::attempting)).has_value();
        ::_exit(0);  // as if killed between create and its answer
    }
    ::waitpid(pid, nullptr, 0);
    auto lock = entry.lock();
    REQUIRE(lock);
    CHECK(entry.read()->state == Attempt::State::attempting);
}
