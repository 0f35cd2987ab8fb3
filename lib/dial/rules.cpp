#include "dial/rules.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "store/call_log.hpp"

namespace pa::dial {
namespace {

std::string clock(int minute_of_day) {
    return fmt::format("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60);
}

Status check_budget(std::optional<double> budget, double spent, std::string_view what,
                    std::string_view key) {
    if (!budget || spent < *budget) return Done{};
    return Error{Errc::refused,
                 fmt::format("the budget of the {} is used up: ${:.2f} of ${:.2f} (raise "
                             "{} to go on)",
                             what, spent, *budget, key)};
}

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
    if (auto day = check_budget(settings.budget_day_usd, spent.day, "day", "BUDGET_DAY_USD"); !day)
        return day;
    return check_budget(settings.budget_month_usd, spent.month, "month", "BUDGET_MONTH_USD");
}

std::vector<std::string> logs_of_month(const std::string& folder, const Civil& now) {
    const std::string month = fmt::format("{:04}-{:02}-", now.year, now.month);
    std::vector<std::string> names;
    auto close = [](DIR* d) { ::closedir(d); };
    std::unique_ptr<DIR, decltype(close)> dir(::opendir(folder.c_str()), close);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr)
        if (std::string_view name = entry->d_name;
            name.starts_with(month) && store::is_log_name(name))
            names.emplace_back(name);
    return names;
}

SpendingRead read_spending(const std::string& folder, const Civil& now) {
    SpendingRead out;
    const std::string day = fmt::format("{:04}-{:02}-{:02}_", now.year, now.month, now.day);
    for (const std::string& name : logs_of_month(folder, now)) {
        auto log = store::load_log(folder + "/" + name);
        if (!log) {
            out.warnings.push_back(log.error().what);
            continue;
        }
        out.spent.month += log->meta.cost.total;
        if (name.starts_with(day)) out.spent.day += log->meta.cost.total;
    }
    return out;
}

Status check_rule_settings(const config::Settings& settings) {
    for (const char* key : {"TIMEZONE", "ALLOWED_COUNTRIES", "QUIET_HOURS", "MAX_CALLS_PER_DAY",
                            "BUDGET_DAY_USD", "BUDGET_MONTH_USD", "MAX_CALL_MINUTES"})
        if (auto problem = settings.problems.find(key); problem != settings.problems.end())
            return Error{Errc::config, problem->second};
    return Done{};
}

Status check_rules(const PhoneNumber& to, std::string_view urgent, const config::Settings& settings,
                   WallTime now, const std::function<void(std::string_view)>& warn) {
    Civil civil = to_civil(now);
    if (Status ok = check_country(to, settings.allowed_countries); !ok) return ok;
    if (Status ok = check_hours(settings.quiet_hours, civil, urgent); !ok) return ok;
    if (!settings.budget_day_usd && !settings.budget_month_usd) return Done{};
    SpendingRead read = read_spending(settings.call_log_dir, civil);
    for (const std::string& warning : read.warnings) warn(warning);
    return check_budgets(settings, read.spent);
}

}  // namespace pa::dial
