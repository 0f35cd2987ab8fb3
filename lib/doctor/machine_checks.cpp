// What else this machine needs: programs, something that runs what is due, and being awake then.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "act/schedule.hpp"
#include "act/spool.hpp"
#include "base/file.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "doctor/check.hpp"
#include "doctor/crontab.hpp"
#include "tunnel/provider.hpp"

namespace pa::doctor {
namespace {

bool installed(const std::string& program) { return find_tool(program) != program; }

/// Where ngrok keeps the token that `ngrok config add-authtoken` was given.
bool ngrok_is_configured(const std::string& home) {
    for (const char* place : {"/.config/ngrok/ngrok.yml", "/.ngrok2/ngrok.yml",
                              "/Library/Application Support/ngrok/ngrok.yml"})
        if (file_exists(home + place)) return true;
    return false;
}

void check_ngrok(const Context& context, Report& report) {
    if (context.settings.ngrok_authtoken.empty() && !ngrok_is_configured(context.machine.home))
        return report.warn("ngrok",
                           "is installed but has no authtoken: dashboard.ngrok.com, Your "
                           "Authtoken, into NGROK_AUTHTOKEN");
    report.ok("ngrok", "is installed");
}

Crontab crontab_of(const Machine& machine) {
    return read_crontab(machine.crontab ? machine.crontab() : "");
}

bool has(const std::string& text, std::string_view word) {
    return text.find(word) != std::string::npos;
}

/// Also behind programs that we do not know: who says --due means ours.
bool makes_due_calls(const CronEntry& entry) {
    return entry.has_word("--due") &&
           std::any_of(entry.words.begin(), entry.words.end(), [](const std::string& word) {
               return word == "pa-act" || word.ends_with("/pa-act");
           });
}

/// The tool of ours that an entry of the crontab starts and cron does not find by its own PATH; ""
/// if it finds it, or if another is set, which may lead to it.
std::string unfound_by_cron(const Machine& machine) {
    const Crontab crontab = crontab_of(machine);
    if (crontab.sets_path) return "";
    auto found = [&](std::string_view tool) {
        return std::any_of(machine.cron_path.begin(), machine.cron_path.end(),
                           [&](const std::string& folder) {
                               return is_executable(fmt::format("{}/{}", folder, tool));
                           });
    };
    for (const CronEntry& entry : crontab.entries)
        for (const std::string& program : entry.programs)
            if ((program == "pa-act" || program == "pa-dial") && !entry.sets_path &&
                !found(program))
                return program;
    return "";
}

/// When an entry of the crontab has this agent call, by pa-dial or a script of its directory: "0 7
/// * * 1-5"; "" if none does. What is started with the machine is no call.
std::string when_cron_calls(const Machine& machine, const std::string& directory) {
    for (const CronEntry& entry : crontab_of(machine).entries) {
        if (entry.starts("pa-act") || makes_due_calls(entry) || entry.when == "@reboot") continue;
        if (entry.starts("pa-dial") || has(entry.command, directory) ||
            has(entry.command, "/phone-agent/"))
            return entry.when;
    }
    return "";
}

/// What runs `pa-act --due` each minute, or "".
std::string runner_of(const Machine& machine) {
    for (const std::string& place :
         {machine.home + "/.config/systemd/user", std::string("/etc/systemd/user"),
          std::string("/etc/systemd/system")})
        if (file_exists(place + "/timers.target.wants/phone-agent-due.timer"))
            return "phone-agent-due.timer";
    if (file_exists(machine.home + "/Library/LaunchAgents/phone-agent-due.plist"))
        return "phone-agent-due.plist";
    const auto entries = crontab_of(machine).entries;
    return std::any_of(entries.begin(), entries.end(), makes_due_calls) ? "crontab" : "";
}

std::string calls(std::size_t n) { return fmt::format("{} call{}", n, n == 1 ? "" : "s"); }

/// A mouse has a battery too, but its scope is "Device".
bool has_battery(const std::string& power_supply) {
    std::error_code none;
    for (const auto& supply : std::filesystem::directory_iterator(power_supply, none)) {
        auto says = [&](const char* file, std::string_view word) {
            auto text = read_file(supply.path().string() + "/" + file, 4096);
            return text && trim(*text) == word;
        };
        if (says("type", "Battery") && !says("scope", "Device")) return true;
    }
    return false;
}

/// Why the machine may not be awake at that time, with the remedy; "" if nothing speaks for it.
std::string may_sleep(const Machine& machine) {
#ifdef __APPLE__
    return "a Mac sleeps, and then it is not made: sudo pmset repeat wakeorpoweron, or caffeinate "
           "-s before the pipeline";
#else
    auto kernel = read_file(machine.kernel, 4096);
    if (kernel && to_lower(*kernel).find("microsoft") != std::string::npos)
        return "WSL stops soon after its last window closes, and cron with it: let the Task "
               "Scheduler of Windows start it";
    if (has_battery(machine.power_supply))
        return "this machine has a battery: asleep it makes no call; a system timer with "
               "WakeSystem=true, or rtcwake, wakes it five minutes before";
    return "";
#endif
}

}  // namespace

void check_programs(Context& context, Report& report) {
    if (!context.settings.public_url.empty())
        return report.ok("PUBLIC_URL", "is set: no tunnel program is needed");
    if (installed("ngrok")) return check_ngrok(context, report);
    for (const char* other : {"cloudflared", "tailscale"})
        if (installed(other))
            return report.ok(other,
                             fmt::format("is installed: pa-tunnel --provider {} | …", other));
    if (std::string url = tunnel_in_use(context); !url.empty())
        return report.ok("tunnel", fmt::format("{} is there, from elsewhere", url));
    auto ngrok = tunnel::make_provider("ngrok", {}, context.http);
    report.fail("ngrok", fmt::format("is not installed, and neither is cloudflared or tailscale; "
                                     "{}",
                                     ngrok ? (*ngrok)->install_hint() : ""));
}

void check_timer(Context& context, Report& report) {
    const std::string runner = runner_of(context.machine);
    const std::string line = fmt::format("* * * * * {} -C {} --due >/dev/null", find_tool("pa-act"),
                                         context.settings.directory);
    act::Spool spool(context.settings.directory, "");
    auto jobs = spool.list("jobs");
    if (!jobs) return report.fail("spool", jobs.error().what);
    for (const std::string& broken : spool.take_warnings()) report.warn("spool", broken);
    const auto overdue = std::count_if(jobs->begin(), jobs->end(), [&](const act::Job& job) {
        return job.run_at < context.machine.now - std::chrono::minutes(2);
    });
    if (std::string tool = unfound_by_cron(context.machine); !tool.empty())
        return report.fail(
            "timer", fmt::format("crontab has {0}, which cron does not find: its PATH is "
                                 "{1}; write {2} there (`crontab -e`)",
                                 tool, fmt::join(context.machine.cron_path, ":"), find_tool(tool)));
    if (runner.empty() && !jobs->empty())
        return report.fail("timer", fmt::format("{} to be made, and nothing makes them: put this "
                                                "line in by `crontab -e`: {}",
                                                calls(jobs->size()), line));
    if (runner.empty())
        return report.warn("timer", fmt::format("nothing makes the calls that are asked for: put "
                                                "this line in by `crontab -e`: {}",
                                                line));
    if (overdue > 0)
        return report.warn(
            "timer", fmt::format("{} overdue, although there is {}: does it run, and for this "
                                 "directory? By hand: pa-act -C {} --due",
                                 calls(static_cast<std::size_t>(overdue)), runner,
                                 context.settings.directory));
    report.ok("timer", fmt::format("{} makes the calls that are due; {} to be made", runner,
                                   calls(jobs->size())));
}

void check_sleep(Context& context, Report& report) {
    auto jobs = act::Spool(context.settings.directory, "").list("jobs");
    if (!jobs) return;  // told by the timer
    auto next = std::find_if(jobs->begin(), jobs->end(), [&](const act::Job& job) {
        return job.run_at >= context.machine.now;
    });
    const std::string by_cron = when_cron_calls(context.machine, context.settings.directory);
    if (next == jobs->end() && by_cron.empty())
        return report.ok("sleep", "no call is due that could be slept through");
    const std::string when =
        next != jobs->end()
            ? fmt::format("the next call is due at {}", act::show_time(next->run_at))
            : fmt::format("crontab makes a call at \"{}\"", by_cron);
    if (const std::string why = may_sleep(context.machine); !why.empty())
        return report.warn("sleep",
                           fmt::format("{}; {} (README, A laptop that sleeps)", when, why));
    report.ok("sleep", when + ", on a machine without a battery");
}

}  // namespace pa::doctor
