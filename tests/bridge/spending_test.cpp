#include "bridge/spending.hpp"

#include <thread>

#include "base/file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace std::chrono_literals;
using bridge::SpendingAccount;

namespace {

WallTime at(int month, int day, int hour, int minute = 0) {
    Civil c;
    c.year = 2026, c.month = month, c.day = day, c.hour = hour, c.minute = minute;
    return from_civil(c);
}

store::CallMeta a_call(const std::string& sid, WallTime started) {
    store::CallMeta meta;
    meta.call_sid = sid;
    meta.started_at = meta.ended_at = started;
    return meta;
}

const WallTime now = at(2, 28, 12);

/// An account of a folder, and what it has to say.
struct Kept {
    test::TempDir folder;
    std::vector<std::string> warnings;
    SpendingAccount account;
    explicit Kept(SpendingAccount::Budgets budgets)
        : account(folder.path(), budgets,
                  [this](std::string_view line) { warnings.emplace_back(line); }) {}

    /// What another bridge writes, or we after finished().
    void write(store::CallMeta meta, double usd) const {
        meta.cost.total = usd;
        REQUIRE(store::save_log(folder.path(), {std::move(meta), {}}));
    }
    /// A new call asks how it stands.
    bool open(WallTime when = now) {
        store::CallMeta asks = a_call("CAasks", when);
        const bool is = account.spent(asks, 0);
        account.finished(asks, 0);
        return is;
    }
};

}  // namespace

TEST_CASE("calls that run at the same time share the budget of the day") {
    Kept k({1.0, {}});
    CHECK(k.account.spent(a_call("CA1", now), 0.5));
    CHECK(k.account.spent(a_call("CA2", now), 0.25));
    CHECK(k.account.spent(a_call("CA1", now), 0.625));        // all in all, not once more
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.375));  // none of them has used it up alone
    CHECK_FALSE(k.account.spent(a_call("CA1", now), 0.625));
    CHECK_FALSE(k.open());
}

TEST_CASE("calls that run count with the logs of those that are over") {
    Kept k({1.0, {}});
    k.write(a_call("CAa", at(2, 28, 9)), 0.5);
    k.write(a_call("CAb", at(2, 27, 9)), 10.0);  // yesterday
    k.account.look(now);
    CHECK(k.account.spent(a_call("CA1", now), 0.25));
    CHECK_FALSE(k.account.spent(a_call("CA1", now), 0.5));
}

TEST_CASE("a call that begins when the budget is used up hears so at once") {
    Kept k({0.5, {}});
    k.write(a_call("CAa", at(2, 28, 9)), 0.5);
    k.account.look(now);
    CHECK_FALSE(k.account.spent(a_call("CA1", now), 0));
    Kept nothing({0.0, {}});
    CHECK_FALSE(nothing.account.spent(a_call("CA1", now), 0));
}

TEST_CASE("a finished call counts once: before its log is there, and after") {
    Kept k({1.0, {}});
    CHECK(k.account.spent(a_call("CA1", now), 0.5));
    k.account.finished(a_call("CA1", now), 0.625);
    CHECK(k.account.spent(a_call("CA2", now), 0.25));
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.375));
    CHECK(k.account.spent(a_call("CA2", now), 0.25));
    k.write(a_call("CA1", now), 0.625);
    k.account.look(now + 1min);
    CHECK(k.account.spent(a_call("CA2", now), 0.25));
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.375));
}

TEST_CASE("a call that is answered on the day after it was dialled belongs to that day") {
    Kept k({1.0, {}});
    CHECK(k.account.spent(a_call("CA1", at(2, 27, 23, 59)), 0.25));
    CHECK(k.account.spent(a_call("CA1", at(2, 28, 0)), 0.5));
    CHECK(k.account.spent(a_call("CA2", at(2, 27, 23, 59)), 0.75));
    CHECK_FALSE(k.account.spent(a_call("CA3", at(2, 28, 0)), 0.5));
}

