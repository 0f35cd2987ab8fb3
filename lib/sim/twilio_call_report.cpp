// The end of a call, what is told of it on the way, and what is known of it afterwards.
#include <fmt/format.h>

#include "base/file.hpp"
#include "sim/twilio_call.hpp"
#include "sim/wav.hpp"

namespace pa::sim {

namespace {

std::int64_t ms_of(std::int64_t bytes) { return bytes / 8; }

}  // namespace

void TwilioCall::end(const std::string& final_status, int sip_code, const std::string& by) {
    if (resource_.final()) return;
    const bool told_before =
        resource_.status != "queued";  // canceled while queued: no callbacks at all
    const auto now = carrier_.loop.now();
    if (phone_) dropped_at_end_ = phone_->abandon(now);
    resource_.status = final_status;
    resource_.ended = wall_now();
    resource_.sip_code = sip_code;
    hung_up_by_ = by;
    delays_.cancel();
    verb_delays_.cancel();
    line_timer_.disarm();
    ended_at_ = now;
    if (stream_) {
        stream_->stop();
        delays_.after(milliseconds(5000), [this] { forget_stream(); });  // a peer that never closes
    }
    if (told_before) status("completed");
    save_wav();
    json::Writer w;
    w.object().member("event", "ended");
    write_facts(w);
    carrier_.tell(w.end().view());
}

void TwilioCall::forget_stream() {
    if (!stream_) return;
    streams_.push_back(stream_->facts());
    if (!resource_.final()) streams_.back().dropped_at_end = phone_->abandon(carrier_.loop.now());
    for (const auto& part : phone_->parts(carrier_.loop.now())) {
        if (const auto mark = stream_->leg().mark_after(part.name); !mark.empty())
            marks_of_parts_[part.name] = mark;
    }
    stream_.reset();
}

void TwilioCall::status(const std::string& event) {
    tell("status", {{"status", resource_.status}, {"callback", event}});
    const int sequence = sequence_++;
    if (order_.status_callback.empty() || order_.status_events.count(event) == 0) return;
    Webhook webhook{order_.status_callback, order_.status_method,
                    status_parameters(resource_, event, sequence), "carrier.status"};
    webhooks_.send(std::move(webhook), [this](Result<HttpResponse> answer) {
        if (answer && answer->status / 100 == 2) return;
        complain(15003, "status callback: " +
                            (answer ? std::to_string(answer->status) : answer.error().what));
    });
}

void TwilioCall::complain(int code, const std::string& what) {
    resource_.notifications.push_back({code, what});
    tell("complaint", {{"code", std::to_string(code)}, {"what", what}});
}

void TwilioCall::tell(const std::string& event, const Form& members) {
    json::Writer w;
    w.object().member("event", event).member("call_sid", resource_.sid);
    for (const auto& [name, value] : members) w.member(name, value);
    carrier_.tell(w.end().view());
}

Phone::Recording TwilioCall::recording() const {
    return phone_->recording(resource_.final() ? ended_at_ : carrier_.loop.now());
}

void TwilioCall::save_wav() {
    if (carrier_.wav_folder.empty() || !phone_) return;
    const auto heard = recording();
    wav_file_ = carrier_.wav_folder + "/" + resource_.sid + ".wav";
    const auto saved = write_file(wav_file_, stereo_wav(heard.caller, heard.agent));
    if (!saved) tell("error", {{"what", saved.error().what}});
}

void TwilioCall::write_facts(json::Writer& w) const {
    w.member("call_sid", resource_.sid).member("direction", resource_.direction);
    w.member("from", resource_.from).member("to", resource_.to).member("status", resource_.status);
    w.member("sip_code", resource_.sip_code).member("answered_by", resource_.answered_by);
    w.member("ended_by", hung_up_by_).member("wav", wav_file_);
    w.key("complaints").array();
    for (const auto& c : resource_.notifications)
        w.object().member("code", c.code).member("what", c.what).end();
    w.end().key("streams").array();
    for (const auto& s : streams_) write_stream(w, s);
    if (stream_) write_stream(w, stream_->facts());
    w.end();
    if (phone_) write_hearing(w, resource_.final() ? ended_at_ : carrier_.loop.now());
}

void TwilioCall::write_stream(json::Writer& w, const StreamFacts& s) const {
    w.object().member("stream_sid", s.stream_sid).member("frames_sent", s.frames_sent);
    w.member("messages_received", s.messages_received).member("first_media_ms", s.first_media_ms);
    // From the first webhook of the call.
    if (s.first_media_ms >= 0)
        w.member("first_word_ms", call::ms_between(asked_at_, s.first_media_at));
    w.member("dropped_at_end_ms", ms_of(s.dropped_at_end))
        .member("latest_frame_ms", s.latest_frame_ms);
    w.member("close_code", s.close_code).member("close_reason", s.close_reason).end();
}

void TwilioCall::write_hearing(json::Writer& w, TimePoint now) const {
    w.member("duration_ms", call::ms_between(answered_at_, now));
    w.member("received_ms", ms_of(phone_->received()))
        .member("played_ms", ms_of(phone_->played(now)));
    w.member("dropped_at_end_ms", ms_of(dropped_at_end_));
    w.key("clears").array();
    for (const auto& c : phone_->clears()) {
        w.object().member("at_ms", call::ms_between(answered_at_, c.at));
        w.member("received_ms", ms_of(c.received)).member("played_ms", ms_of(c.played));
        w.member("dropped_ms", ms_of(c.dropped)).end();
    }
    w.end().key("parts").array();
    for (const auto& p : phone_->parts(now)) {
        w.object()
            .member("stream_sid", p.name.substr(0, p.name.find('/')))
            .member("mark", mark_after(p.name));
        w.member("at_ms", call::ms_between(answered_at_, p.begins));
        w.member("received_ms", ms_of(p.received)).member("played_ms", ms_of(p.played)).end();
    }
    w.end();
}

std::string TwilioCall::mark_after(const std::string& part) const {
    if (stream_) {
        if (const auto mark = stream_->leg().mark_after(part); !mark.empty())
            return std::string(mark);
    }
    const auto mark = marks_of_parts_.find(part);
    return mark == marks_of_parts_.end() ? std::string() : mark->second;
}

}  // namespace pa::sim
