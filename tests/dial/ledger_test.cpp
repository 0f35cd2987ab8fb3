#include "dial/ledger.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
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
Status always(const Ledger::Count&) { return Done{}; }
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
    auto remember = [&](const Ledger::Count& c) -> Status {
        before = c.placed;
        return Done{};
    };
    auto first = ledger.count(today, std::nullopt, remember);
    REQUIRE(first);
    CHECK(before == 0);
    REQUIRE(ledger.count(today, std::nullopt, remember));
    CHECK(before == 1);
    REQUIRE(ledger.uncount(*first));
    REQUIRE(ledger.count(today, std::nullopt, remember));
    CHECK(before == 1);
    REQUIRE(ledger.count(tomorrow, std::nullopt, remember));
    CHECK(before == 0);
    auto refused = ledger.count(today, std::nullopt, [](const Ledger::Count&) -> Status {
        return Error{Errc::refused, "full"};
    });
    REQUIRE_FALSE(refused);
    REQUIRE(ledger.count(today, std::nullopt, remember));
    CHECK(before == 2);  // the refused one was not counted
}

TEST_CASE("a clock that is set by an hour, over midnight and back, gives no day its calls twice") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    const WallTime late = *parse_iso("2026-02-28T23:30:00");
    auto count = [&](WallTime at) {
        return ledger.count(at, std::nullopt, [](const Ledger::Count& before) {
            return check_daily_cap(3, before.placed, "");
        });
    };
    for (int i = 0; i < 3; ++i) CHECK(count(late));
    CHECK_FALSE(count(late));
    CHECK(count(late + std::chrono::hours(1)));  // the next day, it seems
    CHECK_FALSE(count(late));
    CHECK_FALSE(count(late - std::chrono::hours(1)));
}

TEST_CASE("money is held back for a call until it is closed, taken back, or can run no longer") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    const WallTime late = *parse_iso("2026-02-28T23:50:00");
    const auto minute = std::chrono::minutes(1);
    Ledger::Count before;
    auto count = [&](WallTime at, const std::optional<Ledger::Hold>& hold) {
        auto name = ledger.count(at, hold, [&](const Ledger::Count& c) -> Status {
            before = c;
            return Done{};
        });
        REQUIRE(name);
        return *name;
    };
    auto held = [&] {
        std::map<std::string, double> usd;
        for (const auto& call : before.open) usd[call.call_sid] += call.usd;
        return usd;
    };
    using Held = std::map<std::string, double>;

    const std::string first = count(late, Ledger::Hold{0.5, late + 30 * minute});
    const std::string second = count(late, Ledger::Hold{0.25, late + 30 * minute});
    count(late, std::nullopt);  // never
    count(late, Ledger::Hold{1, late + 2 * minute});
    REQUIRE(ledger.name_call(first, "CA1"));
    count(late + minute, std::nullopt);
    CHECK(before.placed == 4);
    CHECK(held() == Held{{"CA1", 0.5}, {"", 1.25}});

    count(late + 2 * minute, std::nullopt);
    CHECK(held() == Held{{"CA1", 0.5}, {"", 0.25}});  // one can run no longer
    SECTION("it was not made") {
        REQUIRE(ledger.uncount(second));
        count(late + 2 * minute, std::nullopt);
        CHECK(held() == Held{{"CA1", 0.5}});
        CHECK(before.placed == 5);
    }
    SECTION("whoever was to make it was killed") {
        count(late + 3 * minute, std::nullopt);
        CHECK(held() == Held{{"CA1", 0.5}});
        CHECK(before.placed == 6);
    }
    CHECK(before.open.at(0).name == first);

    const std::string next = count(late + 11 * minute, Ledger::Hold{2, late + 40 * minute});
    CHECK(before.placed == 0);  // a new day
    CHECK(held() == Held{{"CA1", 0.5}});
    REQUIRE(ledger.close(first));
    REQUIRE(ledger.name_call(next, "CA2"));
    count(late + 12 * minute, std::nullopt);
    CHECK(before.placed == 1);
    CHECK(held() == Held{{"CA2", 2}});
}

TEST_CASE("a line of a day that a crash has cut off costs no other its place") {
    test::TempDir folder;
    Ledger ledger(folder.path());
    const WallTime now = *parse_iso("2026-02-28T09:00:00");
    REQUIRE(ledger.count(now, std::nullopt, always));
    REQUIRE(append_file(folder.path() + "/dials/day-2026-02-28.jsonl", "7\n{\"id\":\"ha"));
    REQUIRE(ledger.count(now, std::nullopt, always));
    int placed = 0;
    REQUIRE(ledger.count(now, std::nullopt, [&](const Ledger::Count& before) -> Status {
        placed = before.placed;
        return Done{};
    }));
    CHECK(placed == 2);
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
            (void)ledger.count(*parse_iso("2026-02-28T09:00:00"), std::nullopt, always).has_value();
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
    REQUIRE(Ledger(folder.path())
                .count(*parse_iso("2026-02-28T09:00:00"), std::nullopt,
                       [&](const Ledger::Count& before) -> Status {
                           counted = before.placed;
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
