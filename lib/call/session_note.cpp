// What is recorded of an event, whatever the state.
#include <algorithm>

#include "base/base64.hpp"
#include "call/session.hpp"

namespace pa::call {

void Session::note(const StreamStarted& e, Actions& out) {
    record_.stream_sid = e.stream_sid;
    if (stream_seen_) return;
    // The conversation begins here: what was prepared while the phone rang was before its time.
    started_ = now_;
    for (auto* list : {&record_.events, &record_.errors})
        for (Happening& h : *list) h.at_ms = 0;
    keep(Keep::What::start, 0, out);
}

void Session::note(const MarkPlayed& e, Actions& out) {
    playback_.mark_played(e.name, now_);
    if (!playback_.acknowledged() || playback_.playing(now_)) return;
    // The last thing said was heard to its end.
    if (std::size_t line = transcript_.last_agent_line(); line != Transcript::npos)
        keep_line(transcript_.agent_heard(transcript_.line(line).item_id, at()), out);
}

void Session::note(const AnsweredBy& e, Actions&) {
    bool machine = e.who.starts_with("machine") || e.who == "fax";
    record_.answered_by = machine ? "machine" : e.who == "human" ? "human" : "unknown";
}

void Session::note(const KeyPressed& e, Actions& out) {
    nudges_ = 0;
    // The PIN is a secret: the log has that keys were pressed, not which.
    happen("key", pin_.wanted() ? "*" : std::string(1, e.digit), out);
}

// --- the caller's turns ---

/// When that place of the session's input was spoken. The service counts the audio it was given;
/// the end of that is now, whatever was lost on the way.
std::int64_t Session::call_time(std::int64_t input_ms) const {
    std::int64_t ago = appended_bytes_ / Playback::bytes_per_ms - input_ms;
    return std::clamp<std::int64_t>(at() - ago, 0, at());
}

void Session::note(const SpeechStarted& e, Actions&) {
    caller_speaking_ = true;
    nudges_ = 0;
    turn_end_ms_ = -1;
    answer_begun_ = false;
    arm(TimerId::gap, line_quiet);
    recent_.turn_started(e.item_id, e.audio_start_ms);
    transcript_.caller_started(e.item_id, call_time(e.audio_start_ms));
}

void Session::note(const SpeechStopped& e, Actions&) {
    caller_speaking_ = false;
    commit_due_ = true;
    recent_.turn_stopped(e.item_id, e.audio_end_ms);
    turn_ = {};
    turn_.noticed_ms = at();
    // The service's time includes the silence it waited for.
    turn_end_ms_ =
        std::max<std::int64_t>(0, call_time(e.audio_end_ms) - config_->vad_silence.count());
    transcript_.caller_stopped(e.item_id, turn_end_ms_);
}

void Session::note(const InputCommitted& e, Actions&) {
    caller_waits_ = true;
    commit_due_ = false;
    response_due_ = server_turns_;
    if (response_due_) arm(TimerId::answer, answer_deadline);
    transcript_.caller_committed(e.item_id, e.previous_item_id);
}

void Session::note(const CallerText& e, Actions& out) {
    record_.usage += e.usage;
    recent_.turn_settled(e.item_id);
    bool proved = pin_.speech(e.text);
    keep_line(transcript_.caller_text(e.item_id, proved ? "[PIN]" : e.text), out);
    if (proved) owner_proved(out);
    judge_answer(out);
}

void Session::note(const CallerTextFailed& e, Actions& out) {
    recent_.turn_settled(e.item_id);
    keep_line(transcript_.caller_failed(e.item_id), out);
    error("transcription", std::string(e.code), out);
    judge_answer(out);
}

void Session::note(const ItemAdded& e, Actions&) {
    transcript_.order(e.item_id, e.previous_item_id);
}

// --- the agent's answers ---

void Session::note(const OutputStarted& e, Actions&) {
    transcript_.order(e.item_id, {});
    if (!e.message) return;
    transcript_.agent_started(e.item_id, at());
    if (discarded(e.response_id))
        transcript_.agent_cut(e.item_id, 0, at());
    else if (e.item_id != sounding_item_)  // its audio may be told of first
        silent_items_.emplace_back(e.item_id);
}

void Session::note(const ModelAudio& e, Actions&) {
    disarm(TimerId::answer);
    if (!silent_items_.empty()) std::erase(silent_items_, e.item_id);
    sounding_item_ = e.item_id;
    if (discarded(e.response_id))
        transcript_.agent_dropped(e.item_id,
                                  static_cast<std::int64_t>(base64_decoded_size(e.payload)), at());
}

void Session::note(const ModelText& e, Actions&) { transcript_.agent_delta(e.item_id, e.delta); }

void Session::note(const ModelTextDone& e, Actions& out) {
    if (active_.purpose != "say") check_language(e.text, out);  // those are not its own words
    keep_line(transcript_.agent_text(e.item_id, e.text), out);
}

void Session::note(const FunctionReturned& e, Actions& out) {
    for (std::size_t i = 0; i < record_.functions.size(); ++i) {
        FunctionRun& f = record_.functions[i];
        if (f.call_id != e.call_id || !f.result.empty()) continue;
        f.result = e.output;
        f.duration_ms = at() - f.start_ms;
        keep(Keep::What::function, i, out);
    }
}

}  // namespace pa::call
