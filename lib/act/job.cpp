#include "act/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/schedule.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::act {
namespace {

constexpr std::string_view schema = "phone-agent/job/1";

/// Local, without an offset: seven o'clock stays seven o'clock if TIMEZONE changes.
std::string write_anchor(const Civil& c) {
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour,
                       c.minute, c.second);
}

/// The fields of the text as they stand there: as an instant they might be skipped by a clock
/// change.
std::optional<Civil> read_anchor(std::string_view text) {
    auto utc = parse_iso(std::string(text) + "Z");
    if (!utc) return std::nullopt;
    auto date = floor<std::chrono::days>(*utc);
    std::chrono::year_month_day d(date);
    auto second = std::chrono::duration_cast<std::chrono::seconds>(*utc - date).count();
    Civil c;
    c.year = static_cast<int>(d.year());
    c.month = static_cast<int>(static_cast<unsigned>(d.month()));
    c.day = static_cast<int>(static_cast<unsigned>(d.day()));
    c.hour = static_cast<int>(second / 3600);
    c.minute = static_cast<int>(second / 60 % 60);
    c.second = static_cast<int>(second % 60);
    return c;
}

Error wrong(std::string_view member, std::string_view expected) {
    return {Errc::data, fmt::format("{}: expected {}", member, expected)};
}

Status read_times(json::Value root, Job& j) {
    auto due = parse_iso(root["due_at"].text()), run = parse_iso(root["run_at"].text());
    if (!due) return wrong("due_at", "a time");
    if (root["run_at"].exists() && !run) return wrong("run_at", "a time");
    j.due_at = *due;
    j.run_at = run.value_or(*due);
    j.repeat = root["repeat"].text();
    if (!j.repeat.empty() && !is_repeat(j.repeat)) return wrong("repeat", "daily, weekdays, …");
    j.anchor = read_anchor(root["anchor"].text()).value_or(to_civil(*due));
    return Done{};
}

}  // namespace

bool is_job_id(std::string_view id) {
    return !id.empty() && id.size() <= 80 && id.front() != '-' &&
           std::all_of(id.begin(), id.end(), [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

std::string write_job(const Job& j) {
    json::Writer w;
    w.start().object().member("schema", schema).member("id", j.id);
    w.member("request_id", j.request_id).member("type", j.type).member("to", j.to);
    w.member("title", j.title).member("about", j.about).key("dial").array();
    for (const std::string& argument : j.dial) w.value(argument);
    w.end().member("due_at", to_iso(j.due_at, false)).member("run_at", to_iso(j.run_at, false));
    w.key("repeat");
    j.repeat.empty() ? w.null() : w.value(j.repeat);
    if (!j.repeat.empty()) w.member("anchor", write_anchor(j.anchor));
    w.member("asked", j.asked);
    if (!j.machine.empty()) w.member("machine", j.machine);
    w.member("attempt", j.attempt);
    if (!j.then.empty()) w.member("then", j.then);
    if (j.receipt) w.key("receipt").raw(write_receipt(*j.receipt));
    return w.end().str();
}

Result<Job> read_job(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    json::Value root = document->root();
    if (root["schema"].text() != schema) return wrong("schema", schema);
    Job j;
    j.id = root["id"].text();
    if (!is_job_id(j.id)) return wrong("id", "letters, digits and dashes");
    j.request_id = root["request_id"].text(j.id);
    j.type = root["type"].text("dial");
    j.to = root["to"].text();
    j.title = root["title"].text();
    j.about = root["about"].text();
    root["dial"].for_each([&](json::Value v) { j.dial.emplace_back(v.text()); });
    if (Status times = read_times(root, j); !times) return times.error();
    j.asked = root["asked"].boolean();
    j.machine = root["machine"].text();
    j.attempt = static_cast<int>(std::clamp<std::int64_t>(root["attempt"].integer(1), 1, 1000));
    j.then = root["then"].text();
    if (!j.then.empty() && j.then != "jobs" && j.then != "done" && j.then != "failed")
        return wrong("then", "jobs, done or failed");
    if (root["receipt"].is_object()) {
        auto receipt = read_receipt(root["receipt"].dump());
        if (!receipt) return receipt.error().in("receipt");
        j.receipt = std::move(*receipt);
    }
    return j;
}

std::string run_name(const Job& j) {
    return fmt::format("{}#{}", to_iso(j.due_at, false), j.attempt);
}

std::string once_key(const Job& j) {
    // In UTC seconds: the same whatever TIMEZONE says.
    auto second = floor<std::chrono::seconds>(j.due_at).time_since_epoch().count();
    return fmt::format("spool-{}-{}-{}", j.id, second, j.attempt);
}

}  // namespace pa::act
