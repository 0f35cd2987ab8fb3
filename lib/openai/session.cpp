#include "openai/session.hpp"

#include "base/text.hpp"

namespace pa::openai {
namespace {

using json::Writer;

Writer& begin(Writer& w, std::string_view type, std::string_view event_id) {
    w.start().object().member("type", type);
    if (!event_id.empty()) w.member("event_id", event_id);
    return w;
}

void write_pcmu(Writer& w) {
    // No rate beside it: the service refuses one for G.711.
    w.key("format").object().member("type", "audio/pcmu").end();
}

void write_transcription(Writer& w, const SessionSettings& s) {
    if (s.transcription_model.empty()) return;
    w.key("transcription").object().member("model", s.transcription_model);
    // ISO 639-1 has two letters: "ko-KR" is a hint of "ko".
    std::string language = to_lower(std::string_view(s.language).substr(0, 2));
    if (!language.empty() && takes_languages(s.transcription_model))
        w.key("languages").array().value(language).end();
    else if (!language.empty())
        w.member("language", language);
    if (!s.transcription_prompt.empty()) w.member("prompt", s.transcription_prompt);
    w.end();
}

void write_turn_detection(Writer& w, const TurnDetection& t, bool interruptible) {
    w.key("turn_detection").object();
    if (t.kind == TurnDetection::Kind::semantic) {
        w.member("type", "semantic_vad").member("eagerness", t.eagerness);
    } else {
        w.member("type", "server_vad").member("threshold", t.threshold);
        w.member("prefix_padding_ms", t.prefix_padding_ms)
            .member("silence_duration_ms", t.silence_duration_ms);
        if (t.idle_timeout_ms) w.member("idle_timeout_ms", *t.idle_timeout_ms);
    }
    w.member("create_response", interruptible).member("interrupt_response", interruptible).end();
}

void write_audio(Writer& w, const SessionSettings& s, bool interruptible) {
    w.key("audio").object().key("input").object();
    write_pcmu(w);
    write_transcription(w, s);
    if (!s.noise_reduction.empty())
        w.key("noise_reduction").object().member("type", s.noise_reduction).end();
    write_turn_detection(w, s.turn_detection, interruptible);
    w.end().key("output").object();
    write_pcmu(w);
    w.member("voice", s.voice);
    if (s.speed != 1.0) w.member("speed", s.speed);
    w.end().end();
}

void write_truncation(Writer& w, int tokens) {
    // Cutting to 80 % at once, not item by item, keeps the prompt cache useful.
    w.key("truncation").object().member("type", "retention_ratio").member("retention_ratio", 0.8);
    w.key("token_limits").object().member("post_instructions", tokens).end().end();
}

}  // namespace

bool reasons(std::string_view model) { return model.starts_with("gpt-realtime-2"); }

bool takes_languages(std::string_view model) {
    return model.starts_with("gpt-transcribe") || model.starts_with("gpt-live-transcribe");
}

void write_session_update(Writer& w, const SessionSettings& s, bool interruptible,
                          std::string_view event_id) {
    begin(w, "session.update", event_id).key("session").object().member("type", "realtime");
    w.key("output_modalities").array().value("audio").end();
    w.member("instructions", s.instructions.str());
    write_audio(w, s, interruptible);
    w.key("tools").raw(s.tools.empty() ? "[]" : s.tools.str()).member("tool_choice", "auto");
    if (reasons(s.model) && !s.reasoning_effort.empty())
        w.key("reasoning").object().member("effort", s.reasoning_effort).end();
    if (s.history_tokens) write_truncation(w, *s.history_tokens);
    w.end().end();
}

void write_append(Writer& w, std::string_view payload) {
    static const json::Template append(R"({"type":"input_audio_buffer.append","audio":"?"})");
    w.fill(append, {payload});
}

void write_response_create(Writer& w, std::string_view purpose, bool words_only,
                           std::string_view event_id) {
    begin(w, "response.create", event_id);
    if (!purpose.empty() || words_only) {
        w.key("response").object();
        if (words_only) w.member("tool_choice", "none");
        if (!purpose.empty()) w.key("metadata").object().member("purpose", purpose).end();
        w.end();
    }
    w.end();
}

void write_cancel(Writer& w, std::string_view event_id) {
    begin(w, "response.cancel", event_id).end();
}

void write_truncate(Writer& w, std::string_view item_id, int content_index,
                    std::int64_t audio_end_ms, std::string_view event_id) {
    begin(w, "conversation.item.truncate", event_id).member("item_id", item_id);
    w.member("content_index", content_index).member("audio_end_ms", audio_end_ms).end();
}

void write_delete(Writer& w, std::string_view item_id, std::string_view event_id) {
    begin(w, "conversation.item.delete", event_id).member("item_id", item_id).end();
}

void write_message(Writer& w, std::string_view role, std::string_view text,
                   std::string_view event_id, std::string_view item_id) {
    begin(w, "conversation.item.create", event_id).key("item").object();
    if (!item_id.empty()) w.member("id", item_id);
    w.member("type", "message").member("role", role).key("content").array().object();
    w.member("type", role == "assistant" ? "output_text" : "input_text").member("text", text);
    w.end().end().end().end();
}

void write_function_output(Writer& w, std::string_view call_id, std::string_view output,
                           std::string_view event_id) {
    begin(w, "conversation.item.create", event_id).key("item").object();
    w.member("type", "function_call_output").member("call_id", call_id).member("output", output);
    w.end().end();
}

std::string realtime_url(std::string_view base, std::string_view model) {
    std::string url(base);
    while (url.ends_with('/')) url.pop_back();
    if (url.find("?model=") != std::string::npos || url.find("&model=") != std::string::npos)
        return url;
    url += url.find('?') == std::string::npos ? "?model=" : "&model=";
    return url + url_encode(model);
}

Headers realtime_headers(const Secret& api_key) {
    return {{"Authorization", "Bearer " + api_key.reveal()}};
}

}  // namespace pa::openai
