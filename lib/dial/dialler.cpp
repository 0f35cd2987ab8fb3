#include "dial/dialler.hpp"

#include <fmt/format.h>

#include "store/log_reader.hpp"

namespace pa::dial {
namespace {

using std::chrono::seconds;

/// Queueing before and callbacks after the longest ring and the longest call.
constexpr seconds margin{120};

Error cannot_know(const Placed& placed, const Error& error) {
    if (!placed.earlier || error.code != Errc::unavailable) return error;
    return {Errc::refused,
            fmt::format("this key was used for {}, and how that call ended cannot be known "
                        "any more: no new call is made",
                        placed.call_sid)};
}

}  // namespace

Dialler::Dialler(net::Http& http, std::function<bool()> never_sent,
                 const config::Settings& settings, const twilio::Account& account,
                 Surroundings around)
    : around_(std::move(around)),
      log_folder_(settings.call_log_dir),
      bridge_(http, settings.operator_socket),
      calls_(http, account, around_.sleep),
      placer_({settings, bridge_, calls_, std::move(never_sent), around_.wall, around_.sleep,
               around_.say}),
      follower_(bridge_, calls_, log_folder_,
                {[this](const CallState& state) {
                     auto now = around_.now();
                     if (state.status != "in-progress") answered_ = now;
                     if (state.status == "ringing" && !ringing_) ringing_ = now;
                     auto s = std::chrono::duration_cast<seconds>(now - answered_).count();
                     around_.changed(state, static_cast<int>(s));
                 },
                 around_.now, around_.sleep}) {}

Result<Report> Dialler::dial(const Order& order, bool wait) {
    auto placed = placer_.place(order);
    if (!placed) return placed.error();
    around_.placed(*placed);
    Report report{placed->call_sid, placed->to, std::nullopt, {}};
    if (placed->outcome) {
        report.outcome = static_cast<Outcome>(*placed->outcome);
        return report;
    }
    if (!wait && !placed->earlier) return report;
    auto state = wait ? follow(order, report.call_sid) : follower_.look(report.call_sid);
    if (!state) return cannot_know(*placed, state.error());
    report.state = *state;
    if (!state->final()) return report;
    report.outcome = outcome_of(*state, !order.matter.ack.empty());
    // Somebody answered, and heard the carrier's apology at most: whoever escalates must go on.
    if (unheld(report)) report.outcome = Outcome::failed;
    placer_.keep_outcome(order, report.call_sid, static_cast<int>(*report.outcome));
    return report;
}

Result<CallState> Dialler::follow(const Order& order, const std::string& call_sid) {
    answered_ = around_.now();
    ringing_.reset();
    return follower_.follow(call_sid, seconds(order.ring_s + order.limit_s) + margin);
}

/// The bridge knows nothing of a conversation. One that was started again, or cannot be asked, has
/// left a log or a journal of what it had.
bool Dialler::unheld(const Report& report) const {
    const CallState& state = report.state;
    return state.status == "completed" && state.log.empty() && !state.held &&
           store::log_of_call(log_folder_, report.call_sid).empty();
}

std::string Dialler::explain(const Report& report) {
    Outcome outcome = report.outcome.value_or(Outcome::answered);
    const std::string why =
        outcome == Outcome::failed ? calls_.why_failed(report.call_sid) : std::string();
    if (outcome == Outcome::failed && unheld(report))
        return fmt::format("{}, but the bridge has no log of it: {}",
                           sentence_of(Outcome::answered, report.state, std::nullopt),
                           why.empty() ? "pa-doctor tells which hop is broken" : why);
    if (!why.empty()) return "failed: " + why;
    std::optional<int> rang_s;
    if (ringing_)
        rang_s = static_cast<int>(std::chrono::round<seconds>(around_.now() - *ringing_).count());
    return sentence_of(outcome, report.state, rang_s);
}

}  // namespace pa::dial
