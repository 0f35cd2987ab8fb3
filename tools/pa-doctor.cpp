// pa-doctor: proves the path of a call and names the broken hop with its remedy; makes new agents.
#include <fmt/format.h>

#include "agent/init.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "doctor/check.hpp"
#include "json/writer.hpp"
#include "net/http.hpp"

namespace {

using pa::Result;
using pa::cli::Exit;
using pa::doctor::Finding;
using pa::doctor::Level;

struct Options {
    std::string init;  // directory of the agent to make; empty: check one
    bool json = false, offline = false, call = false;
};

const CLI::Validator not_empty(
    [](std::string& text) { return text.empty() ? "names no folder" : std::string(); }, "");

void declare(CLI::App& app, Options& o) {
    auto* init = app.add_option("--init", o.init, "Make a new agent there; overwrite nothing")
                     ->type_name("DIR")
                     ->check(not_empty);
    app.add_flag("--json", o.json, "One JSON object a line")->excludes(init);
    auto* offline =
        app.add_flag("--offline", o.offline, "Look at this machine only")->excludes(init);
    app.add_flag("--call", o.call, "If all is well, call MY_PHONE and judge the call (costs money)")
        ->excludes(init)
        ->excludes(offline);
}

Result<Exit> init(const std::string& directory) {
    auto made = pa::agent::init_agent(directory, pa::to_civil(pa::wall_now()));
    if (!made) return made.error();
    for (const auto& path : *made) pa::cli::print(path);
    if (made->empty())
        pa::cli::say(directory + " has everything already");
    else
        pa::cli::say(fmt::format(
            "fill in {0}/.env, {0}/persona.md and {0}/USER.md, then: pa-doctor -C {0}", directory));
    return Exit::yes;
}

std::string as_text(const Finding& f) {
    // The sentence about a setting begins with its name, and need not be told twice.
    const bool named = f.sentence.rfind(f.subject + " ", 0) == 0;
    // A service's own words may be in it.
    return pa::printable(fmt::format("{} {}: {}", to_string(f.level), f.subject,
                                     named ? f.sentence.substr(f.subject.size() + 1) : f.sentence));
}

std::string as_json(const Finding& f) {
    pa::json::Writer w;
    w.start().object().member("check", f.hop).member("status", to_string(f.level));
    return w.member("subject", f.subject).member("text", f.sentence).end().str();
}

Result<Exit> run(const Options& o) {
    if (!o.init.empty()) return init(o.init);
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    pa::doctor::Report report([&](const Finding& finding) {
        if (finding.level == Level::ok && pa::cli::common().quiet) return;
        pa::cli::print(o.json ? as_json(finding) : as_text(finding));
    });
    pa::net::CurlHttp http;
    pa::doctor::Context context{*settings, http};
    pa::doctor::examine(context, report, o.offline);
    if (o.call) pa::doctor::examine_call(context, report);
    return report.failed() ? Exit::no : Exit::yes;
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-doctor",
         "Check everything a call needs, in the order it needs it; or make a new agent.",
         "Each line is `ok`, `warn` or `fail`, what it is about, and what to do.\n"
         "Status 1 if one failed.\n"
         "Examples:\n"
         "  pa-doctor --init ~/.config/phone-agent   a new agent\n"
         "  pa-doctor                                is all well?\n"
         "  pa-doctor -q                             only what is not\n"
         "  pa-doctor --json | jq 'select(.status != \"ok\")'"},
        argc, argv, declare, run);
}
