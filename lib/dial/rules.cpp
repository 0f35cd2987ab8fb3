#include "dial/rules.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <memory>

#include "base/text.hpp"

namespace pa::dial {
namespace {

std::string clock(int minute_of_day) {
    return fmt::format("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60);
}

Status check_budget(std::optional<double> budget, double spent, double held, std::string_view what,
                    std::string_view key) {
    if (!budget || spent + held < *budget) return Done{};
    if (spent < *budget)
        return Error{
            Errc::later,
            fmt::format("what is left of the budget of the {}, ${:.2f} of ${:.2f}, is held "
                        "back for calls under way: call when they have ended, or raise {}",
                        what, *budget - spent, *budget, key)};
    return Error{Errc::refused,
                 fmt::format("the budget of the {} is used up: ${:.2f} of ${:.2f} (raise "
                             "{} to go on)",
                             what, spent, *budget, key)};
}

std::string day_of(const Civil& now) {
    return fmt::format("{:04}-{:02}-{:02}_", now.year, now.month, now.day);
}

/// Of the name of a log, "2026-02-28_23-49-32_CA….json".
std::string sid_of(std::string_view name) {
    name.remove_prefix(name.rfind('_') + 1);
    return std::string(name.substr(0, name.find('.')));
}

std::string month_of(const Civil& now) { return fmt::format("{:04}-{:02}-", now.year, now.month); }

}  // namespace

Result<PhoneNumber> check_number(const NumberReading& reading, std::string_view typed,
                                 bool confirmed) {
    using Decision = NumberReading::Decision;
    if (reading.decision == Decision::reject || !reading.number) {
        bool ours = reading.kind == "emergency" || reading.kind == "short";
        return Error{ours ? Errc::refused : Errc::data,
                     fmt::format("{} is not dialled: {}", typed,
                                 reading.remark.empty() ? "no phone number" : reading.remark)};
    }
    if (reading.decision == Decision::confirm && !confirmed)
        return Error{Errc::refused, fmt::format("{} ({}): {}; if it is right, add --confirm-number",
                                                typed, reading.number->str(), reading.remark)};
    return *reading.number;
}

Status check_country(const PhoneNumber& number, const std::vector<std::string>& countries) {
    // No country code is the beginning of another one (ITU-T E.164).
    std::string_view digits = std::string_view(number.str()).substr(1);
    for (const std::string& code : countries)
        if (!code.empty() && digits.starts_with(code)) return Done{};
    return Error{Errc::refused,
                 fmt::format("{} is in none of the countries that may be called ({}): add its "
                             "country code to ALLOWED_COUNTRIES",
                             mask_number(number.str()), fmt::join(countries, ", "))};
}

Status check_hours(const std::optional<config::QuietHours>& quiet, const Civil& now,
                   std::string_view urgent) {
    if (!quiet || !urgent.empty() || !quiet->contains(now.minute_of_day())) return Done{};
    return Error{
        Errc::refused,
        fmt::format("it is {}, and {}-{} are quiet hours: call later, or with --urgent REASON",
                    clock(now.minute_of_day()), clock(quiet->from), clock(quiet->to))};
}

Status check_daily_cap(std::optional<int> cap, int placed, std::string_view urgent) {
    if (!cap || placed < *cap || !urgent.empty()) return Done{};
    return Error{Errc::refused,
                 fmt::format("{} of {} calls of today are placed (MAX_CALLS_PER_DAY): call "
                             "tomorrow, or with --urgent REASON",
                             placed, *cap)};
}

Status check_budgets(const config::Settings& settings, const Spending& spent) {
    if (auto day =
            check_budget(settings.budget_day_usd, spent.day, spent.held, "day", "BUDGET_DAY_USD");
        !day)
        return day;
    return check_budget(settings.budget_month_usd, spent.month, spent.held, "month",
                        "BUDGET_MONTH_USD");
}

std::vector<std::string> logs_of_month(const std::string& folder, const Civil& now) {
    const std::string month = month_of(now);
    std::vector<std::string> names;
    auto close = [](DIR* d) { ::closedir(d); };
    std::unique_ptr<DIR, decltype(close)> dir(::opendir(folder.c_str()), close);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr)
        if (std::string_view name = entry->d_name;
            name.starts_with(month) && store::is_log_name(name))
            names.emplace_back(name);
    return names;
}

void SpendingLogs::look(const Civil& now) {
    for (const std::string& name : logs_of_month(folder_, now)) {
        if (usd_.contains(name)) continue;
        auto log = reader_.load(folder_ + "/" + name);
        if (!log) warn_(log.error().what);
        usd_[name] = log ? log->meta.cost.total : 0;
        sids_.insert(sid_of(name));
    }
}

Spending SpendingLogs::spent(const Civil& now) const {
    Spending spent;
    const std::string day = day_of(now), month = month_of(now);
    for (const auto& [name, usd] : usd_) {
        if (name.starts_with(month)) spent.month += usd;
        if (name.starts_with(day)) spent.day += usd;
    }
    return spent;
}

double SpendingLogs::usd_per_call() const {
    double sum = 0;
    int calls = 0;
    for (const auto& [name, usd] : usd_) sum += usd, calls += usd > 0 ? 1 : 0;
    return calls > 0 ? sum / calls : usual_usd;
}

Status check_rule_settings(const config::Settings& settings) {
    for (const char* key :
         {"TIMEZONE", "ALLOWED_COUNTRIES", "QUIET_HOURS", "MAX_CALLS_PER_DAY", "BUDGET_CALL_USD",
          "BUDGET_DAY_USD", "BUDGET_MONTH_USD", "MAX_CALL_MINUTES"})
        if (auto problem = settings.problems.find(key); problem != settings.problems.end())
            return Error{Errc::config, problem->second};
    return Done{};
}

Status check_rules(const PhoneNumber& to, std::string_view urgent, const config::Settings& settings,
                   WallTime now, SpendingLogs& logs) {
    Civil civil = to_civil(now);
    if (Status ok = check_country(to, settings.allowed_countries); !ok) return ok;
    if (Status ok = check_hours(settings.quiet_hours, civil, urgent); !ok) return ok;
    if (!settings.budget_day_usd && !settings.budget_month_usd) return Done{};
    logs.look(civil);
    return check_budgets(settings, logs.spent(civil));
}

}  // namespace pa::dial
