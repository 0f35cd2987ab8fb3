// pa-dial: places one call, prints its SID, and reports how it ended.
#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "act/schedule.hpp"
#include "act/spool.hpp"
#include "agent/persona.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "carrier/account.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "dial/about.hpp"
#include "dial/dialler.hpp"
#include "dial/report.hpp"
#include "dial/rules.hpp"
#include "dial/watch.hpp"
#include "extract/typed_time.hpp"
#include "net/http.hpp"

namespace {

using pa::Errc;
using pa::Error;
using pa::Result;
using pa::Status;
using pa::cli::Exit;

struct Options {
    std::string to;  // empty: MY_PHONE
    std::string about, persona, machine, ack, urgent, once, send_digits, at, repeat;
    int ring_s = 30, limit_s = 0;  // 0: MAX_CALL_MINUTES
    bool wait = false, follow = false, dry_run = false, confirm_number = false, json = false;
};

void declare(CLI::App& app, Options& o) {
    app.add_option("NUMBER", o.to, "Number to call, as people write it (default: MY_PHONE)")
        ->check(pa::cli::not_empty);
    app.add_option("--about", o.about, "What the call is about; - reads stdin")
        ->type_name("TEXT|-|@FILE");
    auto* wait =
        app.add_flag("--wait", o.wait, "Follow the call to its end; the status tells how it ended");
    auto* follow = app.add_flag("--follow", o.follow,
                                "Show the conversation on stderr while it goes on (waits)");
    app.add_option("--ack", o.ack, "Ask this and end with 15 unless it is affirmed (waits)")
        ->type_name("TEXT")
        ->check(pa::cli::not_empty);
    app.add_option("--once", o.once, "Make at most one call under KEY, ever")
        ->type_name("KEY")
        ->check(pa::cli::not_empty);
    app.add_option("--machine", o.machine, "What to do with an answering machine (default: hangup)")
        ->check(CLI::IsMember({"hangup", "message", "talk"}))
        ->type_name("ACTION");
    app.add_option("--persona", o.persona, "Another persona for this call")->type_name("NAME|FILE");
    app.add_option("--ring", o.ring_s, "Ring that long, as 45 (seconds) or 1m (default: 30)")
        ->transform(pa::cli::as_seconds)
        ->check(CLI::Range(5, 600))
        ->type_name("S");
    app.add_option("--time-limit", o.limit_s,
                   "Longest call, as 600 or 10m (default: MAX_CALL_MINUTES)")
        ->transform(pa::cli::as_seconds)
        ->check(CLI::Range(10, 14400))
        ->type_name("S");
    app.add_option("--send-digits", o.send_digits, "Keys to press when answered: 0-9 # * w (0.5 s)")
        ->type_name("DIGITS");
    app.add_option("--urgent", o.urgent, "Call in quiet hours and beyond the daily cap")
        ->type_name("REASON")
        ->check(pa::cli::not_empty);
    auto* at = app.add_option("--at", o.at, "Make the call then (by the spool); print the job's id")
                   ->type_name("TIME")
                   ->check(pa::cli::not_empty)
                   ->excludes(wait)
                   ->excludes(follow);
    app.add_option("--repeat", o.repeat, "With --at: again each time")
        ->check(CLI::IsMember({"daily", "weekdays", "weekends", "weekly", "monthly", "yearly"}))
        ->type_name("HOW")
        ->needs(at);
    app.add_flag("--confirm-number", o.confirm_number, "Call a number that looks doubtful");
    app.add_flag("--dry-run", o.dry_run, "Print the request, secrets masked; touch no network");
    app.add_flag("--json", o.json, "Print one line of JSON instead");
}

Error usage(std::string what) { return {Errc::usage, std::move(what)}; }

Status check_options(const Options& o) {
    if (o.send_digits.empty()) return pa::Done{};
    if (!pa::dial::are_send_digits(o.send_digits))
        return usage("--send-digits: at most 32 of 0-9 A-D # * w (0.5 s) W (1 s)");
    if (!o.machine.empty())
        return usage(
            "--machine with --send-digits: Twilio detects no machine when it sends digits");
    return pa::Done{};
}

Result<pa::PhoneNumber> number_to_call(const Options& o, const pa::config::Settings& settings) {
    if (o.to.empty())
        if (Status ok = settings.require({"MY_PHONE"}); !ok) return ok.error();
    std::string typed = o.to.empty() ? settings.my_phone->str() : o.to;
    return pa::dial::check_number(pa::read_number(typed), typed, o.confirm_number);
}

Result<pa::dial::Order> order_of(const Options& o, const pa::config::Settings& settings) {
    auto to = number_to_call(o, settings);
    if (!to) return to.error();
    auto about = pa::dial::read_about(o.about);
    if (!about) return about.error();
    pa::dial::Order order{*to, o.once, o.urgent, {}, o.ring_s, o.limit_s, false, o.send_digits};
    if (order.limit_s == 0) order.limit_s = settings.max_call_minutes * 60;
    order.matter = {to->str(), *about,
                    {},        o.machine.empty() ? "hangup" : o.machine,
                    o.ack,     std::chrono::seconds(o.ring_s)};
    // Read by the bridge when it is answered, too late to say that it cannot be.
    auto persona = pa::agent::find_persona(settings, o.persona);
    if (!persona) return persona.error();
    if (!o.persona.empty()) order.matter.persona = persona->file;
    order.detect_machine = o.send_digits.empty();  // Twilio does one of the two
    return order;
}

Result<Exit> show(const Options& o, const pa::config::Settings& settings,
                  const pa::twilio::Account& account, const pa::dial::Order& order) {
    pa::dial::SpendingLogs logs(settings.call_log_dir, pa::cli::say);
    auto allowed = pa::dial::check_rules(order.to, order.urgent, settings, pa::wall_now(), logs);
    if (!allowed) return allowed.error();
    std::string pn = settings.twilio_phone_number_sid;
    std::string from =
        pa::carrier::cached_caller_id(settings.directory + "/run/caller-id.json", pn);
    if (from.empty()) from = fmt::format("(number of {})", pn);
    std::string base = settings.public_url.empty() ? "(public URL)" : settings.public_url;
    auto request = pa::twilio::create_call(account, pa::dial::new_call(order, from, base));
    pa::cli::print(o.json ? pa::dial::write_request(request, order)
                          : pa::dial::show_request(request, order));
    return Exit::yes;
}

/// The arguments of pa-dial that the job's own call is made with.
std::vector<std::string> later_arguments(const Options& o, const pa::dial::Order& order) {
    std::vector<std::string> a{"--ring", std::to_string(o.ring_s)};
    auto add = [&a](const char* name, const std::string& text) {
        if (!text.empty()) a.insert(a.end(), {name, text});
    };
    add("--persona", order.matter.persona);
    add("--ack", o.ack);
    add("--send-digits", o.send_digits);
    add("--urgent", o.urgent);
    if (o.limit_s != 0) add("--time-limit", std::to_string(o.limit_s));
    if (o.confirm_number) a.emplace_back("--confirm-number");
    return a;
}

/// Whoever sits at a terminal sees how the number was read; what is kept of cron's runs hides it.
std::string shown(const pa::PhoneNumber& number) {
    if (::isatty(STDERR_FILENO) != 1) return pa::cli::number_shown(number.str());
    const std::string national = number.national();
    return national == number.str() ? national : fmt::format("{} ({})", national, number.str());
}

Result<Exit> tell(const Options& o, const pa::act::Job& job, const pa::PhoneNumber& owner) {
    auto number = job.to.empty() ? Result<pa::PhoneNumber>(owner) : pa::PhoneNumber::parse(job.to);
    pa::cli::say(fmt::format("{}: {}{}{}", pa::act::show_time(job.run_at),
                             number ? shown(*number) : job.to, job.repeat.empty() ? "" : ", ",
                             job.repeat));
    pa::cli::print(o.json ? pa::act::write_job(job) : job.id);
    return Exit::yes;
}

/// What became of the job that took this key first.
Result<Exit> tell_earlier(const Options& o, const pa::act::Spool& spool, const std::string& id,
                          const pa::PhoneNumber& owner) {
    std::string state = spool.state_of(id);
    if (state == "undone")
        return Error{Errc::refused,
                     fmt::format("the job of this key, {}, was taken back: no new one is made; use "
                                 "another key",
                                 id)};
    auto job = spool.find(id);
    if (!job) return job.error();
    if (!*job) return Error{Errc::later, fmt::format("job {} has just gone: try again", id)};
    pa::cli::say(fmt::format("this key was used before: no new job, this is the earlier one{}",
                             state == "jobs" ? "" : " (" + state + ")"));
    return tell(o, **job, owner);
}

/// A job of the spool in place of a call; under one --once key there is one.
Result<Exit> put(const Options& o, const pa::config::Settings& settings,
                 const pa::dial::Order& order) {
    auto at = pa::extract::read_typed_time(o.at, pa::wall_now());
    if (!at) return at.error().in("--at");
    // Of weekdays and weekends the first is one of them too.
    if (auto first =
            pa::act::next_occurrence(o.repeat, pa::to_civil(*at), *at - std::chrono::seconds(1));
        first)
        at = *first;
    Status allowed = pa::dial::check_country(order.to, settings.allowed_countries);
    if (allowed) allowed = pa::dial::check_hours(settings.quiet_hours, pa::to_civil(*at), o.urgent);
    if (!allowed) return allowed.error();
    pa::act::Job job;
    std::string name = o.once.empty() ? pa::random_bytes(16) : "once " + o.once;
    job.id = job.request_id = pa::hex(pa::sha256(name)).substr(0, 16);
    job.type = "dial";
    job.to = o.to.empty() ? "" : order.to.str();
    job.about = order.matter.about;
    job.title = std::string(pa::utf8_prefix(job.about.substr(0, job.about.find('\n')), 60));
    job.dial = later_arguments(o, order);
    job.machine = o.machine;
    job.due_at = job.run_at = *at;
    job.repeat = o.repeat;
    job.anchor = pa::to_civil(*at);
    if (o.dry_run) {
        pa::cli::print(pa::act::write_job(job));
        return Exit::yes;
    }
    pa::act::Spool spool(settings.directory, "");
    auto added = spool.add(job);
    if (!added) return added.error();
    return *added ? tell(o, job, order.to) : tell_earlier(o, spool, job.id, order.to);
}

/// One line on a terminal, written over and over.
class LiveLine {
public:
    LiveLine() : on_(::isatty(STDERR_FILENO) == 1 && !pa::cli::common().quiet) {}
    void show(const std::string& text) {
        if (!on_ || text == shown_) return;
        shown_ = text;
        std::string line = "\r\x1b[K" + text;
        (void)!::write(STDERR_FILENO, line.data(), line.size());
    }

private:
    bool on_;
    std::string shown_;
};

/// What is shown of a call while it runs.
struct View {
    LiveLine line;
    pa::dial::Watch* watch = nullptr;  // with --follow
    std::string call_sid;
};

pa::dial::Surroundings surroundings(const Options& o, const pa::PhoneNumber& to, View& view) {
    pa::dial::Surroundings around;
    around.wall = pa::wall_now;
    around.now = [] { return std::chrono::steady_clock::now(); };
    around.sleep = [](auto t) { std::this_thread::sleep_for(t); };
    around.say = pa::cli::say;
    around.placed = [&o, to, &view](const pa::dial::Placed& placed) {
        view.call_sid = placed.call_sid;
        pa::cli::say(placed.earlier ? "this key was used before: no new call, this is about the "
                                      "earlier one"
                                    : "calling " + shown(to));
        if (!o.json) pa::cli::print(placed.call_sid);
    };
    around.changed = [&view](const pa::dial::CallState& state, int seconds) {
        if (view.watch != nullptr)
            view.watch->look(view.call_sid);
        else
            view.line.show(pa::dial::live_text(state, seconds));
    };
    return around;
}

/// One line of the conversation: data of a kind, but for people, so that stdout stays the
/// outcome's.
void show_said(const std::string& line) {
    std::string whole = line + "\n";
    (void)!::write(STDERR_FILENO, whole.data(), whole.size());
}

Result<Exit> dial(const Options& o, const pa::config::Settings& settings,
                  const pa::twilio::Account& account, const pa::dial::Order& order) {
    pa::net::CurlHttp http;
    pa::net::CurlHttp local;
    pa::dial::Watch watch(local, settings.operator_socket, show_said);
    View view;
    if (o.follow) view.watch = &watch;
    pa::dial::Dialler dialler(
        http, [&] { return http.never_sent(); }, settings, account,
        surroundings(o, order.to, view));
    auto report = dialler.dial(order, o.wait || o.follow || !o.ack.empty());
    view.line.show({});
    if (!report) return report.error();
    if (o.follow) watch.finish(report->state.log);
    if (o.json)
        pa::cli::print(pa::dial::write_report(*report));
    else if (report->outcome)
        pa::cli::print(pa::dial::word_of(*report->outcome));
    if (!report->outcome) return Exit::yes;
    pa::cli::say(dialler.explain(*report));
    return static_cast<Exit>(*report->outcome);
}

Result<Exit> run(const Options& o) {
    if (Status ok = check_options(o); !ok) return ok.error();
    auto settings = pa::config::load({pa::cli::common().directory, {}, o.persona});
    if (!settings) return settings.error();
    for (const std::string& warning : settings->warnings) pa::cli::say(warning);
    auto order = order_of(o, *settings);
    if (!order) return order.error();
    if (!o.at.empty()) {
        if (Status ok = pa::dial::check_rule_settings(*settings); !ok) return ok.error();
        return put(o, *settings, *order);
    }
    auto account = pa::carrier::account_of(*settings);
    if (!account) return account.error();
    if (Status ok = pa::dial::check_rule_settings(*settings); !ok) return ok.error();
    if (Status ok = settings->require({"TWILIO_PHONE_NUMBER_SID"}); !ok) return ok.error();
    return o.dry_run ? show(o, *settings, *account, *order) : dial(o, *settings, *account, *order);
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-dial", "Place a call and print its SID; with --wait, tell how it ended.",
         "Status with --wait: 0 answered, 10 no answer, 11 busy, 12 cancelled or declined,\n"
         "13 failed, 14 machine, 15 not acknowledged; 16 refused by our own rules.\n"
         "Examples:\n"
         "  pa-dial --about \"Wake-up call, first meeting at nine\"\n"
         "  pa-dial --at \"tomorrow 07:00\" --repeat weekdays --about \"Wake-up call\"\n"
         "  make report | pa-dial 010-0000-5678 --wait --about - || notify-send missed"},
        argc, argv, declare, run);
}
