#include "act/verdict.hpp"

#include "support/catch.hpp"

using namespace pa;
using namespace std::chrono_literals;
using act::Job;

namespace {

struct Seoul {
    Seoul() { set_process_timezone("Asia/Seoul"); }
    ~Seoul() { set_process_timezone("UTC"); }
};

WallTime at(const char* clock) { return *parse_iso(std::string("2026-03-02T") + clock + ":00"); }

Job job(const char* clock = "07:00") {
    Job j;
    j.id = j.request_id = "a1";
    j.title = "모닝콜";
    j.due_at = j.run_at = at(clock);
    j.anchor = to_civil(j.due_at);
    return j;
}

std::string local(WallTime t) { return to_iso(t, false).substr(0, 16); }

}  // namespace

TEST_CASE("no answer is tried again in five minutes, three times") {
    Seoul seoul;
    config::Settings s;
    Job j = job();
    for (int call = 1; call <= 3; ++call) {
        std::string key = act::once_key(j);
        WallTime now = j.run_at + 30s;
        act::conclude(j, {10, "no answer after 30 s"}, now, s);
        CHECK(j.then == "jobs");
        CHECK(j.run_at == now + 5min);
        CHECK(j.receipt->status == "scheduled");
        CHECK(act::once_key(j) != key);
    }
    act::conclude(j, {10, ""}, j.run_at, s);
    CHECK(j.then == "failed");
    CHECK(j.receipt->what == "모닝콜: no answer, 4 times");
}

TEST_CASE("every outcome has its rule") {
    Seoul seoul;
    config::Settings s;
    struct Row {
        int status;
        const char *then, *receipt;
        std::chrono::minutes pause;
    };
    const Row rows[] = {{0, "done", "done", 0min},       {11, "jobs", "scheduled", 2min},
                        {12, "failed", "failed", 0min},  {13, "failed", "failed", 0min},
                        {14, "jobs", "scheduled", 5min}, {15, "jobs", "scheduled", 5min},
                        {16, "failed", "failed", 0min},  {64, "failed", "failed", 0min},
                        {69, "failed", "failed", 0min},  {78, "failed", "failed", 0min}};
    for (const Row& row : rows) {
        INFO(row.status);
        Job j = job();
        act::conclude(j, {row.status, "why"}, at("07:00"), s);
        CHECK(j.then == row.then);
        REQUIRE(j.receipt);
        CHECK(j.receipt->status == row.receipt);
        CHECK(j.run_at == at("07:00") + row.pause);
    }
}

TEST_CASE(
    "a call that could not be tried is tried under the same key each minute, within the bound") {
    Seoul seoul;
    config::Settings s;
    for (int status : {75, 137, 143}) {
        Job j = job();
        std::string key = act::once_key(j);
        act::conclude(j, {status, "no bridge"}, at("07:10"), s);
        CHECK(j.then == "jobs");
        CHECK(j.run_at == at("07:11"));
        CHECK_FALSE(j.receipt);
        CHECK(act::once_key(j) == key);
        act::conclude(j, {status, "no bridge"}, at("07:30"), s);
        CHECK(j.then == "failed");
        CHECK_THAT(j.receipt->what, contains("no bridge"));
    }
}

TEST_CASE("VOICEMAIL decides what a machine means") {
    Seoul seoul;
    config::Settings s;
    s.voicemail = "message";
    Job j = job();
    act::conclude(j, {14, ""}, at("07:00"), s);
    CHECK(j.then == "done");
    CHECK_THAT(j.receipt->what, contains("message"));
    s.voicemail = "done";
    j = job();
    act::conclude(j, {14, ""}, at("07:00"), s);
    CHECK(j.then == "done");
}

TEST_CASE("quiet hours move what nobody asked for at that time, and keep what was") {
    Seoul seoul;
    config::Settings s;
    s.quiet_hours = config::QuietHours{22 * 60 + 30, 7 * 60};
    Job j = job("23:00");
    act::conclude(j, {16, "quiet hours"}, at("23:00"), s);
    CHECK(j.then == "jobs");
    CHECK(local(j.run_at) == "2026-03-03T07:00");
    CHECK(j.receipt->what == "모닝콜: quiet hours: moved to 2026-03-03 07:00 (Tue)");
    j = job("05:00");
    act::conclude(j, {16, "quiet hours"}, at("05:00"), s);
    CHECK(local(j.run_at) == "2026-03-02T07:00");

    j = job("23:00");
    j.asked = true;
    CHECK(act::keeps_time_in_quiet_hours(j, at("23:05"), s));
    act::conclude(j, {0, ""}, at("23:00"), s);
    CHECK_THAT(j.receipt->what, contains("in quiet hours as was asked for"));
    // A later try of a call that was meant for the evening is bound.
    j = job("22:28");
    j.asked = true;
    CHECK_FALSE(act::keeps_time_in_quiet_hours(j, at("22:33"), s));
}

TEST_CASE("a line in use is tried again soon, in quiet hours too") {
    Seoul seoul;
    config::Settings s;
    s.quiet_hours = config::QuietHours{0, 8 * 60};
    Job j = job();
    act::conclude(j, {75, "+821000001234 is being called already (CA1)"}, at("07:00"), s);
    CHECK(j.then == "jobs");
    CHECK(j.run_at == at("07:01"));
    CHECK(j.attempt == 1);
    CHECK_FALSE(j.receipt);
}

TEST_CASE("what repeats waits for its next time, whatever became of this one") {
    Seoul seoul;
    config::Settings s;
    for (int status : {0, 12, 69}) {
        Job j = job();  // a Monday
        j.repeat = "weekdays";
        j.attempt = 3;
        act::conclude(j, {status, "x"}, at("07:05"), s);
        CHECK(j.then == "jobs");
        CHECK(local(j.run_at) == "2026-03-03T07:00");
        CHECK(j.due_at == j.run_at);
        CHECK(j.attempt == 1);
        CHECK_THAT(j.receipt->what, contains("next at 2026-03-03 07:00 (Tue)"));
    }
    Job j = job();
    j.repeat = "daily";
    act::conclude_late(j, *parse_iso("2026-03-09T12:00:00"));
    CHECK(local(j.run_at) == "2026-03-10T07:00");  // one receipt, no burst of old ones
    CHECK(j.receipt->status == "skipped");
}

TEST_CASE("late is what is more than the bound behind its time") {
    Seoul seoul;
    config::Settings s;
    CHECK_FALSE(act::is_late(job(), at("07:30"), s));
    CHECK(act::is_late(job(), at("07:31"), s));
    Job j = job();
    act::conclude_late(j, at("09:00"));
    CHECK(j.then == "failed");
    CHECK(j.receipt->status == "skipped");
}
