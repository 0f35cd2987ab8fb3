// The model's leg: opening it, having it accept the session, the caller's audio to it.
#include <fmt/format.h>

#include <algorithm>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "call/session.hpp"

namespace pa::call {
namespace {

// Sessions end at 60 minutes without a warning (guide realtime-conversations).
constexpr milliseconds session_age{55 * 60'000};

constexpr std::int64_t frame_ms = 20;        // of the carrier's audio
constexpr std::int64_t gap_limit_ms = 1000;  // as much silence as ends any turn

std::string_view silent_frame() {
    static const std::string text = base64_encode(std::string(frame_ms * 8, audio::kSilence));
    return text;
}

}  // namespace

std::string_view Session::silent_second() {
    static const std::string text = base64_encode(std::string(8000, audio::kSilence));
    return text;
}

void Session::open_model(Actions& out) {
    model_ = ModelLeg::connecting;
    ++attempts_;
    disarm(TimerId::retry);
    arm(TimerId::model, config_->model_deadline);
    appended_bytes_ = 0;
    turns_asked_.clear();
    discretion_due_ = false;
    out.push_back(OpenModel{});
}

Session::Next Session::any(const ModelOpened&, Actions& out) {
    if (model_ != ModelLeg::connecting) return {};
    model_ = ModelLeg::configuring;
    configure(out);
    // The greeting in the same flight: the service answers in order, and no audio goes on before
    // the session is accepted. One that takes over is told the history first.
    if (!ready_once_ && (stream_up_ || config_->prewarm == Prewarm::greeting)) greet(out);
    return {};
}

void Session::configure(Actions& out) {
    // guarded: we decide what is an interruption. off: until the greeting was heard, nothing is.
    // Nor may the service answer by itself for an agent that is to keep silent.
    bool interruptible = interruption_ == Interruption::immediate && !muted_;
    turns_asked_.push_back(interruptible);
    told_owner_ = pin_.proved();
    out.push_back(ConfigureSession{interruptible});
}

/// What the service did before this event it did under the old settings.
void Session::note(const SessionUpdated&, Actions&) {
    if (turns_asked_.empty()) return;
    server_turns_ = turns_asked_.front();
    turns_asked_.erase(turns_asked_.begin());
    if (turns_asked_.empty()) discretion_due_ = false;
}

Session::Next Session::session_accepted(const SessionUpdated& e, Actions& out) {
    if (model_ != ModelLeg::configuring) return {};
    // Anything but u-law would be loud static in the caller's ear.
    for (std::string_view format : {e.input_format, e.output_format})
        if (format != "audio/pcmu")
            return fail("model", fmt::format("the session speaks {} and not audio/pcmu", format),
                        out);
    model_ = ModelLeg::ready;
    ready_at_ = now_;
    attempts_ = 0;
    disarm(TimerId::model);
    arm(TimerId::rotate, session_age);
    if (pin_.proved() && !told_owner_) configure(out);
    if (!ready_once_)  // what the operator has told it already
        for (const Told& t : told_) out.push_back(AddMessage{t.role, t.text});
    if (ready_once_)
        take_over(out);
    else
        send_kept_audio(out);
    ready_once_ = true;
    respond_next(out);
    if (message_due_ && std::holds_alternative<Talking>(state_)) return leave_message(out);
    return {};
}

/// The frames of turns that the session before did not finish, and those kept while there was none.
void Session::send_kept_audio(Actions& out) {
    std::swap(sent().backlog, backlog_);
    auto send = [&](std::string_view payload) { give(payload, out); };
    sent().recent.for_each(send);
    sent().backlog.for_each(send);
}

void Session::hear(const CallerAudio& e, Actions& out) {
    last_media_ = now_;
    fill_gap(e.timestamp_ms, out);
    line_ms_ += static_cast<std::int64_t>(base64_decoded_size(e.payload)) / Playback::bytes_per_ms;
    take(e.payload, out);
}

/// Frames that were lost on the way are silence: turn detection counts what it is given, not time.
void Session::fill_gap(std::int64_t timestamp_ms, Actions& out) {
    if (line_ms_ < 0) line_ms_ = timestamp_ms;
    const std::int64_t missing = timestamp_ms - line_ms_;
    if (missing < frame_ms && missing > -gap_limit_ms) return;
    line_ms_ = timestamp_ms;
    for (auto left = std::min(missing, gap_limit_ms); left >= frame_ms; left -= frame_ms)
        take(silent_frame(), out);
}

/// No frame has come for a while and the caller was in the middle of a turn: let it end.
Session::Next Session::line_silent(Actions& out) {
    if (!caller_speaking_ || !stream_up_) return {};
    milliseconds quiet{ms_between(last_media_, now_)};
    if (quiet < line_quiet) {
        arm(TimerId::gap, line_quiet - quiet);
    } else if (model_ == ModelLeg::ready) {
        line_ms_ += gap_limit_ms;
        give(silent_second(), out);
    }
    return {};
}

/// One frame of the caller: to the model, or kept until there is one.
void Session::take(std::string_view payload, Actions& out) {
    if (model_ != ModelLeg::ready) return backlog_.push(payload);
    give(payload, out);
}

void Session::give(std::string_view payload, Actions& out) {
    recent_.push(payload);
    append(payload, out);
}

void Session::append(std::string_view payload, Actions& out) {
    appended_bytes_ += static_cast<std::int64_t>(base64_decoded_size(payload));
    out.push_back(AppendAudio{payload});
}

}  // namespace pa::call
