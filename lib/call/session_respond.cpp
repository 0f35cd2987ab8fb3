// One response at a time: the conversation refuses a second one while one is active
// (conversation_already_has_active_response), and nobody wants to be talked over.
#include <algorithm>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr milliseconds response_retry{1000};
constexpr int max_failures = 2;  // tried again that often, then it is the end

constexpr std::string_view fatal_codes[] = {"invalid_api_key",     "insufficient_quota",
                                            "account_deactivated", "billing_hard_limit_reached",
                                            "model_not_found",     "beta_api_shape_disabled"};

bool is_fatal(std::string_view code) {
    return std::find(std::begin(fatal_codes), std::end(fatal_codes), code) != std::end(fatal_codes);
}

}  // namespace

void Session::greet(Actions& out) {
    if (greeted_ || discreet_ || message_due_ || !may_speak("greeting")) return;
    greeted_ = true;
    respond(config_->greeting, "greeting", out);
}

void Session::respond(std::string_view instructions, std::string_view purpose, Actions& out) {
    if (may_speak(purpose))
        wanted_.push_back({std::string(instructions), purpose});
    else
        caller_waits_ = true;  // it is answered when the agent may speak again
    respond_next(out);
}

bool Session::may_ask() const {
    if (wanted_.empty() || asked_ || !active_response_.empty()) return false;
    std::string_view purpose = wanted_.front().purpose;
    // The greeting travels behind the first session.update; all else needs a ready session.
    if (purpose == "greeting" && model_ == ModelLeg::configuring && !ready_once_) return true;
    if (model_ != ModelLeg::ready) return false;
    if (purpose == "goodbye" || purpose == "message") return true;
    if (const auto* leaving = std::get_if<Leaving>(&state_); leaving != nullptr && !leaving->over)
        return false;
    return !caller_speaking_ && !commit_due_ && !response_due_;
}

void Session::respond_next(Actions& out) {
    if (!may_ask()) return;
    asked_ = std::move(wanted_.front());
    asked_cut_ = false;
    wanted_.erase(wanted_.begin());
    arm(TimerId::answer, answer_deadline);
    // Or it might ask for the same once more, and what the operator wants said is said alone.
    bool words_only = asked_->purpose == "hold" || asked_->purpose == "say";
    out.push_back(CreateResponse{asked_->instructions, asked_->purpose, words_only});
}

void Session::note(const ResponseStarted& e, Actions&) {
    active_response_ = e.response_id;
    answer_begun_ = !caller_speaking_ && !commit_due_;
    silent_items_.clear();
    if (answer_begun_) turn_.response_ms = at();
    active_ = {};
    // A server that never sends our metadata back: ours, if it was not about to answer by itself.
    purposes_return_ = purposes_return_ || !e.purpose.empty();
    bool ours = asked_ && (e.purpose == asked_->purpose || (!purposes_return_ && !response_due_));
    if (ours) {
        active_ = std::move(*asked_);
        asked_.reset();
        if (asked_cut_) discarded_response_ = e.response_id;
        if (asked_cut_ && active_.purpose == "say")
            wanted_.push_back(active_);  // a cough is no veto
    } else {
        response_due_ = false;
    }
    // Begun under instructions that know more than a machine may be told.
    if (discretion_due_ || !may_speak(active_.purpose)) discarded_response_ = e.response_id;
    arm(TimerId::answer, answer_deadline);  // until it is heard
}

void Session::note(const ResponseDone& e, Actions& out) {
    if (e.has_usage) record_.usage += e.usage;
    if (e.response_id == active_response_) {
        active_response_.clear();
        disarm(TimerId::answer);
        // It is the last of a response: one that failed leaves lines without their text.
        for (std::size_t i : transcript_.agent_stopped()) keep_line(i, out);
    }
    if (e.status == "incomplete") error("response", "incomplete: " + std::string(e.reason), out);
    if (e.status == "failed")
        error("response", std::string(e.error_code) + ": " + std::string(e.error_message), out);
}

/// `failed` of a response: once more after a moment where that may help, else the end.
Session::Next Session::response_failed(std::string_view code, std::string_view message,
                                       Actions& out) {
    if (is_fatal(code) || ++failed_responses_ > max_failures)
        return fail("model", std::string(message.empty() ? code : message), out);
    again_ = active_.purpose.empty() ? Wanted{{}, "retry"} : std::move(active_);
    active_ = {};
    arm(TimerId::retry, response_retry * failed_responses_);
    return {};
}

/// Unless somebody else has the word by now: then it is too late, or the answer comes by itself.
void Session::ask_again(Actions& out) {
    if (!again_) return;
    bool late =
        caller_speaking_ || commit_due_ || response_due_ || asked_ || !active_response_.empty();
    if (!late || again_->purpose != "retry") wanted_.insert(wanted_.begin(), std::move(*again_));
    again_.reset();
    respond_next(out);
}

void Session::note(const ModelError& e, Actions& out) {
    // Consequences of two sides acting at once; nobody need hear of them.
    constexpr std::string_view benign[] = {
        "response_cancel_not_active", "conversation_already_has_active_response",
        "input_audio_buffer_commit_empty", "item_not_found", "item_truncate_invalid_item_id"};
    if (std::find(std::begin(benign), std::end(benign), e.code) != std::end(benign)) return;
    error(e.code.empty() ? e.type : e.code, std::string(e.message), out);
}

Session::Next Session::any(const ModelError& e, Actions& out) {
    if (is_fatal(e.code)) return fail("model", std::string(e.message), out);
    if (e.event_id.starts_with("session")) {
        // The service goes on with its defaults: 24 kHz linear audio would be loud static.
        if (model_ == ModelLeg::configuring) return fail("model", std::string(e.message), out);
        if (!turns_asked_.empty()) turns_asked_.erase(turns_asked_.begin());
        return {};
    }
    return request_refused(e, out);
}

Session::Next Session::request_refused(const ModelError& e, Actions& out) {
    bool busy = e.code == "conversation_already_has_active_response";
    if (busy) response_due_ = false;  // whatever was to come has come
    bool ours = busy || e.event_id.starts_with("response");
    if (!asked_ || !ours) return {};
    Wanted refused = std::move(*asked_);
    asked_.reset();
    disarm(TimerId::answer);
    if (busy) {
        // Somebody is already being answered: a greeting is then too late, all else waits its turn.
        bool late = refused.purpose == "greeting" || asked_cut_;
        if (!late || refused.purpose == "say") wanted_.insert(wanted_.begin(), std::move(refused));
        return {};
    }
    active_ = std::move(refused);
    if (std::holds_alternative<Leaving>(state_)) return drain(std::get<Leaving>(state_), out);
    return response_failed(e.code, e.message, out);
}

}  // namespace pa::call
