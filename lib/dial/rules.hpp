// Whom we may call, and when: our own rules, asked before anything is dialled. Every one is a
// function of what it is given and answers with Done or a sentence that tells the way out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"
#include "store/log_reader.hpp"

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

/// US dollars: spent on calls that have ended, since local midnight and the first of the month, and
/// held back for those under way, which would all be placed on the same last cent otherwise.
struct Spending {
    double day = 0, month = 0, held = 0;
};
/// A call may begin as long as something is left; the bridge ends it when nothing is. Errc::later
/// if what is left is held back: then it may be another time.
[[nodiscard]] Status check_budgets(const config::Settings& settings, const Spending& spent);

/// The names of the logs in `folder` of calls that began in the month of `now`: they begin with the
/// day, "2026-02-28_".
[[nodiscard]] std::vector<std::string> logs_of_month(const std::string& folder, const Civil& now);

/// What the logs of a folder say that calls cost. Each is read once. One that cannot be read counts
/// nothing, and `warn` hears of it.
class SpendingLogs {
public:
    using Warn = std::function<void(std::string_view)>;
    SpendingLogs(std::string folder, Warn warn)
        : folder_(std::move(folder)), warn_(std::move(warn)) {}

    /// Reads what has come since the last look.
    void look(const Civil& now);
    /// What calls have cost that began on the day and in the month of `now`.
    [[nodiscard]] Spending spent(const Civil& now) const;
    /// That call has ended, and is part of what was spent.
    [[nodiscard]] bool has(std::string_view call_sid) const { return sids_.contains(call_sid); }
    /// What a call costs that costs something: the mean, or `usual_usd` before there is one.
    [[nodiscard]] double usd_per_call() const;

private:
    std::string folder_;
    Warn warn_;
    store::LogReader reader_;
    std::map<std::string, double> usd_;  // by name of the log
    std::set<std::string, std::less<>> sids_;
};

/// About two minutes of talk with the default model.
constexpr double usual_usd = 0.05;

/// Errc::config if a setting of these rules cannot be read: then it must not be a rule that is left
/// out.
[[nodiscard]] Status check_rule_settings(const config::Settings& settings);

/// All of the above that need no ledger: country, hours, budgets as far as calls have ended.
[[nodiscard]] Status check_rules(const PhoneNumber& to, std::string_view urgent,
                                 const config::Settings& settings, WallTime now,
                                 SpendingLogs& logs);

}  // namespace pa::dial
