// pa-act: carries requests out, each exactly once, and says with a receipt what it did.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>

#include "act/actor.hpp"
#include "act/due.hpp"
#include "act/functions.hpp"
#include "act/overview.hpp"
#include "act/remember.hpp"
#include "base/line_buffer.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "extract/due.hpp"
#include "json/writer.hpp"
#include "store/ledger.hpp"

namespace {

using pa::Errc;
using pa::Error;
using pa::Result;
using pa::Status;
using pa::WallTime;
using pa::cli::Exit;

struct Options {
    std::string undo, only, now, asked, function, again_id, memory = "append";
    int timeout_s = 60;
    bool due = false, wait = false, list = false, promises = false;
    bool dry_run = false, again = false, json = false, describe = false;
};

void declare(CLI::App& app, Options& o) {
    auto* due = app.add_flag("--due", o.due, "Carry out what is due now, and end: for cron");
    app.add_flag("--wait", o.wait, "With --due: until the calls have ended; print their receipts")
        ->needs(due);
    auto* list = app.add_flag("--list", o.list, "Show what is open, was done, and failed");
    auto* promises =
        app.add_flag("--promises", o.promises, "Show what was promised and has no receipt");
    auto* undo =
        app.add_option("--undo", o.undo, "Take back what was done for a request")->type_name("ID");
    auto* asked =
        app.add_option("--asked", o.asked, "That need not be asked any more")->type_name("ID");
    app.add_option("--memory", o.memory,
                   "Summaries and facts of calls: append to MEMORY.md, ask with a patch, off")
        ->check(CLI::IsMember({"append", "ask", "off"}))
        ->type_name("HOW");
    auto* function = app.add_option("--function", o.function,
                                    "Run a shipped function of the call, arguments on stdin")
                         ->type_name("NAME");
    app.add_flag("--describe", o.describe, "With --function: print its description")
        ->needs(function);
    app.add_flag("--dry-run", o.dry_run, "Say what would be done; touch nothing");
    app.add_option("--only", o.only, "Only requests of that type")->type_name("TYPE");
    app.add_option_function<std::string>(
           "--again",
           [&o](const std::string& id) {
               o.again = true;
               o.again_id = id;
           },
           "Also requests that have a receipt; with an ID that request of the call logs, without "
           "stdin")
        ->expected(0, 1)
        ->type_name("[ID]");
    app.add_option("--timeout", o.timeout_s,
                   "That long a handler may take, as 90 or 2m (default: 60)")
        ->transform(pa::cli::as_seconds)
        ->check(CLI::Range(1, 3600))
        ->type_name("S");
    app.add_option("--now", o.now, "As if it were that time (RFC 3339)")->type_name("TIME");
    app.add_flag("--json", o.json, "With --list and --promises: one line of JSON each");
    for (auto* one : {due, list, promises})
        for (auto* other : {due, list, promises, undo, asked})
            if (one != other) one->excludes(other);
}

/// The clock, moved by --now.
Result<std::function<WallTime()>> clock_of(const Options& o) {
    if (o.now.empty()) return std::function<WallTime()>(pa::wall_now);
    auto start = pa::parse_iso(o.now);
    if (!start)
        return Error{Errc::usage, "--now: expected a time such as 2026-03-01T07:00:00+09:00"};
    auto moved = *start - pa::wall_now();
    return std::function<WallTime()>([moved] { return pa::wall_now() + moved; });
}

/// A rule that cannot be read must not be a rule that is left out.
Status check_settings(const pa::config::Settings& settings) {
    for (const char* key : {"TIMEZONE", "ALLOWED_COUNTRIES", "QUIET_HOURS", "LATE_MINUTES",
                            "VOICEMAIL", "CALENDAR_CALL_MINUTES", "MY_PHONE"})
        if (auto problem = settings.problems.find(key); problem != settings.problems.end())
            return Error{Errc::config, problem->second};
    return pa::Done{};
}

/// What the worst of many requests makes of the exit status.
class Tally {
public:
    void add(const pa::act::Receipt& r) {
        if (r.status == "failed") worse(r.retry ? Exit::later : Exit::no);
    }
    void worse(Exit exit) { worst_ = rank(exit) > rank(worst_) ? exit : worst_; }
    [[nodiscard]] Exit exit() const { return worst_; }

private:
    static int rank(Exit e) {
        return e == Exit::io      ? 4
               : e == Exit::data  ? 3
               : e == Exit::no    ? 2
               : e == Exit::later ? 1
                                  : 0;
    }
    Exit worst_ = Exit::yes;
};

/// What was asked for is done even if nobody reads the receipts: they are in the book.
void take(const pa::store::Request& request, const Options& o, pa::act::Actor& actor,
          Tally& tally) {
    if (!o.only.empty() && request.type != o.only) return;
    auto receipt = actor.act(request);
    if (!receipt) {
        pa::cli::warn(receipt.error().in(request.id).what);
        tally.worse(Exit::io);
        return;
    }
    tally.add(*receipt);
    pa::cli::print(pa::act::write_receipt(*receipt));
}

/// `number` counts from 1, blank lines too, as an editor does.
void take_line(const std::string& line, std::size_t number, const Options& o, pa::act::Actor& actor,
               Tally& tally) {
    if (pa::trim(line).empty()) return;
    auto request = pa::store::read_request(line);
    if (request) return take(*request, o, actor, tally);
    pa::cli::warn(fmt::format("line {}: no request: {}", number, request.error().what));
    tally.worse(Exit::data);
}

/// --again ID: as pa-extract found it.
Result<Exit> act_again(const Options& o, const pa::config::Settings& settings,
                       pa::act::Actor& actor) {
    auto ledger = pa::store::load_ledger(settings.call_log_dir);
    if (!ledger) return ledger.error();
    for (const auto& [sid, findings] : *ledger)
        for (const pa::store::Request& request : findings.requests)
            if (request.id == o.again_id) {
                Tally tally;
                take(request, o, actor, tally);
                return tally.exit();
            }
    return Error{Errc::no, fmt::format("{}: no request of the calls in {}", o.again_id,
                                       settings.call_log_dir)};
}

Result<Exit> act(const Options& o, pa::act::Actor& actor) {
    if (::isatty(0) == 1)
        return Error{Errc::usage, "no requests: pa-extract call_logs/*.json | pa-act (see --help)"};
    Tally tally;
    pa::LineBuffer lines(4U << 20U);
    char buffer[65536];
    std::size_t number = 0;
    for (bool more = true; more;) {
        ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        more = n > 0;
        if (more) lines.feed({buffer, static_cast<std::size_t>(n)});
        for (auto line = lines.next(); line; line = lines.next())
            take_line(*line, ++number, o, actor, tally);
    }
    if (auto line = lines.rest()) take_line(*line, ++number, o, actor, tally);
    return tally.exit();
}

/// What the calls left to remember, after the requests: a receipt each.
Result<Exit> remember(const Options& o, const pa::config::Settings& settings, Exit so_far) {
    if (o.dry_run || !o.only.empty()) return so_far;
    auto mode = o.memory == "append" ? pa::act::MemoryMode::append
                : o.memory == "ask"  ? pa::act::MemoryMode::ask
                                     : pa::act::MemoryMode::off;
    auto receipts = pa::act::remember_calls(settings, mode);
    if (!receipts) return receipts.error();
    for (const auto& receipt : *receipts) pa::cli::print(pa::act::write_receipt(receipt));
    return so_far;
}

std::optional<WallTime> read_time(std::string_view words, WallTime now) {
    if (auto exact = pa::parse_iso(words)) return *exact > now ? exact : std::nullopt;
    pa::extract::Due due = pa::extract::read_due(words, now);
    bool usable = due.at && !due.all_day && !due.approximate;
    return usable ? due.at : std::nullopt;
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

Result<Exit> function(const Options& o, const pa::config::Settings& settings, WallTime now) {
    std::string arguments;
    char buffer[16384];
    for (ssize_t n = 0; (n = ::read(STDIN_FILENO, buffer, sizeof buffer)) != 0;) {
        if (n < 0 && errno != EINTR) return Error{Errc::io, "cannot read stdin"};
        if (n > 0) arguments.append(buffer, static_cast<std::size_t>(n));
    }
    pa::act::FunctionContext context{
        settings, now, environment("PA_CALL_ID"), environment("PA_CALLER"),
        [now](std::string_view words) { return read_time(words, now); }};
    if (!context.call_id.empty()) context.call_id += environment("PA_CALL_SID");
    auto answer = pa::act::call_function(o.function, arguments, context);
    if (!answer) return answer.error();
    pa::cli::print(*answer);
    return Exit::yes;
}

std::string started_line(const pa::act::Job& job, bool resumed) {
    pa::json::Writer w;
    w.start().object().member("job", job.id).member("title", job.title);
    return w.member("resumed", resumed).end().str();
}

Result<Exit> due(const Options& o, const pa::config::Settings& settings,
                 std::function<WallTime()> now) {
    pa::act::ReceiptBook book(settings.directory + "/spool");
    if (Status read = book.refresh(); !read) return read.error();
    std::size_t known = book.all().size();
    std::set<std::string> ours;
    pa::act::DueOptions options;
    options.now = std::move(now);
    options.wait = o.wait;
    options.warn = [](const std::string& sentence) { pa::cli::warn(sentence); };
    options.started = [&](const pa::act::Job& job, bool resumed) {
        ours.insert(job.request_id);
        if (!o.wait) pa::cli::print(started_line(job, resumed));
    };
    auto result = pa::act::run_due(settings, options);
    if (!result) return result.error();
    if (result->broken > 0)
        return Error{Errc::io, "a job could not be filed: the next run goes on"};
    if (o.wait) {
        if (Status read = book.refresh(); !read) return read.error();
        for (std::size_t i = known; i < book.all().size(); ++i)
            if (ours.count(book.all()[i].request_id) > 0)
                pa::cli::print(pa::act::write_receipt(book.all()[i]));
    }
    return result->jobs > 0 ? Exit::yes : Exit::no;
}

/// How many there were to show.
std::size_t show(const std::vector<pa::act::Entry>& entries, const Options& o) {
    std::set<std::string> types;
    std::size_t shown = 0;
    for (const auto& entry : entries) {
        types.insert(entry.type);
        if (!o.only.empty() && entry.type != o.only) continue;
        ++shown;
        pa::cli::print(o.json ? pa::act::write_entry(entry)
                              : pa::printable(pa::act::show_entry(entry)));
    }
    if (shown == 0 && !types.empty())
        pa::cli::say(fmt::format("nothing of the type {}; there is: {}", o.only,
                                 pa::printable(fmt::format("{}", fmt::join(types, ", ")))));
    return shown;
}

Result<Exit> list(const Options& o, const pa::config::Settings& settings) {
    auto entries = o.promises ? pa::act::promises(settings) : pa::act::overview(settings);
    if (!entries) return entries.error();
    bool any = show(*entries, o) > 0;
    return any == o.promises ? Exit::no : Exit::yes;
}

Result<Exit> run(const Options& o) {
    auto now = clock_of(o);
    if (!now) return now.error();
    if (o.describe) {
        auto description = pa::act::describe_function(o.function);
        if (!description) return description.error();
        pa::cli::print(*description);
        return Exit::yes;
    }
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    for (const std::string& warning : settings->warnings) pa::cli::say(warning);
    if (Status ok = check_settings(*settings); !ok) return ok.error();
    if (o.list || o.promises) return list(o, *settings);
    if (!o.function.empty()) return function(o, *settings, (*now)());
    if (o.due) return due(o, *settings, *now);
    if (!o.asked.empty()) {
        auto closed = pa::act::AskList(settings->directory + "/spool").close(o.asked);
        if (!closed) return closed.error();
        if (*closed) return Exit::yes;
        return Error{Errc::no, o.asked + ": nothing open to ask has that id (see pa-act --list)"};
    }
    pa::act::ActOptions options;
    options.now = *now;
    options.handler_timeout = std::chrono::seconds(o.timeout_s);
    options.dry_run = o.dry_run;
    options.again = o.again;
    pa::act::Actor actor(*settings, options);
    if (o.undo.empty()) {
        if (!o.again_id.empty()) return act_again(o, *settings, actor);
        auto done = act(o, actor);
        return done ? remember(o, *settings, *done) : done;
    }
    auto receipt = actor.undo(o.undo);
    if (!receipt) return receipt.error();
    pa::cli::print(pa::act::write_receipt(*receipt));
    return Exit::yes;
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-act",
         "Carry out requests, one JSON a line on stdin, each exactly once; print receipts.",
         "Examples:\n"
         "  pa-extract call_logs/*.json | pa-act\n"
         "  * * * * * /usr/local/bin/pa-act --due      (crontab)\n"
         "  pa-act --list; pa-act --undo 0123456789abcdef"},
        argc, argv, declare, run);
}
