// What can happen to a call. The names are the wire's: media, mark, clear, barge-in, truncate, leg.
//
// Views live until the driver has carried out the actions of the event. The wire folders make these
// from text: twilio/media.hpp those of the carrier's leg, openai/events.hpp those of the model's.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace pa::call {

enum class Leg { carrier, model };

/// Tokens of one response, or what one transcription took, as the service counted them. The two
/// have prices of their own, so a sum over a call keeps them apart.
struct Usage {
    std::int64_t text_in = 0, audio_in = 0, cached_text_in = 0, cached_audio_in = 0;
    std::int64_t text_out = 0, audio_out = 0;
    std::int64_t transcription_in = 0,
                 transcription_out = 0;  // [tokens] where the service counts those
    double transcription_seconds = 0;    // where it counts time
    Usage& operator+=(const Usage& more);
};

// --- the carrier's leg (Twilio Media Streams) ---
struct StreamStarted {
    std::string_view stream_sid;
};
struct CallerAudio {
    std::string_view payload;
    std::int64_t timestamp_ms;
};  // base64 u-law, undecoded
struct MarkPlayed {
    std::string_view name;
};
struct KeyPressed {
    char digit;
};  // 0-9 * # A-D
struct StreamStopped {};
/// What answering-machine detection found, or the carrier's final word on the call.
struct AnsweredBy {
    std::string_view who;
};  // "human", "machine_start", "fax", "unknown", …
struct CarrierStatus {
    std::string_view status;
};  // final only: "completed", "failed", …

// --- the model's leg (OpenAI Realtime) ---
struct ModelOpened {};  // the socket is open
struct SessionCreated {
    std::string_view session_id;
};
struct SessionUpdated {
    std::string_view input_format, output_format;
    std::int64_t expires_at;
};  // Unix s, 0: not said
struct SpeechStarted {
    std::string_view item_id;
    std::int64_t audio_start_ms;
};  // stream time of the input
struct SpeechStopped {
    std::string_view item_id;
    std::int64_t audio_end_ms;
};
struct InputCommitted {
    std::string_view item_id, previous_item_id;
};
struct IdleTimeout {
    std::string_view item_id;
};
struct ItemAdded {
    std::string_view item_id, previous_item_id, role;
};  // role "" for function items
struct CallerText {
    std::string_view item_id, text;
    Usage usage;
};  // transcription completed
struct CallerTextFailed {
    std::string_view item_id, code;
};
struct ResponseStarted {
    std::string_view response_id, purpose;
};  // purpose: our metadata
struct OutputStarted {
    std::string_view response_id, item_id;
    bool message;
};  // false: a function call
struct ModelAudio {
    std::string_view response_id, item_id;
    int content_index;
    std::string_view payload;
};
struct ModelAudioDone {
    std::string_view response_id, item_id;
    int content_index;
};
struct ModelText {
    std::string_view response_id, item_id, delta;
};  // of the spoken transcript
struct ModelTextDone {
    std::string_view response_id, item_id, text;
};
struct FunctionCalled {
    std::string_view response_id, item_id, call_id, name, arguments;
};
struct ResponseDone {
    std::string_view response_id;
    std::string_view status;  // "completed", "cancelled", "incomplete", "failed"
    std::string_view reason;  // of cancelled and incomplete
    std::string_view error_code, error_message;
    bool has_usage;
    Usage usage;
};
struct ModelError {
    std::string_view type, code, message, event_id;
};  // event_id: ours, at fault

// --- either leg, and us ---
struct LegClosed {
    Leg leg;
    std::uint16_t code;
    std::string_view reason;
};
struct FunctionReturned {
    std::string_view call_id, output;
    bool ok;
};
/// What the model's call of `acknowledge` says: the question was answered with yes or not, in these
/// words of the other side.
struct AnswerGiven {
    std::string_view call_id;
    bool yes;
    std::string_view words;
};
/// Somebody on our side wants the call to end: the operator, a stop signal that cannot wait.
struct EndRequested {
    std::string_view reason;
};
struct Timeout {};  // next_timeout() has passed

// --- the operator of a live call (session_operator.cpp) ---
/// These words are to be said to the other side as they stand.
struct SayRequested {
    std::string_view text;
};
/// An instruction that only the agent hears.
struct WhisperRequested {
    std::string_view text;
};
/// The agent is to keep silent, or may speak again. It goes on listening.
struct MuteRequested {
    bool on;
};
/// The call is to end: at once, or after a goodbye.
struct HangUpRequested {
    std::string_view reason;
    bool goodbye;
};
/// The other side is to be put through to that number, which our rules allow.
struct TransferRequested {
    std::string_view number;
};
/// What became of it: the carrier's word on the second call ("completed", "busy", "no-answer",
/// "failed", "canceled"), or "refused" if there was none.
struct TransferEnded {
    std::string_view status, detail;
};

using Event = std::variant<
    StreamStarted, CallerAudio, MarkPlayed, KeyPressed, StreamStopped, AnsweredBy, CarrierStatus,
    ModelOpened, SessionCreated, SessionUpdated, SpeechStarted, SpeechStopped, InputCommitted,
    IdleTimeout, ItemAdded, CallerText, CallerTextFailed, ResponseStarted, OutputStarted,
    ModelAudio, ModelAudioDone, ModelText, ModelTextDone, FunctionCalled, ResponseDone, ModelError,
    LegClosed, FunctionReturned, AnswerGiven, EndRequested, Timeout, SayRequested, WhisperRequested,
    MuteRequested, HangUpRequested, TransferRequested, TransferEnded>;

}  // namespace pa::call
