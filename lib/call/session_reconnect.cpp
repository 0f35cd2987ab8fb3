// A session that takes the place of another: the first was lost, or is about to reach its age.
//
// The new one is told the conversation so far, with what was heard of answers that were cut, and is
// given the caller's audio that has not become text. If it is the model's turn it goes on.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr int max_attempts = 3;
constexpr milliseconds retry_step{500};
constexpr milliseconds moment{5'000};  // a session that lasts no longer counts as a failure
constexpr int max_drops = 5;
constexpr milliseconds noticeable{1'000};  // a gap longer than this is worth a word
constexpr milliseconds pause_check{500};

}  // namespace

/// As after a broken stream and a lost session at once.
void Session::restore(Record earlier, milliseconds elapsed, Actions& out) {
    record_ = std::move(earlier);
    record_.ended_by = EndedBy::none;
    transcript_.restore(record_.transcript);
    for (FunctionRun& f : record_.functions)
        if (f.result.empty()) f.result = "an interruption: it is not known whether it was done";
    started_ = now_ - std::max(elapsed, milliseconds(record_.duration_ms));
    lost_at_ = started_ + milliseconds(record_.duration_ms);
    stream_seen_ = ready_once_ = true;
    audible_ = greeted_ = std::any_of(
        record_.transcript.begin(), record_.transcript.end(), [](const TranscriptLine& l) {
            return l.role == TranscriptLine::Role::assistant && !l.text.empty();
        });
    std::vector<TranscriptLine>().swap(record_.transcript);
    state_ = Arriving{true};
    arm(TimerId::max_duration, std::max(config_->max_duration - elapsed, milliseconds(0)));
    recall_events(out);
    happen("restart", "the bridge was started again in mid-call", out);
}

Session::Next Session::model_lost(std::string_view why, bool hopeless, Actions& out) {
    if (model_ == ModelLeg::down) return {};
    bool was_ready = model_ == ModelLeg::ready;
    out.push_back(CloseModel{});
    forget_session(out);
    if (auto* leaving = std::get_if<Leaving>(&state_)) {
        // A goodbye that cannot be said any more must not hold the line.
        for (std::size_t i : transcript_.give_up_waiting()) keep_line(i, out);
        return stream_up_ ? drain(*leaving, out) : maybe_finished(out);
    }
    error("model-lost", std::string(why), out);
    if (std::exchange(end_call_, {}) && stream_up_) {
        ended_by_ = EndedBy::agent;  // it had said goodbye
        return drain(Leaving{}, out);
    }
    if (was_ready) drops_ = now_ - ready_at_ < moment ? drops_ + 1 : 0;
    if (hopeless || attempts_ >= max_attempts || drops_ > max_drops)
        return fail("model", std::string(why), out);
    if (handover_ == Handover::away) return {};  // opened again if the call comes back
    if (int failures = attempts_ + std::max(0, drops_ - 1); failures == 0)
        open_model(out);
    else
        arm(TimerId::retry, retry_step * failures);
    if (stream_up_ && !armed(TimerId::first_audio))
        arm(TimerId::first_audio,
            config_->first_audio + milliseconds(playback_.remaining_ms(now_)));
    return {};
}

/// What belonged to the session goes with it; what it owed the caller stays owed.
void Session::forget_session(Actions& out) {
    bool answering = !active_response_.empty() && !discarded(active_response_);
    bool promised = asked_ && asked_->purpose != "nudge";
    bool returned = std::any_of(pending_functions_.begin(), pending_functions_.end(),
                                [](const Pending& p) { return p.returned; });
    if (model_ == ModelLeg::ready) lost_at_ = now_;
    caller_waits_ = caller_waits_ || (audible_ && (answering || promised || returned));
    greeted_ = greeted_ && audible_;  // one that nobody heard is said anew
    model_ = ModelLeg::down;
    for (TimerId id : {TimerId::model, TimerId::answer, TimerId::rotate}) disarm(id);
    if (asked_ && asked_->purpose == "say") wanted_.insert(wanted_.begin(), std::move(*asked_));
    asked_.reset();
    active_response_.clear();
    discarded_response_.clear();
    response_due_ = caller_speaking_ = commit_due_ = false;
    guard_.stop();
    std::erase_if(wanted_, [](const Wanted& w) { return w.purpose == "greeting"; });
    std::erase_if(pending_functions_, [](const Pending& p) { return p.returned; });
    for (Pending& p : pending_functions_) p.orphan = true;
    // Said and never heard: the session that follows says it anew.
    drop_held();
    for (const std::string& item : silent_items_)
        keep_line(transcript_.agent_cut(item, 0, at()), out);
    silent_items_.clear();
    for (std::size_t i : transcript_.agent_stopped()) keep_line(i, out);
    playback_.session_lost();
    // Speech without its text will be heard again.
    if (!std::holds_alternative<Leaving>(state_)) transcript_.forget_waiting();
}

/// The new session is ready: what it must know, what it must hear, and whose turn it is.
void Session::take_over(Actions& out) {
    const bool noticed = now_ - lost_at_ > noticeable;
    happen("reconnect", fmt::format("{} ms without the model", ms_between(lost_at_, now_)), out);
    tell_history(out);
    const bool turn_open = recent_.turn_open();
    sent().recent = recent_.take();
    send_kept_audio(out);
    recent_.given_again();
    if (audible_) disarm(TimerId::first_audio);
    if (turn_open) return;  // it will be heard, and answered, as any turn
    if (!audible_ && (stream_up_ || config_->prewarm == Prewarm::greeting)) {
        greet(out);
    } else if (caller_waits_ && wanted_.empty() && !message_due_) {
        respond(noticed ? config_->resumed : std::string_view(), noticed ? "resumed" : "continue",
                out);
    }
}

void Session::tell_history(Actions& out) {
    std::vector<Told> told = told_;
    for (const FunctionRun& f : record_.functions) {
        std::string result = f.result.empty() ? "has not returned yet" : "returned " + f.result;
        told.push_back({f.start_ms, "system",
                        fmt::format("You called {} with {}: it {}.", f.name, f.arguments, result)});
    }
    std::stable_sort(told.begin(), told.end(),
                     [](const Told& a, const Told& b) { return a.at_ms < b.at_ms; });
    auto next = told.begin();
    auto tell_until = [&](std::int64_t at_ms) {
        for (; next != told.end() && next->at_ms <= at_ms; ++next)
            out.push_back(AddMessage{next->role, next->text});
    };
    for (const TranscriptLine& l : transcript_.ordered()) {
        bool agent = l.role == TranscriptLine::Role::assistant;
        const std::string& text = l.interrupted ? l.heard : l.text;
        if (text.empty() || text == Transcript::inaudible) continue;
        tell_until(l.start_ms);
        out.push_back(AddMessage{agent ? "assistant" : "user", text});
    }
    tell_until(std::numeric_limits<std::int64_t>::max());
}

/// Better in a pause now than in the middle of a word later.
Session::Next Session::grown_old(Actions& out) {
    bool pause = std::holds_alternative<Talking>(state_) && model_ == ModelLeg::ready && !busy() &&
                 wanted_.empty() && !recent_.turn_open();
    if (!pause) {
        arm(TimerId::rotate, pause_check);
        return {};
    }
    out.push_back(CloseModel{});
    forget_session(out);
    open_model(out);
    return {};
}

}  // namespace pa::call
