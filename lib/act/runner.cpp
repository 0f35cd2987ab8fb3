#include "act/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/calendar.hpp"
#include "base/child_run.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "dial/ledger.hpp"

namespace pa::act {
namespace {

using namespace std::chrono_literals;

/// pa-dial ends by itself, after the longest ring and call; this is for one that hangs.
constexpr auto longest_run = 5h;

/// The last line of what it said, without its name.
std::string last_sentence(const std::string& err) {
    std::string_view text = trim(err);
    std::string_view line = text.substr(text.rfind('\n') + 1);
    if (line.starts_with("pa-dial: ")) line.remove_prefix(9);
    return to_utf8(line.substr(0, 500));
}

}  // namespace

std::vector<std::string> dial_arguments(const Job& job, WallTime now,
                                        const config::Settings& settings) {
    std::vector<std::string> a{"-C", settings.directory, "--wait",     "--about",
                               "-",  "--once",           once_key(job)};
    std::string machine = job.machine;
    bool detects = std::find(job.dial.begin(), job.dial.end(), "--send-digits") == job.dial.end();
    if (machine.empty() && detects && settings.voicemail == "message") machine = "message";
    if (!machine.empty()) a.insert(a.end(), {"--machine", machine});
    if (keeps_time_in_quiet_hours(job, now, settings))
        a.insert(a.end(), {"--urgent", "asked for at this time"});
    a.insert(a.end(), job.dial.begin(), job.dial.end());
    if (!job.to.empty()) a.insert(a.end(), {"--", job.to});
    return a;
}

Runner::Runner(RunnerWorld world, Spool& spool, ReceiptBook& book)
    : world_(std::move(world)), spool_(spool), book_(book) {}

Status Runner::run(Claim& claim) {
    Job& job = claim.job;
    if (job.then.empty())
        if (Status decided = decide(claim); !decided) return decided;
    if (job.receipt) {
        if (Status read = book_.refresh(); !read) return read;
        if (!book_.has_run(job.request_id, job.receipt->run))
            if (Status added = book_.append(*job.receipt); !added) return added;
    }
    return spool_.leave(job);
}

Status Runner::decide(Claim& claim) {
    Job& job = claim.job;
    WallTime now = world_.now();
    if (is_late(job, now, world_.settings) && !was_called(job)) {
        conclude_late(job, now);
        return spool_.keep(job);
    }
    std::string about = job.about;
    if (job.to.empty()) about += agenda_for(world_.settings, now);
    DialEnd end = world_.dial(dial_arguments(job, now, world_.settings), about);
    conclude(job, end, world_.now(), world_.settings);
    return spool_.keep(job);
}

/// Whether this attempt got as far as the carrier, in a process that died since.
bool Runner::was_called(const Job& job) const {
    auto attempt = dial::Ledger(world_.settings.directory + "/run").of_key(once_key(job)).read();
    return !attempt || attempt->state != dial::Attempt::State::none;
}

DialEnd run_pa_dial(const std::vector<std::string>& arguments, const std::string& about,
                    const config::Settings& settings) {
    ChildOptions options;
    options.argv = {find_tool("pa-dial")};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.pipe_stderr = true;
    // config::load took these out of our environment; where they came from there, pa-dial needs
    // them.
    auto hand = [&](const char* name, const Secret& secret) {
        if (!secret.empty()) options.set_env.emplace_back(name, secret.reveal());
    };
    hand("TWILIO_AUTH_TOKEN", settings.twilio_auth_token);
    hand("TWILIO_API_KEY_SECRET", settings.twilio_api_key_secret);
    RunBounds bounds;
    bounds.timeout = longest_run;
    bounds.output = 4U << 20U;
    auto outcome = run_child(options, about, bounds);
    if (!outcome) return {70, outcome.error().what};
    return {outcome->status, last_sentence(outcome->err)};
}

}  // namespace pa::act
