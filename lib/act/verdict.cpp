#include "act/verdict.hpp"

#include <fmt/format.h>

#include "act/schedule.hpp"

namespace pa::act {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;

constexpr int most_unanswered = 3, most_busy = 5;  // further calls

bool in_quiet_hours(const config::Settings& s, WallTime t) {
    return s.quiet_hours && s.quiet_hours->contains(to_civil(t).minute_of_day());
}

/// The first minute after `now` in which calls are allowed.
WallTime end_of_quiet_hours(const config::Settings& s, WallTime now) {
    Civil c = to_civil(now);
    if (c.minute_of_day() >= s.quiet_hours->to) ++c.day;
    c.hour = s.quiet_hours->to / 60;
    c.minute = s.quiet_hours->to % 60;
    c.second = 0;
    return from_civil(c);
}

class Conclusion {
public:
    Conclusion(Job& job, WallTime now) : job_(job), now_(now), run_(run_name(job)) {}

    void done(const std::string& what) { over("done", "done", what); }
    void failed(const std::string& what) { over("failed", "failed", what); }
    void skipped(const std::string& what) { over("failed", "skipped", what); }

    /// Another call, under another key.
    void call_again(WallTime at, const std::string& why) {
        ++job_.attempt;
        tell("scheduled", fmt::format("{}: again at {}", why, show_time(at)), "jobs");
        wait_until(at);
    }
    /// No call was made: the same one later, without a word.
    void try_again(WallTime at) {
        job_.receipt.reset();
        wait_until(at);
    }
    void move_to(WallTime at, const std::string& why) {
        tell("scheduled", fmt::format("{}: moved to {}", why, show_time(at)), "jobs");
        job_.due_at = at;
        wait_until(at);
    }

private:
    void over(const std::string& then, const std::string& status, std::string what) {
        auto next = next_occurrence(job_.repeat, job_.anchor, std::max(now_, job_.due_at));
        if (next) what += fmt::format("; next at {}", show_time(*next));
        tell(status, what, next ? "jobs" : then);
        job_.then = then;
        if (!next) return;
        job_.due_at = *next;
        job_.attempt = 1;
        wait_until(*next);
    }
    void wait_until(WallTime at) {
        job_.run_at = at;
        job_.then = "jobs";
    }
    void tell(const std::string& status, const std::string& what, const std::string& folder) {
        Receipt r;
        r.request_id = job_.request_id;
        r.type = job_.type;
        r.status = status;
        r.what = job_.title.empty() ? what : fmt::format("{}: {}", job_.title, what);
        r.where = fmt::format("spool/{}/{}.json", folder, job_.id);
        if (folder == "jobs") r.undo = "pa-act --undo " + job_.id;
        r.run = run_;
        r.at = now_;
        job_.receipt = std::move(r);
    }

    Job& job_;
    WallTime now_;
    std::string run_;
};

/// True if one more try at `at` is within the bound that counts from the job's own time.
bool still_time(const Job& job, WallTime at, const config::Settings& s) {
    return at - job.due_at <= minutes(s.late_minutes);
}

void unanswered(Job& job, Conclusion& c, WallTime now, int most, minutes pause, const char* why) {
    if (job.attempt <= most)
        c.call_again(now + pause, why);
    else
        c.failed(fmt::format("{}, {} times", why, job.attempt));
}

void met_machine(Job& job, Conclusion& c, WallTime now, const config::Settings& s) {
    if (s.voicemail == "message" || job.machine == "message")
        return c.done("left a message on a machine");
    if (s.voicemail == "done") return c.done("a machine answered");
    unanswered(job, c, now, most_unanswered, 5min, "a machine answered");
}

void refused(Job& job, Conclusion& c, WallTime now, const config::Settings& s,
             const std::string& said) {
    if (in_quiet_hours(s, now) && !keeps_time_in_quiet_hours(job, now, s))
        return c.move_to(end_of_quiet_hours(s, now), "quiet hours");
    c.failed("refused: " + said);
}

void unreachable(Job& job, Conclusion& c, WallTime now, const config::Settings& s,
                 const std::string& said) {
    if (still_time(job, now + 1min, s)) return c.try_again(now + 1min);
    c.failed(fmt::format("given up {} minutes after its time: {}", s.late_minutes, said));
}

}  // namespace

bool is_late(const Job& job, WallTime now, const config::Settings& settings) {
    return now - job.run_at > minutes(settings.late_minutes);
}

bool keeps_time_in_quiet_hours(const Job& job, WallTime now, const config::Settings& settings) {
    return job.asked && in_quiet_hours(settings, now) && in_quiet_hours(settings, job.due_at);
}

void conclude(Job& job, const DialEnd& end, WallTime now, const config::Settings& settings) {
    Conclusion c(job, now);
    std::string said = end.said.empty() ? fmt::format("status {}", end.status) : end.said;
    bool kept = keeps_time_in_quiet_hours(job, now, settings);
    if (end.status == 75 || end.status >= 128) return unreachable(job, c, now, settings, said);
    switch (end.status) {
        case 0: return c.done(kept ? "called, in quiet hours as was asked for" : "called");
        case 10: return unanswered(job, c, now, most_unanswered, 5min, "no answer");
        case 11: return unanswered(job, c, now, most_busy, 2min, "busy");
        case 12: return c.failed("declined or cancelled");
        case 14: return met_machine(job, c, now, settings);
        case 15: return unanswered(job, c, now, most_unanswered, 5min, "not acknowledged");
        case 16: return refused(job, c, now, settings, said);
        default: return c.failed(said);
    }
}

void conclude_late(Job& job, WallTime now) {
    Conclusion(job, now).skipped(
        fmt::format("its time, {}, has passed while nothing ran here", show_time(job.run_at)));
}

}  // namespace pa::act
