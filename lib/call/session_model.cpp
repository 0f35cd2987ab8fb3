// The model's leg: opening it, opening it again, and one response at a time.
#include <fmt/format.h>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr int max_attempts = 3;
constexpr milliseconds retry_step{500};
constexpr milliseconds response_retry{1000};

}  // namespace

void Session::open_model(Actions& out) {
    model_ = ModelLeg::connecting;
    ++attempts_;
    disarm(TimerId::retry);
    arm(TimerId::model, config_.model_deadline);
    appended_bytes_ = 0;
    out.push_back(OpenModel{});
}

Session::Next Session::session_accepted(const SessionUpdated& e, Actions& out) {
    if (model_ != ModelLeg::configuring) return {};
    // Anything but u-law would be loud static in the caller's ear.
    if (e.input_format != "audio/pcmu" || e.output_format != "audio/pcmu")
        return fail("model",
                    fmt::format("the session speaks {} and not audio/pcmu", e.output_format), out);
    model_ = ModelLeg::ready;
    attempts_ = 0;
    disarm(TimerId::model);
    if (ready_once_) {
        happen("reconnect", "the model is back", out);
        tell_history(out);
    }
    send_kept_audio(out);
    if (ready_once_ && caller_waits_ && !caller_speaking_) respond({}, "continue", out);
    ready_once_ = true;
    respond_next(out);
    return {};
}

/// The frames kept while there was no session, and those of a turn that the last one did not
/// finish.
void Session::send_kept_audio(Actions& out) {
    std::swap(recent_sent_, recent_);
    std::swap(backlog_sent_, backlog_);
    auto send = [&](std::string_view payload) { append(payload, out); };
    recent_sent_.for_each(send);
    backlog_sent_.for_each(send);
}

void Session::tell_history(Actions& out) {
    for (const TranscriptLine& l : transcript_.ordered()) {
        bool agent = l.role == TranscriptLine::Role::assistant;
        const std::string& text = l.interrupted ? l.heard : l.text;
        if (!text.empty() && text != Transcript::inaudible)
            out.push_back(AddMessage{agent ? "assistant" : "user", text});
    }
}

Session::Next Session::model_lost(std::string_view why, bool hopeless, Actions& out) {
    bool leaving = std::holds_alternative<Leaving>(state_);
    if (model_ == ModelLeg::down) return {};
    model_ = ModelLeg::down;
    disarm(TimerId::model);
    out.push_back(CloseModel{});
    // What was being said is taken up again; a greeting that nobody heard is said anew.
    caller_waits_ = caller_waits_ || (audible_ && !active_response_.empty());
    greeted_ = audible_;
    held_.clear();
    active_response_.clear();
    asked_.reset();
    pending_functions_.clear();
    playback_.session_lost();
    if (leaving) {
        // A goodbye that cannot be said any more must not hold the line.
        for (std::size_t i : transcript_.give_up_waiting()) keep_line(i, out);
        caller_speaking_ = commit_due_ = false;
        return stream_up_ ? drain(std::get<Leaving>(state_), out) : maybe_finished(out);
    }
    error("model-lost", std::string(why), out);
    // A turn without its text will be heard again by the next session.
    transcript_.forget_waiting();
    if (hopeless || attempts_ >= max_attempts) return fail("model", std::string(why), out);
    caller_speaking_ = commit_due_ = false;
    if (attempts_ == 0)
        open_model(out);
    else
        arm(TimerId::retry, retry_step * attempts_);
    return {};
}

void Session::greet(Actions& out) {
    if (greeted_) return;
    greeted_ = true;
    respond(config_.greeting, "greeting", out);
}

void Session::respond(std::string instructions, std::string_view purpose, Actions& out) {
    wanted_.push_back({std::move(instructions), purpose});
    // The greeting travels behind the first session.update; all else needs a ready session.
    if (model_ == ModelLeg::ready || purpose == "greeting") respond_next(out);
}

void Session::respond_next(Actions& out) {
    if (wanted_.empty() || asked_ || !active_response_.empty()) return;
    asked_ = std::move(wanted_.front());
    wanted_.pop_front();
    out.push_back(CreateResponse{asked_->instructions, asked_->purpose});
}

/// `failed` of a response: once more after a moment where that may help, else the end.
Session::Next Session::response_failed(const ResponseDone& e, Actions& out) {
    bool hopeless = e.error_code == "insufficient_quota" || e.error_code == "model_not_found" ||
                    e.error_code == "invalid_api_key" ||
                    e.error_code == "billing_hard_limit_reached" ||
                    e.error_code == "account_deactivated";
    if (hopeless || ++failed_responses_ > 2)
        return fail("model", std::string(e.error_message), out);
    arm(TimerId::retry, response_retry * failed_responses_);
    return {};
}

}  // namespace pa::call
