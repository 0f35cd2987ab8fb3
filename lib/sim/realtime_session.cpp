#include "sim/realtime_session.hpp"

#include <fmt/format.h>

#include "audio/g711.hpp"
#include "base/base64.hpp"

namespace pa::sim {
namespace {

const std::string expiry_text = "Your session hit the maximum duration of 60 minutes.";
constexpr int events_of_flood = 10'000;

}  // namespace

RealtimeSession::RealtimeSession(const Scenario& scenario, const ClipBook& book, Faults& faults,
                                 Options options, call::TimePoint now)
    : scenario_(scenario),
      script_(scenario.model),
      book_(book),
      faults_(faults),
      options_(std::move(options)),
      clock_(now),
      lots_(scenario.seed),
      actor_(scenario.model, book) {
    settings_.id = "sess_" + options_.id;
    settings_.model = options_.model;
    settings_.expires_at = options_.unix_time + script_.session_ms / 1000;
    conversation_id_ = "conv_" + options_.id;
    vad_.set(settings_.turns.vad(script_.vad.floor_db, script_.vad.min_speech_ms));
    created_at_ = now + milliseconds(script_.connect_ms);
    agenda_.at(created_at_, [this] {
        settings_.write(event("session.created").key("session"));
        send();
    });
    after(script_.session_ms, [this] {
        send_error({"session_expired", expiry_text, ""}, {});
        close(1001, expiry_text);
    });
    plan_faults();
}

void RealtimeSession::plan_faults() {
    for (const Fault* fault : faults_.timed("model.time"))
        after(fault->nth, [this, fault] {
            if (faults_.spend(*fault)) misbehave(*fault);
        });
}

// --- events out ---

json::Writer& RealtimeSession::event(std::string_view type) {
    return writer_.start().object().member("type", type).member("event_id", new_id("event"));
}

void RealtimeSession::send() {
    writer_.end();
    if (!silent_ && !over_) out_.push_back({ServerMessage::Kind::text, writer_.str(), 0});
}

std::string RealtimeSession::new_id(std::string_view kind) {
    return fmt::format("{}_{}_{:04}", kind, options_.id, ++ids_);
}

void RealtimeSession::send_error(const EventError& error, std::string_view event_id) {
    json::Writer& w = event("error").key("error").object().member("type", error.type);
    auto nullable = [&w](std::string_view key, std::string_view text) {
        w.key(key);
        text.empty() ? w.null() : w.value(text);
    };
    nullable("code", error.code);
    w.member("message", error.message);
    nullable("param", error.param);
    nullable("event_id", event_id);
    w.end();
    send();
}

void RealtimeSession::close(std::uint16_t code, std::string reason) {
    if (!over_) out_.push_back({ServerMessage::Kind::close, std::move(reason), code});
    over_ = true;
    agenda_.clear();
}

void RealtimeSession::drop() {
    if (!over_) out_.push_back({ServerMessage::Kind::drop, {}, 0});
    over_ = true;
    agenda_.clear();
}

std::vector<ServerMessage> RealtimeSession::take() { return std::exchange(out_, {}); }

bool RealtimeSession::misbehave(const Fault& fault) {
    if (fault.what == "drop")
        drop();
    else if (fault.what == "close")
        close(static_cast<std::uint16_t>(std::atoi(fault.code.c_str())), "scripted");
    else if (fault.what == "silent")
        silent_ = true;
    else if (fault.what == "garbage")
        send_garbage(fault.code);
    else if (fault.what == "flood")
        for (int i = 0; i < events_of_flood; ++i) send_garbage("event");
    else if (fault.what == "error")
        send_error({fault.code.empty() ? "server_error" : fault.code, "A scripted error.", "",
                    fault.code.empty() ? "server_error" : "invalid_request_error"},
                   {});
    else
        return false;
    return true;
}

/// Half an event; with code "event" a whole one of a type that nobody knows.
void RealtimeSession::send_garbage(const std::string& code) {
    if (code != "event")
        return out_.push_back({ServerMessage::Kind::text, "{\"type\":\"response.outp", 0});
    event("response.thinking.delta").key("delta").null();
    send();
}

// --- client events ---

void RealtimeSession::receive(std::string_view message, call::TimePoint now) {
    poll(now);
    if (over_) return;
    if (clock_ < created_at_)  // what comes early waits at the service's door
        return agenda_.at(created_at_, [this, text = std::string(message)] { understand(text); });
    understand(message);
    poll(now);
}

void RealtimeSession::understand(std::string_view message) {
    auto doc = json::Document::parse(message);
    if (!doc) return send_error({"invalid_event", "The event is no valid JSON.", ""}, {});
    json::Value e = doc->root();
    if (auto error = check_client_event(e)) return send_error(*error, e["event_id"].text());
    handle(e);
}

void RealtimeSession::handle(json::Value e) {
    std::string_view type = e["type"].text();
    if (type == "input_audio_buffer.append") return on_append(e);
    if (type == "session.update") return on_session_update(e);
    if (type == "input_audio_buffer.commit") return on_commit(e);
    if (type == "input_audio_buffer.clear") return on_clear();
    if (type == "conversation.item.create") return on_item_create(e);
    if (type == "conversation.item.delete") return on_item_delete(e);
    if (type == "conversation.item.retrieve") return on_item_retrieve(e);
    if (type == "conversation.item.truncate") return on_truncate(e);
    if (type == "response.create") return on_response_create(e);
    if (type == "response.cancel") return on_response_cancel(e);
    send_error({"invalid_event", "output_audio_buffer.clear is for WebRTC and SIP sessions.", ""},
               e["event_id"].text());
}

void RealtimeSession::on_session_update(json::Value e) {
    const Fault* fault = faults_.next("model.session");
    if (fault != nullptr && fault->what == "error")
        return send_error({fault->code.empty() ? "unknown_parameter" : fault->code,
                           "Unknown parameter: 'session.scripted'.", "session.scripted"},
                          e["event_id"].text());
    if (fault != nullptr && misbehave(*fault)) return;
    json::Value voice = e["session"]["audio"]["output"]["voice"];
    if (voice && spoke_ && voice.dump() != settings_.voice)
        return send_error({"cannot_update_voice",
                           "Cannot update a conversation's voice if assistant audio is present.",
                           "session.audio.output.voice"},
                          e["event_id"].text());
    bool detected = !settings_.turns.type.empty();
    settings_.apply(e["session"]);
    vad_.set(settings_.turns.vad(script_.vad.floor_db, script_.vad.min_speech_ms));
    if (detected != !settings_.turns.type.empty()) vad_.reset();
    after(fault != nullptr ? fault->ms : 0, [this] {
        settings_.write(event("session.updated").key("session"));
        send();
    });
}

void RealtimeSession::on_append(json::Value e) {
    if (const Fault* fault = faults_.next("model.audio"))
        if (fault->what == "lose" || misbehave(*fault)) return;
    auto bytes = base64_decode(e["audio"].text());
    if (!bytes)
        return send_error(
            {"invalid_value", "Invalid 'audio'. Expected base64-encoded audio bytes.", "audio"},
            e["event_id"].text());
    hear(settings_.input_format == "audio/pcm" ? audio::mulaw_of_pcm24k(*bytes) : *bytes);
}

}  // namespace pa::sim
