// Proof of hearing: a question is to be acknowledged. The model takes the answer by calling
// `acknowledge`; it stands if the other side's words, or key 1, bear it out.
#include <fmt/format.h>

#include <algorithm>

#include "call/session.hpp"

namespace pa::call {
namespace {

constexpr milliseconds texts_deadline{2'500};  // for the words to be written down
constexpr std::size_t lines_back = 3;          // in which the answer may stand

}  // namespace

Session::Next Session::any(const AnswerGiven& e, Actions& out) {
    answer_ = Answer{std::string(e.call_id), std::string(e.words), e.yes};
    if (transcript_.waiting_for_text()) arm(TimerId::evidence, texts_deadline);
    judge_answer(out);
    return std::holds_alternative<Leaving>(state_) ? maybe_finished(out) : Next{};
}

/// As soon as what the caller said is written down, or will not be.
void Session::judge_answer(Actions& out) {
    if (!answer_ || (armed(TimerId::evidence) && transcript_.waiting_for_text())) return;
    disarm(TimerId::evidence);
    Answer answer = std::move(*answer_);
    answer_.reset();
    std::string why = answer.yes ? doubt(answer) : std::string();
    if (why.empty()) take_answer(answer.yes, std::move(answer.words), out);
    std::string output = why.empty() ? R"({"ok":true})" : "Not taken: " + why;
    FunctionReturned result{answer.call_id, output, why.empty()};
    note(result, out);
    (void)any(result, out);
}

void Session::take_answer(bool yes, std::string evidence, Actions& out) {
    happen(yes ? "acknowledged" : "not acknowledged", evidence, out);
    record_.acknowledged = yes;
    record_.evidence = std::move(evidence);
}

/// What speaks against a yes, in words for the model; "" if nothing does. Sets the evidence that
/// counts.
std::string Session::doubt(Answer& answer) const {
    if (key_one_) {
        answer.words = "key 1";
        return {};
    }
    std::string heard;
    bool gap = transcript_.waiting_for_text();
    std::size_t count = 0;
    auto lines = transcript_.ordered();
    for (auto l = lines.rbegin(); l != lines.rend() && count < lines_back; ++l) {
        if (l->role != TranscriptLine::Role::user) continue;
        ++count;
        gap = gap || l->text == Transcript::inaudible;
        heard = heard.empty() ? l->text : l->text + " " + heard;
    }
    if (could_be_said(answer.words, heard)) return {};
    if (gap) {  // nobody knows better than the model, which heard it
        answer.words += " (not checked)";
        return {};
    }
    if (heard.empty()) return "they have said nothing yet. Ask, and wait for their answer.";
    return fmt::format(
        "what they said was written down as \"{}\". If that is a yes, call again with these words; "
        "else ask again.",
        heard);
}

/// What a machine said was no answer.
void Session::withdraw_answer(Actions& out) {
    if (!record_.acknowledged.value_or(false) || key_one_) return;
    happen("acknowledgement withdrawn", record_.evidence, out);
    record_.acknowledged.reset();
    record_.evidence.clear();
}

/// They hung up on their answer: the model is still to say what it makes of it.
bool Session::verdict_due() const {
    if (!config_->wants_ack || machine_ || record_.acknowledged || model_ != ModelLeg::ready)
        return false;
    return answer_ || caller_speaking_ || commit_due_ || response_due_ || asked_ ||
           !active_response_.empty() || !wanted_.empty() || !pending_functions_.empty();
}

}  // namespace pa::call
