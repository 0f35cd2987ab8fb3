#include "openai/events.hpp"

#include <algorithm>
#include <cmath>

#include "json/quick_reader.hpp"

namespace pa::openai {
namespace {

using json::Value;
using Parsed = std::optional<call::Event>;

/// A count or time, never negative; some servers write 120.0.
std::int64_t whole(Value v) {
    double n = v.number();
    std::int64_t i = v.integer(n > 0 && n < 9e15 ? std::llround(n) : 0);
    return std::max<std::int64_t>(i, 0);
}

int content_index(std::int64_t index) {
    return static_cast<int>(std::clamp<std::int64_t>(index, 0, 1 << 20));
}
int content_index(Value m) { return content_index(whole(m["content_index"])); }

std::string_view item_id(Value m) { return m["item_id"].text(); }
std::string_view response_id(Value m) { return m["response_id"].text(); }

// --- session ---

/// The type of a GA format object; the beta's bare string under its GA name.
std::string_view format_type(Value format) {
    if (!format.is_string()) return format["type"].text();
    std::string_view beta = format.text();
    return beta == "g711_ulaw"   ? "audio/pcmu"
           : beta == "g711_alaw" ? "audio/pcma"
           : beta == "pcm16"     ? "audio/pcm"
                                 : beta;
}

Parsed session_created(Value m) { return call::SessionCreated{m["session"]["id"].text()}; }

Parsed session_updated(Value m) {
    Value session = m["session"];
    Value in = session["audio"]["input"]["format"];
    Value out = session["audio"]["output"]["format"];
    return call::SessionUpdated{format_type(in ? in : session["input_audio_format"]),
                                format_type(out ? out : session["output_audio_format"]),
                                whole(session["expires_at"])};
}

// --- the caller's audio ---

Parsed speech_started(Value m) {
    return call::SpeechStarted{item_id(m), whole(m["audio_start_ms"])};
}
Parsed speech_stopped(Value m) { return call::SpeechStopped{item_id(m), whole(m["audio_end_ms"])}; }
Parsed committed(Value m) { return call::InputCommitted{item_id(m), m["previous_item_id"].text()}; }
Parsed idle_timeout(Value m) { return call::IdleTimeout{item_id(m)}; }

Parsed caller_text(Value m) {
    return call::CallerText{item_id(m), m["transcript"].text(),
                            read_transcription_usage(m["usage"])};
}
Parsed caller_text_failed(Value m) {
    Value error = m["error"];
    return call::CallerTextFailed{item_id(m), error["code"].text(error["type"].text())};
}

// --- the conversation ---

Parsed item_added(Value m) {
    Value item = m["item"];
    if (item["id"].text().empty()) return {};
    return call::ItemAdded{item["id"].text(), m["previous_item_id"].text(), item["role"].text()};
}

// --- a response ---

Parsed response_created(Value m) {
    Value response = m["response"];
    return call::ResponseStarted{response["id"].text(), response["metadata"]["purpose"].text()};
}

Parsed output_started(Value m) {
    Value item = m["item"];
    std::string_view type = item["type"].text();
    if (type != "message" && type != "function_call") return {};
    return call::OutputStarted{response_id(m), item["id"].text(), type == "message"};
}

Parsed output_done(Value m) {
    Value item = m["item"];
    if (item["type"].text() != "function_call") return {};
    if (item["status"].text("completed") != "completed") return {};
    std::string_view arguments = item["arguments"].text();
    return call::FunctionCalled{response_id(m), item["id"].text(), item["call_id"].text(),
                                item["name"].text(), arguments.empty() ? "{}" : arguments};
}

Parsed audio_delta(Value m) {
    std::string_view payload = m["delta"].text();
    if (payload.empty()) return {};
    return call::ModelAudio{response_id(m), item_id(m), content_index(m), payload};
}
Parsed audio_done(Value m) {
    return call::ModelAudioDone{response_id(m), item_id(m), content_index(m)};
}
Parsed text_delta(Value m) {
    return call::ModelText{response_id(m), item_id(m), m["delta"].text()};
}
Parsed text_done(Value m) {
    return call::ModelTextDone{response_id(m), item_id(m), m["transcript"].text()};
}

Parsed response_done(Value m) {
    Value response = m["response"];
    Value details = response["status_details"];
    Value error = details["error"];
    Value usage = response["usage"];
    return call::ResponseDone{response["id"].text(),     response["status"].text(),
                              details["reason"].text(),  error["code"].text(error["type"].text()),
                              error["message"].text(),   usage.is_object(),
                              read_response_usage(usage)};
}

Parsed model_error(Value m) {
    Value error = m["error"];
    return call::ModelError{error["type"].text(), error["code"].text(), error["message"].text(),
                            error["event_id"].text()};
}

struct Reader {
    std::string_view type;
    Parsed (*read)(Value);
};

constexpr char audio_type[] = "response.output_audio.delta";

// The frequent ones first. A search by length and bytes over forty names costs less than the parse
// of the shortest message.
constexpr Reader readers[] = {
    {audio_type, audio_delta},
    {"response.output_audio_transcript.delta", text_delta},
    {"input_audio_buffer.speech_started", speech_started},
    {"input_audio_buffer.speech_stopped", speech_stopped},
    {"input_audio_buffer.committed", committed},
    {"input_audio_buffer.timeout_triggered", idle_timeout},
    {"conversation.item.added", item_added},
    {"conversation.item.input_audio_transcription.completed", caller_text},
    {"conversation.item.input_audio_transcription.failed", caller_text_failed},
    {"response.created", response_created},
    {"response.output_item.added", output_started},
    {"response.output_item.done", output_done},
    {"response.output_audio.done", audio_done},
    {"response.output_audio_transcript.done", text_done},
    {"response.done", response_done},
    {"session.created", session_created},
    {"session.updated", session_updated},
    {"error", model_error},
    // the beta's names
    {"response.audio.delta", audio_delta},
    {"response.audio.done", audio_done},
    {"response.audio_transcript.delta", text_delta},
    {"response.audio_transcript.done", text_done},
    {"conversation.item.created", item_added},
};

}  // namespace

call::Usage read_response_usage(Value usage) {
    call::Usage u;
    if (!usage.is_object()) return u;
    Value in = usage["input_token_details"];
    Value cached = in["cached_tokens_details"];
    Value out = usage["output_token_details"];
    u.text_in = whole(in["text_tokens"]);
    u.audio_in = in.is_object() ? whole(in["audio_tokens"]) : whole(usage["input_tokens"]);
    u.cached_text_in = std::min(whole(cached["text_tokens"]), u.text_in);
    u.cached_audio_in = std::min(whole(cached["audio_tokens"]), u.audio_in);
    u.text_out = whole(out["text_tokens"]);
    u.audio_out = out.is_object() ? whole(out["audio_tokens"]) : whole(usage["output_tokens"]);
    return u;
}

call::Usage read_transcription_usage(Value usage) {
    call::Usage u;
    if (usage["type"].text() == "duration") {
        u.transcription_seconds = std::max(usage["seconds"].number(), 0.0);
        return u;
    }
    u.transcription_in = whole(usage["input_tokens"]);
    u.transcription_out = whole(usage["output_tokens"]);
    return u;
}

std::optional<call::ModelAudio> read_audio(std::span<const char> message) {
    using json::is;
    std::string_view type, response, item, payload;
    std::optional<std::int64_t> index;
    json::QuickReader in(message);
    in.enter();
    for (std::string_view name; in.next(name);) {
        if (is(name, "type")) {
            in.read(type);
            if (!is(type, audio_type)) return {};
        } else if (is(name, "response_id")) {
            in.read(response);
        } else if (is(name, "item_id")) {
            in.read(item);
        } else if (is(name, "content_index")) {
            in.read(index);
        } else if (is(name, "delta")) {
            in.read(payload);
        } else {
            in.skip();
        }
    }
    if (!in.finished() || type.empty() || payload.empty()) return {};
    return call::ModelAudio{response, item, content_index(index.value_or(0)), payload};
}

std::optional<call::Event> parse_event(Value message) {
    std::string_view type = message["type"].text();
    for (const Reader& reader : readers)
        if (reader.type == type) return reader.read(message);
    return {};
}

}  // namespace pa::openai
