#include "bridge/spending.hpp"

#include <utility>

#include "dial/rules.hpp"
#include "store/log_reader.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t of_day = std::string_view("2026-02-28").size();
constexpr std::size_t of_month = std::string_view("2026-02").size();

/// Longer than a month, so that a clock that is set back finds nothing forgotten.
constexpr std::chrono::hours kept{24 * 40};

std::string day_of(const store::CallMeta& call) {
    return to_file_stamp(call.started_at).substr(0, of_day);
}

std::string name_of(const store::CallMeta& call) {
    return store::log_path("", call).substr(std::string_view("/").size());
}

}  // namespace

SpendingAccount::SpendingAccount(std::string folder, Budgets budgets, Warn warn)
    : folder_(std::move(folder)), budgets_(budgets), warn_(std::move(warn)) {}

void SpendingAccount::look(WallTime now) {
    // A clock that was set back is no reason to wait for it.
    if (none() || (now >= looked_ && now < looked_ + look_again)) return;
    looked_ = now;
    forget(to_file_stamp(now - kept));
    store::LogReader reader;
    for (const std::string& name : unread(to_civil(now)))
        count(name, reader.load(folder_ + "/" + name));
}

/// What is older than that.
void SpendingAccount::forget(const std::string& stamp) {
    counted_.erase(counted_.begin(), counted_.lower_bound(stamp));
    std::lock_guard lock(mutex_);
    days_.erase(days_.begin(), days_.lower_bound(stamp));
}

std::vector<std::string> SpendingAccount::unread(const Civil& now) {
    std::vector<std::string> names = dial::logs_of_month(folder_, now);
    // Asked after the folder was: a log of ours that is in it was told before it was written.
    for (std::string& name : told_meanwhile()) counted_.insert(std::move(name));
    std::erase_if(names, [&](const std::string& name) { return counted_.contains(name); });
    return names;
}

std::vector<std::string> SpendingAccount::told_meanwhile() {
    std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
}

void SpendingAccount::count(const std::string& name, const Result<store::CallLog>& log) {
    if (!log) {
        if (warned_.insert(name).second) warn_(log.error().what);
        return;
    }
    counted_.insert(name);
    std::lock_guard lock(mutex_);
    days_[name.substr(0, of_day)] += log->meta.cost.total;
}

bool SpendingAccount::spent(const store::CallMeta& call, double usd) {
    if (none()) return true;
    const std::string day = day_of(call);
    std::lock_guard lock(mutex_);
    put(call.call_sid, day, usd);
    return within_budgets(day);
}

void SpendingAccount::finished(const store::CallMeta& call, double usd) {
    if (none()) return;
    std::string name = name_of(call);
    std::lock_guard lock(mutex_);
    put(call.call_sid, name.substr(0, of_day), usd);
    running_.erase(call.call_sid);
    finished_.push_back(std::move(name));
}

/// The day may be another one than before: a call begins anew when it is answered.
void SpendingAccount::put(const std::string& call_sid, const std::string& day, double usd) {
    Running& call = running_.try_emplace(call_sid, Running{day, 0}).first->second;
    days_[call.day] -= call.usd;
    days_[day] += usd;
    call = {day, usd};
}

bool SpendingAccount::within_budgets(const std::string& day) const {
    const std::string month = day.substr(0, of_month);
    double of_the_day = 0, of_the_month = 0;
    for (auto it = days_.lower_bound(month); it != days_.end() && it->first.starts_with(month);
         ++it) {
        of_the_month += it->second;
        if (it->first == day) of_the_day = it->second;
    }
    return (!budgets_.day || of_the_day < *budgets_.day) &&
           (!budgets_.month || of_the_month < *budgets_.month);
}

}  // namespace pa::bridge
