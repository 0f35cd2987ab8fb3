#include "doctor/check.hpp"

#include <pwd.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/child_run.hpp"

namespace pa::doctor {
namespace {

constexpr Check all[] = {
    {"directory", true, check_directory}, {"settings", true, check_settings},
    {"persona", true, check_persona},     {"memory", true, check_memory},
    {"folders", true, check_folders},     {"programs", true, check_programs},
    {"clock", false, check_clock},        {"openai", false, check_openai},
    {"models", true, check_models},       {"realtime", false, check_realtime},
    {"twilio", false, check_twilio},      {"balance", false, check_balance},
    {"number", false, check_number},      {"permissions", false, check_permissions},
    {"limits", false, check_limits},      {"tunnel", false, check_tunnel},
    {"bridge", false, check_bridge},      {"sync", false, check_sync},
    {"webhook", false, check_webhook},    {"media", false, check_media},
    {"disk", true, check_disk},           {"timer", true, check_timer},
    {"partials", true, check_partials},   {"sleep", true, check_sleep},
};

std::string crontab_of_user() {
    ChildOptions list;
    list.argv = {"crontab", "-l"};
    list.pipe_stderr = true;  // "no crontab for …" is no news
    RunBounds bounds;
    bounds.timeout = std::chrono::seconds(5);
    auto listed = run_child(list, "", bounds);
    return listed && listed->status == 0 ? listed->out : std::string();
}

Result<std::uint64_t> room_in(const std::string& folder) {
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0)
        return Error{Errc::io, folder + ": " + std::strerror(errno)};
    return std::uint64_t{info.f_bavail} * info.f_frsize;
}

std::string home_of_user() {
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
    const passwd* entry = ::getpwuid(::getuid());
    return entry == nullptr ? std::string() : std::string(entry->pw_dir);
}

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::ok: return "ok";
        case Level::warn: return "warn";
        case Level::fail: return "fail";
    }
    return "fail";
}

Machine Machine::ours() {
    Machine machine;
    machine.home = home_of_user();
    machine.crontab = crontab_of_user;
    machine.room = room_in;
    return machine;
}

void Report::ok(std::string subject, std::string sentence) {
    add(Level::ok, std::move(subject), std::move(sentence));
}
void Report::warn(std::string subject, std::string sentence) {
    add(Level::warn, std::move(subject), std::move(sentence));
}
void Report::fail(std::string subject, std::string sentence) {
    add(Level::fail, std::move(subject), std::move(sentence));
}

void Report::add(Level level, std::string subject, std::string sentence) {
    failed_ = failed_ || level == Level::fail;
    sink_({hop_, level, std::move(subject), std::move(sentence)});
}

std::span<const Check> checks() { return all; }

bool examine(Context& context, Report& report, bool only_here) {
    for (const Check& check : checks()) {
        if (only_here && !check.here) continue;
        report.begin(check.hop);
        check.run(context, report);
    }
    return !report.failed();
}

}  // namespace pa::doctor