TEST_CASE("a log is read once, also if it changes or goes") {
    Kept k({1.0, {}});
    k.write(a_call("CAa", at(2, 28, 9)), 0.5);
    k.account.look(now);
    k.write(a_call("CAa", at(2, 28, 9)), 5.0);
    k.account.look(now + 1min);
    CHECK(k.open());
    CHECK(::unlink((store::log_path(k.folder.path(), a_call("CAa", at(2, 28, 9)))).c_str()) == 0);
    k.account.look(now + 2min);
    CHECK_FALSE(k.account.spent(a_call("CA1", now), 0.5));  // what was spent stays spent
}

TEST_CASE("a log of another bridge is found later, within ten seconds") {
    Kept k({1.0, {}});
    k.account.look(now);
    k.write(a_call("CAother", at(2, 28, 11)), 2.0);
    k.account.look(now + 9999ms);
    CHECK(k.open());
    k.account.look(now + 10s);
    CHECK_FALSE(k.open());
    // The same where the clock was set back.
    k.write(a_call("CAthird", at(2, 27, 11)), 2.0);
    k.account.look(now - 24h);
    CHECK_FALSE(k.open(now - 24h));
}

TEST_CASE("a log that cannot be read is told once, and counts when it can") {
    Kept k({1.0, {}});
    const std::string broken = "/2026-02-28_10-00-00_CAbroken.json";
    REQUIRE(write_file(k.folder.path() + broken, "{"));
    REQUIRE(write_file(k.folder.path() + "/requests_processed.json", "{"));
    for (int i = 0; i < 3; ++i) k.account.look(now + i * 1min);
    REQUIRE(k.warnings.size() == 1);
    CHECK_THAT(k.warnings[0], contains("CAbroken"));
    CHECK(k.open());
    k.write(a_call("CAbroken", at(2, 28, 10)), 1.0);
    k.account.look(now + 10min);
    CHECK_FALSE(k.open());
    CHECK(k.warnings.size() == 1);
}

TEST_CASE("midnight begins a new day, whose calls have nothing to do with yesterday's") {
    Kept k({1.0, {}});
    CHECK_FALSE(k.account.spent(a_call("CA1", at(2, 27, 23, 59)), 1.0));
    CHECK(k.account.spent(a_call("CA2", at(2, 28, 0)), 0.75));
    CHECK_FALSE(k.account.spent(a_call("CA1", at(2, 27, 23, 59)), 1.25));  // it goes on
    k.account.finished(a_call("CA1", at(2, 27, 23, 59)), 1.25);
    CHECK(k.account.spent(a_call("CA2", at(2, 28, 0)), 0.75));
}

TEST_CASE("the month has its own budget, until the first of the next one") {
    Kept k({2.0, 3.0});
    k.write(a_call("CAjanuary", at(1, 31, 23)), 100.0);
    k.write(a_call("CAfirst", at(2, 1, 0)), 1.5);
    k.account.look(now);
    CHECK(k.account.spent(a_call("CA1", at(2, 27, 9)), 1.0));
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.5));  // 3.0 of three days
    const WallTime march = at(3, 1, 0);
    k.account.look(march);
    CHECK(k.account.spent(a_call("CA3", march), 1.5));
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.5));
    // The clock is set back over the end of the month: nothing counts twice.
    k.account.look(at(2, 28, 23, 59));
    k.account.look(at(3, 1, 0, 1));
    CHECK(k.account.spent(a_call("CA2", now), 0.25));
    CHECK_FALSE(k.account.spent(a_call("CA2", now), 0.5));
}

TEST_CASE("without a budget nothing is read") {
    Kept k({});
    REQUIRE(write_file(k.folder.path() + "/2026-02-28_10-00-00_CAbroken.json", "{"));
    k.account.look(now);
    CHECK(k.warnings.empty());
    CHECK(k.account.spent(a_call("CA1", now), 1e9));
}

TEST_CASE("calls of several threads are added up") {
    Kept k({1e9, 100.0});
    auto talk = [&](const std::string& sid) {
        for (int i = 1; i <= 1000; ++i) k.account.spent(a_call(sid, now), i * 0.0625);
        k.account.finished(a_call(sid, now), 62.5);
    };
    std::thread one(talk, "CA1");
    k.account.look(now);
    CHECK(k.open());
    one.join();
    talk("CA2");
    CHECK_FALSE(k.open());
}
