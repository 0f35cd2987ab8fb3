// What the calls of an agent cost today and this month: for BUDGET_DAY_USD and BUDGET_MONTH_USD,
// which all calls share that run at the same time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/wall_time.hpp"
#include "store/call_log.hpp"

namespace pa::bridge {

/// The finished logs of the folder, whoever wrote them, and the calls that run here as they go; a
/// call that runs on another bridge counts when its log is there. A call belongs to the day and the
/// month in which it began, as its log's name does: a new day begins with nothing spent, and a call
/// that goes on past midnight stays under the budget that it began under.
///
/// From any thread, except look(). All of it in US dollars, and nothing at all without a budget.
class SpendingAccount {
public:
    struct Budgets {
        std::optional<double> day, month;
    };
    /// Hears once of each log that cannot be read; such a log counts nothing.
    using Warn = std::function<void(std::string_view)>;
    static constexpr std::chrono::seconds look_again{10};

    SpendingAccount(std::string folder, Budgets budgets, Warn warn);

    /// Reads those logs of this month that are new in the folder; nothing if it looked less than
    /// `look_again` ago. On one thread that may wait for a disk.
    void look(WallTime now);
    /// What that call has cost so far, all in all. False: a budget of its day or month is used up.
    bool spent(const store::CallMeta& call, double usd);
    /// The last of it. Before the call's log is written, which is then not read.
    void finished(const store::CallMeta& call, double usd);

private:
    struct Running {
        std::string day;
        double usd = 0;
    };
    [[nodiscard]] bool none() const { return !budgets_.day && !budgets_.month; }
    void forget(const std::string& stamp);
    [[nodiscard]] std::vector<std::string> unread(const Civil& now);
    [[nodiscard]] std::vector<std::string> told_meanwhile();
    void count(const std::string& name, const Result<store::CallLog>& log);
    void put(const std::string& call_sid, const std::string& day, double usd);
    [[nodiscard]] bool within_budgets(const std::string& day) const;

    const std::string folder_;
    const Budgets budgets_;
    const Warn warn_;
    // look()'s own: no loop waits while it goes through many names.
    WallTime looked_{};
    std::set<std::string> counted_, warned_;  // names of logs; the latter are tried again
    // Of all threads.
    std::mutex mutex_;
    std::map<std::string, double> days_;      // "2026-02-28": all that began on that day
    std::map<std::string, Running> running_;  // by SID
    std::vector<std::string> finished_;       // logs of ours since the last look
};

}  // namespace pa::bridge
