// Whom we may call, and when: our own rules, asked before anything is dialled. Every one is a
// function of what it is given and answers with Done or a sentence that tells the way out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::dial {

/// The number of a reading. Errc::refused for emergency and short numbers, whatever else is given,
/// and for a doubtful one without `confirmed`; Errc::data for what is no number at all.
[[nodiscard]] Result<PhoneNumber> check_number(const NumberReading& reading, std::string_view typed,
                                               bool confirmed);

/// ALLOWED_COUNTRIES: codes without "+".
[[nodiscard]] Status check_country(const PhoneNumber& number,
                                   const std::vector<std::string>& countries);

/// QUIET_HOURS. `urgent`: the reason given with --urgent, or "".
[[nodiscard]] Status check_hours(const std::optional<config::QuietHours>& quiet, const Civil& now,
                                 std::string_view urgent);

/// MAX_CALLS_PER_DAY, where `placed` calls were placed since local midnight.
[[nodiscard]] Status check_daily_cap(std::optional<int> cap, int placed, std::string_view urgent);

/// US dollars spent on calls that have ended, since local midnight and the first of the month.
struct Spending {
    double day = 0, month = 0;
};
[[nodiscard]] Status check_budgets(const config::Settings& settings, const Spending& spent);

/// The names of the logs in `folder` of calls that began in the month of `now`: they begin with the
/// day, "2026-02-28_".
[[nodiscard]] std::vector<std::string> logs_of_month(const std::string& folder, const Civil& now);

/// What the logs in `folder` say was spent. A log that cannot be read counts nothing and is named.
struct SpendingRead {
    Spending spent;
    std::vector<std::string> warnings;
};
[[nodiscard]] SpendingRead read_spending(const std::string& folder, const Civil& now);

/// Errc::config if a setting of these rules cannot be read: then it must not be a rule that is left
/// out.
[[nodiscard]] Status check_rule_settings(const config::Settings& settings);

/// All of the above that need no ledger: country, hours, budgets. `warn` hears of unreadable logs.
[[nodiscard]] Status check_rules(const PhoneNumber& to, std::string_view urgent,
                                 const config::Settings& settings, WallTime now,
                                 const std::function<void(std::string_view)>& warn);

}  // namespace pa::dial
