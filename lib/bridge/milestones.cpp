#include "bridge/milestones.hpp"

namespace pa::bridge {

void Milestones::saw(const call::Event& event, call::TimePoint now) {
    if (first_audio_) return;  // all there
    if (std::holds_alternative<call::StreamStarted>(event)) first(stream_, now);
    if (std::holds_alternative<call::ModelOpened>(event)) first(model_open_, now);
    if (std::holds_alternative<call::SessionUpdated>(event)) first(session_ready_, now);
    if (std::holds_alternative<call::ModelAudio>(event)) first(greeting_, now);
}

void Milestones::saw_status(std::string_view status, call::TimePoint now) {
    if (status == "ringing" && !answered_)
        first(ringing_, now);  // one that came late tells nothing
    if (status == "in-progress") first(answered_, now);
}

store::Arrival Milestones::arrival() const {
    store::Arrival a;
    if (!stream_) return a;
    auto since = [&](const When& when) -> std::optional<std::int64_t> {
        if (!when) return {};
        return call::ms_between(*stream_, *when);
    };
    a.prepared = since(prepared_);
    a.ringing = since(ringing_);
    a.answered = since(answered_);
    a.model_open = since(model_open_);
    a.session_ready = since(session_ready_);
    a.greeting = since(greeting_);
    a.first_audio = since(first_audio_);
    return a;
}

}  // namespace pa::bridge
