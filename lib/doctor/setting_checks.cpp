// The agent's directory and its settings.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "dial/rules.hpp"
#include "doctor/check.hpp"

namespace pa::doctor {
namespace {

/// Without these no call can be made or answered.
constexpr std::string_view needed[] = {"OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN",
                                       "TWILIO_PHONE_NUMBER_SID"};

bool is_needed(std::string_view name) {
    return std::find(std::begin(needed), std::end(needed), name) != std::end(needed);
}

void check_setting(const config::Settings& s, std::string_view name, Report& report) {
    const Status status = s.require({name});
    const bool malformed = s.problems.count(name) != 0;
    if (!status && (malformed || is_needed(name)))
        report.fail(std::string(name), status.error().what);
    else if (is_needed(name))
        report.ok(std::string(name), "is set");
}

void check_owner(const config::Settings& s, Report& report) {
    const bool told = s.problems.count("MY_PHONE") + s.problems.count("OWNER_PHONES") != 0;
    if (!told && s.owners.empty())
        report.warn("MY_PHONE",
                    fmt::format("is not set: nobody is the owner, and pa-dial wants a number "
                                "each time; put yours in {}",
                                s.env_file));
    if (!s.my_phone) return;
    if (Status allowed = dial::check_country(*s.my_phone, s.allowed_countries); !allowed)
        report.fail("MY_PHONE", allowed.error().what);
}

/// A line that an older program left behind still counts.
void check_older_names(const config::Settings& s, Report& report) {
    auto text = read_file(s.env_file, 1U << 20U);
    if (!text || s.public_url.empty()) return;
    const auto values = config::parse_env(*text);
    if (auto old = values.find("PUBLIC_URL_REALTIME"); old != values.end() && !old->second.empty())
        report.warn("PUBLIC_URL_REALTIME",
                    fmt::format("in {} is read as PUBLIC_URL: delete the line if that address is "
                                "no longer yours, and no tunnel is looked for while it is there",
                                s.env_file));
}

/// The ends of models are told by a hop of their own.
bool is_about_a_model(std::string_view warning) {
    return warning.starts_with("REALTIME_MODEL: ") || warning.starts_with("TRANSCRIBE_MODEL: ") ||
           warning.starts_with("EXTRACT_MODEL: ");
}

}  // namespace

void check_directory(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    if (!file_exists(s.directory))
        report.fail(s.directory,
                    fmt::format("does not exist: `pa-doctor --init {}` makes it", s.directory));
    else if (!file_exists(s.env_file))
        report.warn(s.directory,
                    fmt::format("has no .env: `pa-doctor --init {}` adds one", s.directory));
    else
        report.ok(s.directory, "is the agent's directory");
}

void check_settings(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    for (std::string_view name : config::setting_names()) check_setting(s, name, report);
    check_owner(s, report);
    check_older_names(s, report);
    for (const auto& warning : s.warnings)
        if (!is_about_a_model(warning)) report.warn(".env", warning);
    if (s.max_calls_per_day == 0)
        report.warn("MAX_CALLS_PER_DAY",
                    "is 0: every call but an --urgent one is refused; leave it empty for no cap");
    if (s.problems.empty()) report.ok("all settings", "are well formed");
}

}  // namespace pa::doctor
