#include "dial/rules.hpp"

#include "base/file.hpp"

#include "store/call_log.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::dial;

namespace {
Result<PhoneNumber> check(const char* typed, bool confirmed = false) {
    return check_number(read_number(typed), typed, confirmed);
}
Civil at(int hour, int minute) {
    Civil c;
    c.hour = hour;
    c.minute = minute;
    return c;
}
PhoneNumber number(const char* typed) { return *PhoneNumber::parse(typed); }
}  // namespace

TEST_CASE(
    "emergency and short numbers are refused whatever flags are given, nonsense is bad input") {
    for (const char* typed : {"112", "119", "+82112", "02-112", "114", "911"}) {
        INFO(typed);
        REQUIRE_FALSE(check(typed, true));
        CHECK(check(typed, true).error().code == Errc::refused);
    }
    CHECK(check("010-0000", true).error().code == Errc::data);
    CHECK(check("call mum", true).error().code == Errc::data);
    CHECK(check("010-0000-5678")->str() == "+821000005678");
}

TEST_CASE("a doubtful number is dialled only when the person insists") {
    auto doubtful = check("1588-0000");
    REQUIRE_FALSE(doubtful);
    CHECK(doubtful.error().code == Errc::refused);
    CHECK_THAT(doubtful.error().what, contains("--confirm-number"));
    CHECK(check("1588-0000", true)->str() == "+8215880000");
}

TEST_CASE("only countries on the list are called") {
    CHECK(check_country(number("010-0000-5678"), {"82"}));
    CHECK(check_country(number("+15550001234"), {"82", "1"}));
    Status refused = check_country(number("+15550001234"), {"82"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::refused);
    CHECK_THAT(refused.error().what, contains("ALLOWED_COUNTRIES"));
    CHECK_FALSE(check_country(number("+15550001234"), {}));
    CHECK_FALSE(check_country(number("+15550001234"), {""}));
}

TEST_CASE("quiet hours wrap over midnight, their end minute is outside, a reason passes them") {
    config::QuietHours night{22 * 60 + 30, 7 * 60};
    CHECK(check_hours(night, at(22, 29), ""));
    CHECK_FALSE(check_hours(night, at(22, 30), ""));
    CHECK_FALSE(check_hours(night, at(3, 0), ""));
    CHECK_FALSE(check_hours(night, at(6, 59), ""));
    CHECK(check_hours(night, at(7, 0), ""));
    CHECK(check_hours(night, at(3, 0), "the server burns"));
    CHECK(check_hours(std::nullopt, at(3, 0), ""));
    CHECK_THAT(check_hours(night, at(3, 5), "").error().what, contains("03:05"));
}

TEST_CASE("the daily cap counts what was placed before, a reason passes it") {
    CHECK(check_daily_cap(3, 2, ""));
    CHECK_FALSE(check_daily_cap(3, 3, ""));
    CHECK_FALSE(check_daily_cap(0, 0, ""));
    CHECK(check_daily_cap(3, 99, "urgent"));
    CHECK(check_daily_cap(std::nullopt, 99, ""));
}

TEST_CASE("a used-up budget refuses, also an urgent call") {
    config::Settings settings;
    CHECK(check_budgets(settings, {1e6, 1e6}));
    settings.budget_day_usd = 2.0;
    settings.budget_month_usd = 20.0;
    CHECK(check_budgets(settings, {1.99, 19.99}));
    CHECK_THAT(check_budgets(settings, {2.0, 2.0}).error().what, contains("BUDGET_DAY_USD"));
    CHECK_THAT(check_budgets(settings, {0.5, 20.5}).error().what, contains("BUDGET_MONTH_USD"));
}

TEST_CASE("money that is held back for calls under way is not spent twice") {
    config::Settings settings;
    settings.budget_day_usd = 2.0;
    settings.budget_month_usd = 20.0;
    CHECK(check_budgets(settings, {1.0, 1.0, 0.99}));
    const Status day = check_budgets(settings, {1.5, 1.5, 0.5});
    REQUIRE_FALSE(day);
    CHECK(day.error().code == Errc::later);
    CHECK(check_budgets(settings, {2.0, 2.0, 0.5}).error().code == Errc::refused);
    CHECK_THAT(day.error().what,
               contains("$0.50 of $2.00") && contains("under way") && contains("BUDGET_DAY_USD"));
    CHECK_THAT(check_budgets(settings, {0.0, 19.0, 1.0}).error().what,
               contains("BUDGET_MONTH_USD") && contains("under way"));
}

TEST_CASE("what was spent is the sum of today's and this month's logs") {
    test::TempDir folder;
    auto save = [&](int day, double usd) {
        store::CallLog log;
        log.meta.call_sid =
            "CA" + std::to_string(day) + std::to_string(static_cast<int>(usd * 100));
        Civil c;
        c.year = 2026, c.month = 2, c.day = day, c.hour = 9;
        log.meta.started_at = log.meta.ended_at = from_civil(c);
        log.meta.cost.total = usd;
        REQUIRE(store::save_log(folder.path(), log));
    };
    save(27, 0.25);
    save(28, 0.50);
    save(28, 0.75);
    save(-3, 5.0);  // 28 January
    REQUIRE(write_file(folder.path() + "/2026-02-28_10-00-00_CAbroken.json", "{"));
    REQUIRE(write_file(folder.path() + "/requests_processed.json", "{}"));
    Civil now;
    now.year = 2026, now.month = 2, now.day = 28;
    std::vector<std::string> warned;
    auto warn = [&](std::string_view line) { warned.emplace_back(line); };
    SpendingLogs logs(folder.path(), warn);
    CHECK(logs.usd_per_call() == usual_usd);  // no call yet
    logs.look(now);
    CHECK(logs.spent(now).day == 1.25);
    CHECK(logs.spent(now).month == 1.50);
    CHECK(logs.usd_per_call() == 0.50);
    REQUIRE(warned.size() == 1);
    CHECK_THAT(warned[0], contains("CAbroken"));
    CHECK(logs.has("CA2850"));
    CHECK(logs.has("CAbroken"));  // it has ended, whatever it has cost
    CHECK_FALSE(logs.has("CA-3500"));

    save(28, 1.00);
    save(28, 0);  // costs nothing, and is no example of what a call costs
    logs.look(now);
    CHECK(logs.spent(now).day == 2.25);
    CHECK(logs.usd_per_call() == 0.625);
    CHECK(logs.has("CA28100"));
    CHECK(warned.size() == 1);

    SpendingLogs absent(folder.path() + "/absent", warn);
    absent.look(now);
    CHECK(absent.spent(now).month == 0);
    CHECK(warned.size() == 1);
}
