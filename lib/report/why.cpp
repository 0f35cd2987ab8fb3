#include "report/why.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/summary.hpp"
#include "report/timeline.hpp"

namespace pa::report {
namespace {

std::string count(std::size_t n, std::string_view one) {
    return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

std::string ending_of(const call::Record& record) {
    switch (record.ended_by) {
        case call::EndedBy::caller: return "ended by the caller";
        case call::EndedBy::agent: return "ended by the agent";
        case call::EndedBy::limit: return "ended by our limit of time";
        case call::EndedBy::budget: return "ended by our budget";
        case call::EndedBy::carrier: return "ended by the carrier";
        default: return "ended by an error";
    }
}

std::string happened(const store::CallLog& log) {
    Summary s = summarise(log, "");
    const std::string when = to_iso(log.meta.started_at, false);
    return fmt::format("{} {} {} {}{}: {}, {}; {}, {}, {}", when.substr(0, 10), when.substr(11, 8),
                       log.meta.direction == "inbound" ? "from" : "to",
                       one_line(other_number_for_people(log.meta)),
                       log.meta.owner ? " (the owner)" : "", duration_text(s.duration_ms),
                       ending_of(log.record), count(s.latencies.size(), "turn"),
                       count(s.interruptions, "interruption"), money_text(log.meta.cost.total));
}

// --- what was slow ---

/// The largest part of an answer's time, and whose it is.
std::string blame(const TurnParts& p) {
    if (p.function_ms >= p.waiting_ms && p.function_ms >= p.service_ms &&
        p.function_ms >= p.offline_ms)
        return fmt::format("{} of it in {}, on our side", seconds_text(p.function_ms), p.function);
    if (p.offline_ms >= p.waiting_ms && p.offline_ms >= p.service_ms)
        return fmt::format(
            "{} of it without the model's leg, on the service's side or the way to it",
            seconds_text(p.offline_ms));
    if (p.waiting_ms > p.service_ms)
        return fmt::format(
            "{} of it until the service noticed the silence: on its side, and our "
            "setting of it",
            seconds_text(p.waiting_ms));
    return fmt::format("{} of it the model's, on the service's side or the way to it",
                       seconds_text(p.service_ms));
}

std::string slow_answers(const call::Record& record) {
    std::vector<std::int64_t> all;
    const call::Turn* worst = nullptr;
    for (const call::Turn& turn : record.turns) {
        all.push_back(turn.latency_ms());
        if (worst == nullptr || turn.latency_ms() > worst->latency_ms()) worst = &turn;
    }
    if (worst == nullptr || worst->latency_ms() <= slow_answer_ms) return "";
    auto slow = std::count_if(all.begin(), all.end(), [](auto ms) { return ms > slow_answer_ms; });
    return fmt::format("{} of {} took over {}, the worst {} at {}: {}", slow,
                       count(all.size(), "answer"), seconds_text(slow_answer_ms),
                       seconds_text(worst->latency_ms()), seconds_text(worst->user_end_ms),
                       blame(parts_of(*worst, record)));
}

std::string slow_start(const store::CallLog& log) {
    auto first = first_audio_of(log);
    if (!first)
        return log.record.duration_ms > slow_start_ms ? "the caller never heard anything" : "";
    if (*first <= slow_start_ms) return "";
    const store::Arrival& a = log.meta.arrival;
    std::string_view whose = "whose side cannot be told from this log";
    if (a.session_ready && *a.session_ready > 0)
        whose = "the session was not ready, on the service's side or the way to it";
    else if (a.greeting && *a.greeting > 0)
        whose = "the model had said nothing yet, on the service's side or the way to it";
    else if (a.greeting)
        whose = "the greeting was there, on our side";
    return fmt::format("the first word went out {} after the stream began: {}",
                       seconds_text(*first), whose);
}

std::string slow(const store::CallLog& log) {
    std::string start = slow_start(log), answers = slow_answers(log.record);
    if (!start.empty() && !answers.empty()) return start + "; " + answers;
    if (!start.empty() || !answers.empty()) return start + answers;
    if (log.record.turns.empty()) return "nothing: no turn of the caller was answered";
    Summary s = summarise(log, "");
    return fmt::format("nothing: answers came after {} (half of them) and {} (nearly all)",
                       seconds_text(percentile(s.latencies, 50)),
                       seconds_text(percentile(s.latencies, 95)));
}

// --- what went wrong ---

/// The service refused what is ours to put right: the key, its account, or what we asked for. Codes
/// of https://platform.openai.com/docs/guides/error-codes and of Realtime's error events.
bool is_ours(const call::Happening& e) {
    constexpr std::string_view account[] = {"insufficient_quota",         "account_deactivated",
                                            "billing_hard_limit_reached", "model_not_found",
                                            "beta_api_shape_disabled",    "unknown_parameter",
                                            "missing_required_parameter"};
    auto says_so = [&](std::string_view text) {
        return text.starts_with("invalid_") ||  // …_api_key, …_value, …_request_error
               std::any_of(std::begin(account), std::end(account),
                           [&](std::string_view code) { return text.starts_with(code); });
    };
    const std::string_view answer = std::string_view(e.detail).substr(0, 3);
    return says_so(e.what) || (e.what == "response" && says_so(e.detail)) ||
           ((e.what == "model" || e.what == "model-lost") &&
            (answer == "401" || answer == "403" || answer == "404"));
}

std::string_view side_of(const call::Happening& e, const std::vector<call::Happening>& all) {
    if (e.what == "stream-lost") return "on the side of the carrier or the tunnel";
    if (e.what == "media-stall") return "on the carrier's side";
    // "model" is what another one has led to.
    if (is_ours(e) || (e.what == "model" && std::any_of(all.begin(), all.end(), is_ours)))
        return "on our side (pa-doctor says which setting)";
    if (e.what == "model-lost") return "on the service's side or the way to it";
    return "on the service's side";
}

std::string wrong(const store::CallLog& log) {
    const auto& errors = log.record.errors;
    std::string died = log.meta.recovered ? "pa-bridge died during the call, on our side" : "";
    if (errors.empty()) {
        if (!died.empty()) return died;
        if (log.record.ended_by == call::EndedBy::carrier)
            return "the carrier ended the call, on its side";
        if (log.record.ended_by == call::EndedBy::error)
            return "the call ended by an error that is not on record";
        return log.record.answered_by == "machine" ? "nothing, but a machine answered" : "nothing";
    }
    // The last one ended the call, if one did; else the first is what it began with.
    const call::Happening& e =
        log.record.ended_by == call::EndedBy::error ? errors.back() : errors.front();
    std::string text =
        fmt::format("{}{}{} at {}, {}", one_line(e.what), e.detail.empty() ? "" : ": ",
                    one_line(e.detail), seconds_text(e.at_ms), side_of(e, errors));
    if (errors.size() > 1) text += fmt::format(" ({} in all)", count(errors.size(), "error"));
    return died.empty() ? text : died + "; " + text;
}

}  // namespace

Explanation explain(const store::CallLog& log) {
    return {happened(log), slow(log), wrong(log), timeline(log), missing_times(log)};
}

}  // namespace pa::report
