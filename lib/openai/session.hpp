// OpenAI Realtime (GA): what we send. Each writer starts the Writer anew and leaves one event in
// it.
//
// The service refuses a whole session.update for one unknown or ill-fitting field and goes on with
// its defaults, so only what the model in use knows is written. Every event but an append carries
// an event_id, which comes back in ModelError::event_id when that event is at fault.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/secret.hpp"
#include "base/shared_text.hpp"
#include "json/writer.hpp"

namespace pa::openai {

/// When the caller's turn begins and ends.
struct TurnDetection {
    enum class Kind {
        server,    // by loudness
        semantic,  // by a model that judges whether the sentence is finished
    } kind = Kind::server;
    double threshold = 0.5;         // server: 0-1, higher needs louder speech
    int prefix_padding_ms = 300;    // server: audio kept from before the detected start
    int silence_duration_ms = 500;  // server: ends the turn (the service's own default varies)
    std::optional<int>
        idle_timeout_ms;             // server: 5000-30000; the model speaks up after that silence
    std::string eagerness = "auto";  // semantic: "low" waits up to 8 s, "medium" 4 s, "high" 2 s
    bool operator==(const TurnDetection&) const = default;
};

/// How the model shall be for one call. Both audio formats are always audio/pcmu.
struct SessionSettings {
    std::string model = "gpt-realtime-2.1-mini";  // not sent; decides which fields it knows
    SharedText instructions;
    std::string voice = "shimmer";                       // fixed once the model has spoken
    double speed = 1.0;                                  // 0.25-1.5; sent if not 1
    std::string transcription_model = "gpt-transcribe";  // of the caller's words; "" for none
    std::string transcription_prompt;  // names and words to expect; sent if not ""
    std::string language = "ko";       // hint for the transcription, ISO 639-1; "" for none
    TurnDetection turn_detection;
    std::string noise_reduction;           // "near_field" (handset), "far_field" (room), "" off
    SharedText tools;                      // JSON array of function tools; "" for none
    std::string reasoning_effort = "low";  // sent to models that reason only
    std::optional<int> history_tokens;  // cap on what is re-sent of the conversation per response
    bool operator==(const SessionSettings&) const = default;
};

/// Whether the model knows `reasoning` (gpt-realtime-2 and later).
[[nodiscard]] bool reasons(std::string_view realtime_model);
/// Whether the model takes `languages` (several) in place of `language`.
[[nodiscard]] bool takes_languages(std::string_view transcription_model);

/// The whole session each time: a part sent alone was seen to reset the formats. `interruptible`:
/// whether the service itself takes the turns: the caller's speech cancels a response that is being
/// generated, and its end starts the next. Else it only tells of speech, and we decide.
void write_session_update(json::Writer& w, const SessionSettings& settings, bool interruptible,
                          std::string_view event_id);

/// `payload`: base64 u-law, at most 15 MiB; a frame of Twilio's can go as it is.
void write_append(json::Writer& w, std::string_view payload);

/// `purpose` comes back as ResponseStarted::purpose; "" for none. What is to be said is better put
/// in as a message: instructions of a response stand in place of the session's. `words_only`: it
/// may call no function.
void write_response_create(json::Writer& w, std::string_view purpose, bool words_only,
                           std::string_view event_id);
void write_cancel(json::Writer& w, std::string_view event_id);

/// `audio_end_ms` counts from the start of that item's audio and must not exceed what was received.
void write_truncate(json::Writer& w, std::string_view item_id, int content_index,
                    std::int64_t audio_end_ms, std::string_view event_id);
void write_delete(json::Writer& w, std::string_view item_id, std::string_view event_id);

/// A text message at the end of the conversation. `role`: "system", "user" or "assistant".
/// `item_id`: unique in the session; "" leaves it to the service.
void write_message(json::Writer& w, std::string_view role, std::string_view text,
                   std::string_view event_id, std::string_view item_id = {});
/// `output` is any text, usually JSON. Does not start a response.
void write_function_output(json::Writer& w, std::string_view call_id, std::string_view output,
                           std::string_view event_id);

/// `base`: the service's Realtime address (wss://api.openai.com/v1/realtime); the model is added to
/// whatever query it has, unless that names one.
[[nodiscard]] std::string realtime_url(std::string_view base, std::string_view model);
/// Headers of the upgrade. Never OpenAI-Beta: with it the service refuses the connection.
[[nodiscard]] Headers realtime_headers(const Secret& api_key);

}  // namespace pa::openai
