#include "doctor/check.hpp"

namespace pa::doctor {
namespace {

constexpr Check all[] = {
    {"directory", check_directory}, {"settings", check_settings}, {"persona", check_persona},
    {"memory", check_memory},       {"folders", check_folders},   {"disk", check_disk},
};

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::ok: return "ok";
        case Level::warn: return "warn";
        case Level::fail: return "fail";
    }
    return "fail";
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

bool examine(const Context& context, Report& report) {
    for (const Check& check : checks()) {
        report.begin(check.hop);
        check.run(context, report);
    }
    return !report.failed();
}

}  // namespace pa::doctor
