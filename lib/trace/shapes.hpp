// Every type that stands in a trace, with the names it has there. A member that is added to one of
// them is added here, or this does not compile; one that is missing in an older trace has its
// default. Private to this folder and its tests.
#pragma once

#include <array>

#include "call/action.hpp"
#include "call/event.hpp"
#include "call/record.hpp"
#include "call/session_config.hpp"
#include "trace/shape.hpp"

namespace pa::trace {

// --- enumerations, in the order of their values ---
template <class E>
inline constexpr auto names = nullptr;
template <>
inline constexpr std::array<std::string_view, 2> names<call::Leg>{"carrier", "model"};
template <>
inline constexpr std::array<std::string_view, 6> names<call::Keep::What>{
    "start", "line", "turn", "function", "event", "error"};
template <>
inline constexpr std::array<std::string_view, 3> names<call::Interruption>{"immediate", "guarded",
                                                                           "off"};
template <>
inline constexpr std::array<std::string_view, 3> names<call::Prewarm>{"off", "session", "greeting"};
template <>
inline constexpr std::array<std::string_view, 3> names<call::OnMachine>{"hang_up", "message",
                                                                        "talk"};
template <>
inline constexpr std::array<std::string_view, 2> names<call::TranscriptLine::Role>{"user",
                                                                                   "assistant"};
template <>
inline constexpr std::array<std::string_view, 7> names<call::EndedBy>{
    "none", "caller", "agent", "limit", "budget", "carrier", "error"};

template <>
inline constexpr auto shape<call::Usage> = describe<call::Usage>(
    "usage", field("text_in", &call::Usage::text_in), field("audio_in", &call::Usage::audio_in),
    field("cached_text_in", &call::Usage::cached_text_in),
    field("cached_audio_in", &call::Usage::cached_audio_in),
    field("text_out", &call::Usage::text_out), field("audio_out", &call::Usage::audio_out),
    field("transcription_in", &call::Usage::transcription_in),
    field("transcription_out", &call::Usage::transcription_out),
    field("transcription_seconds", &call::Usage::transcription_seconds));

// --- events ---
template <>
inline constexpr auto shape<call::StreamStarted> = describe<call::StreamStarted>(
    "stream_started", field("stream_sid", &call::StreamStarted::stream_sid));
template <>
inline constexpr auto shape<call::CallerAudio> =
    describe<call::CallerAudio>("caller_audio", field("payload", &call::CallerAudio::payload),
                                field("timestamp_ms", &call::CallerAudio::timestamp_ms));
template <>
inline constexpr auto shape<call::MarkPlayed> =
    describe<call::MarkPlayed>("mark_played", field("name", &call::MarkPlayed::name));
template <>
inline constexpr auto shape<call::KeyPressed> =
    describe<call::KeyPressed>("key_pressed", field("digit", &call::KeyPressed::digit));
template <>
inline constexpr auto shape<call::StreamStopped> = describe<call::StreamStopped>("stream_stopped");
template <>
inline constexpr auto shape<call::AnsweredBy> =
    describe<call::AnsweredBy>("answered_by", field("who", &call::AnsweredBy::who));
template <>
inline constexpr auto shape<call::CarrierStatus> =
    describe<call::CarrierStatus>("carrier_status", field("status", &call::CarrierStatus::status));
template <>
inline constexpr auto shape<call::ModelOpened> = describe<call::ModelOpened>("model_opened");
template <>
inline constexpr auto shape<call::SessionCreated> = describe<call::SessionCreated>(
    "session_created", field("session_id", &call::SessionCreated::session_id));
template <>
inline constexpr auto shape<call::SessionUpdated> = describe<call::SessionUpdated>(
    "session_updated", field("input_format", &call::SessionUpdated::input_format),
    field("output_format", &call::SessionUpdated::output_format),
    field("expires_at", &call::SessionUpdated::expires_at));
template <>
inline constexpr auto shape<call::SpeechStarted> =
    describe<call::SpeechStarted>("speech_started", field("item_id", &call::SpeechStarted::item_id),
                                  field("audio_start_ms", &call::SpeechStarted::audio_start_ms));
template <>
inline constexpr auto shape<call::SpeechStopped> =
    describe<call::SpeechStopped>("speech_stopped", field("item_id", &call::SpeechStopped::item_id),
                                  field("audio_end_ms", &call::SpeechStopped::audio_end_ms));
template <>
inline constexpr auto shape<call::InputCommitted> = describe<call::InputCommitted>(
    "input_committed", field("item_id", &call::InputCommitted::item_id),
    field("previous_item_id", &call::InputCommitted::previous_item_id));
template <>
inline constexpr auto shape<call::IdleTimeout> =
    describe<call::IdleTimeout>("idle_timeout", field("item_id", &call::IdleTimeout::item_id));
template <>
inline constexpr auto shape<call::ItemAdded> =
    describe<call::ItemAdded>("item_added", field("item_id", &call::ItemAdded::item_id),
                              field("previous_item_id", &call::ItemAdded::previous_item_id),
                              field("role", &call::ItemAdded::role));
template <>
inline constexpr auto shape<call::CallerText> = describe<call::CallerText>(
    "caller_text", field("item_id", &call::CallerText::item_id),
    field("text", &call::CallerText::text), field("usage", &call::CallerText::usage));
template <>
inline constexpr auto shape<call::CallerTextFailed> = describe<call::CallerTextFailed>(
    "caller_text_failed", field("item_id", &call::CallerTextFailed::item_id),
    field("code", &call::CallerTextFailed::code));
template <>
inline constexpr auto shape<call::ResponseStarted> = describe<call::ResponseStarted>(
    "response_started", field("response_id", &call::ResponseStarted::response_id),
    field("purpose", &call::ResponseStarted::purpose));
template <>
inline constexpr auto shape<call::OutputStarted> = describe<call::OutputStarted>(
    "output_started", field("response_id", &call::OutputStarted::response_id),
    field("item_id", &call::OutputStarted::item_id),
    field("message", &call::OutputStarted::message));
template <>
inline constexpr auto shape<call::ModelAudio> =
    describe<call::ModelAudio>("model_audio", field("response_id", &call::ModelAudio::response_id),
                               field("item_id", &call::ModelAudio::item_id),
                               field("content_index", &call::ModelAudio::content_index),
                               field("payload", &call::ModelAudio::payload));
template <>
inline constexpr auto shape<call::ModelAudioDone> = describe<call::ModelAudioDone>(
    "model_audio_done", field("response_id", &call::ModelAudioDone::response_id),
    field("item_id", &call::ModelAudioDone::item_id),
    field("content_index", &call::ModelAudioDone::content_index));
template <>
inline constexpr auto shape<call::ModelText> = describe<call::ModelText>(
    "model_text", field("response_id", &call::ModelText::response_id),
    field("item_id", &call::ModelText::item_id), field("delta", &call::ModelText::delta));
template <>
inline constexpr auto shape<call::ModelTextDone> = describe<call::ModelTextDone>(
    "model_text_done", field("response_id", &call::ModelTextDone::response_id),
    field("item_id", &call::ModelTextDone::item_id), field("text", &call::ModelTextDone::text));
template <>
inline constexpr auto shape<call::FunctionCalled> = describe<call::FunctionCalled>(
    "function_called", field("response_id", &call::FunctionCalled::response_id),
    field("item_id", &call::FunctionCalled::item_id),
    field("call_id", &call::FunctionCalled::call_id), field("name", &call::FunctionCalled::name),
    field("arguments", &call::FunctionCalled::arguments));
template <>
inline constexpr auto shape<call::ResponseDone> = describe<call::ResponseDone>(
    "response_done", field("response_id", &call::ResponseDone::response_id),
    field("status", &call::ResponseDone::status), field("reason", &call::ResponseDone::reason),
    field("error_code", &call::ResponseDone::error_code),
    field("error_message", &call::ResponseDone::error_message),
    field("has_usage", &call::ResponseDone::has_usage), field("usage", &call::ResponseDone::usage));
template <>
inline constexpr auto shape<call::ModelError> = describe<call::ModelError>(
    "model_error", field("type", &call::ModelError::type), field("code", &call::ModelError::code),
    field("message", &call::ModelError::message), field("event_id", &call::ModelError::event_id));
template <>
inline constexpr auto shape<call::LegClosed> = describe<call::LegClosed>(
    "leg_closed", field("leg", &call::LegClosed::leg), field("code", &call::LegClosed::code),
    field("reason", &call::LegClosed::reason));
template <>
inline constexpr auto shape<call::FunctionReturned> = describe<call::FunctionReturned>(
    "function_returned", field("call_id", &call::FunctionReturned::call_id),
    field("output", &call::FunctionReturned::output), field("ok", &call::FunctionReturned::ok));
template <>
inline constexpr auto shape<call::AnswerGiven> = describe<call::AnswerGiven>(
    "answer_given", field("call_id", &call::AnswerGiven::call_id),
    field("yes", &call::AnswerGiven::yes), field("words", &call::AnswerGiven::words));
template <>
inline constexpr auto shape<call::EndRequested> =
    describe<call::EndRequested>("end_requested", field("reason", &call::EndRequested::reason));
template <>
inline constexpr auto shape<call::Timeout> = describe<call::Timeout>("timeout");
template <>
inline constexpr auto shape<call::SayRequested> =
    describe<call::SayRequested>("say_requested", field("text", &call::SayRequested::text));
template <>
inline constexpr auto shape<call::WhisperRequested> = describe<call::WhisperRequested>(
    "whisper_requested", field("text", &call::WhisperRequested::text));
template <>
inline constexpr auto shape<call::MuteRequested> =
    describe<call::MuteRequested>("mute_requested", field("on", &call::MuteRequested::on));
template <>
inline constexpr auto shape<call::HangUpRequested> = describe<call::HangUpRequested>(
    "hang_up_requested", field("reason", &call::HangUpRequested::reason),
    field("goodbye", &call::HangUpRequested::goodbye));
template <>
inline constexpr auto shape<call::TransferRequested> = describe<call::TransferRequested>(
    "transfer_requested", field("number", &call::TransferRequested::number));
template <>
inline constexpr auto shape<call::TransferEnded> =
    describe<call::TransferEnded>("transfer_ended", field("status", &call::TransferEnded::status),
                                  field("detail", &call::TransferEnded::detail));

// --- actions ---
template <>
inline constexpr auto shape<call::OpenModel> = describe<call::OpenModel>("open_model");
template <>
inline constexpr auto shape<call::ConfigureSession> = describe<call::ConfigureSession>(
    "configure_session", field("interruptible", &call::ConfigureSession::interruptible));
template <>
inline constexpr auto shape<call::AppendAudio> =
    describe<call::AppendAudio>("append_audio", field("payload", &call::AppendAudio::payload));
template <>
inline constexpr auto shape<call::CreateResponse> = describe<call::CreateResponse>(
    "create_response", field("instructions", &call::CreateResponse::instructions),
    field("purpose", &call::CreateResponse::purpose),
    field("words_only", &call::CreateResponse::words_only));
template <>
inline constexpr auto shape<call::CancelResponse> =
    describe<call::CancelResponse>("cancel_response");
template <>
inline constexpr auto shape<call::AddMessage> = describe<call::AddMessage>(
    "add_message", field("role", &call::AddMessage::role), field("text", &call::AddMessage::text));
template <>
inline constexpr auto shape<call::AddFunctionOutput> = describe<call::AddFunctionOutput>(
    "add_function_output", field("call_id", &call::AddFunctionOutput::call_id),
    field("output", &call::AddFunctionOutput::output));
template <>
inline constexpr auto shape<call::Truncate> =
    describe<call::Truncate>("truncate", field("item_id", &call::Truncate::item_id),
                             field("content_index", &call::Truncate::content_index),
                             field("audio_end_ms", &call::Truncate::audio_end_ms));
template <>
inline constexpr auto shape<call::DeleteItem> =
    describe<call::DeleteItem>("delete_item", field("item_id", &call::DeleteItem::item_id));
template <>
inline constexpr auto shape<call::CloseModel> = describe<call::CloseModel>("close_model");
template <>
inline constexpr auto shape<call::PlayAudio> =
    describe<call::PlayAudio>("play_audio", field("payload", &call::PlayAudio::payload));
template <>
inline constexpr auto shape<call::SendMark> =
    describe<call::SendMark>("send_mark", field("name", &call::SendMark::name));
template <>
inline constexpr auto shape<call::ClearPlayback> = describe<call::ClearPlayback>("clear_playback");
template <>
inline constexpr auto shape<call::CompleteCall> = describe<call::CompleteCall>("complete_call");
template <>
inline constexpr auto shape<call::CloseStream> = describe<call::CloseStream>("close_stream");
template <>
inline constexpr auto shape<call::OwnerProved> = describe<call::OwnerProved>("owner_proved");
template <>
inline constexpr auto shape<call::ForMachine> =
    describe<call::ForMachine>("for_machine", field("on", &call::ForMachine::on));
template <>
inline constexpr auto shape<call::RunFunction> = describe<call::RunFunction>(
    "run_function", field("call_id", &call::RunFunction::call_id),
    field("name", &call::RunFunction::name), field("arguments", &call::RunFunction::arguments));
template <>
inline constexpr auto shape<call::Keep> = describe<call::Keep>("keep",
                                                               field("what", &call::Keep::what),
                                                               field("index", &call::Keep::index));
template <>
inline constexpr auto shape<call::Finished> = describe<call::Finished>("finished");
template <>
inline constexpr auto shape<call::Transfer> =
    describe<call::Transfer>("transfer", field("number", &call::Transfer::number),
                             field("most_ms", &call::Transfer::most_ms));

// --- what a call is told beforehand ---
template <>
inline constexpr auto shape<call::SessionConfig> = describe<call::SessionConfig>(
    "session_config", field("interruption", &call::SessionConfig::interruption),
    field("guard", &call::SessionConfig::guard),
    field("vad_silence", &call::SessionConfig::vad_silence),
    field("vad_padding", &call::SessionConfig::vad_padding),
    field("prewarm", &call::SessionConfig::prewarm),
    field("on_machine", &call::SessionConfig::on_machine),
    field("machine_message", &call::SessionConfig::machine_message),
    field("wants_ack", &call::SessionConfig::wants_ack),
    field("greeting", &call::SessionConfig::greeting),
    field("limit_goodbye", &call::SessionConfig::limit_goodbye),
    field("budget_goodbye", &call::SessionConfig::budget_goodbye),
    field("silence_goodbye", &call::SessionConfig::silence_goodbye),
    field("stopped_goodbye", &call::SessionConfig::stopped_goodbye),
    field("silence_nudges", &call::SessionConfig::silence_nudges),
    field("silence", &call::SessionConfig::silence),
    field("model_deadline", &call::SessionConfig::model_deadline),
    field("first_audio", &call::SessionConfig::first_audio),
    field("stream_deadline", &call::SessionConfig::stream_deadline),
    field("max_duration", &call::SessionConfig::max_duration),
    field("media_stall", &call::SessionConfig::media_stall),
    field("reattach", &call::SessionConfig::reattach),
    field("resumed", &call::SessionConfig::resumed),
    field("one_moment", &call::SessionConfig::one_moment),
    field("function_patience", &call::SessionConfig::function_patience),
    field("language", &call::SessionConfig::language),
    field("wrong_language", &call::SessionConfig::wrong_language),
    field("word_for_word", &call::SessionConfig::word_for_word),
    field("whispered", &call::SessionConfig::whispered),
    field("transfer_failed", &call::SessionConfig::transfer_failed),
    field("pin", &call::SessionConfig::pin));

// --- what a call that is taken up was before ---
template <>
inline constexpr auto shape<call::TranscriptLine> = describe<call::TranscriptLine>(
    "line", field("role", &call::TranscriptLine::role),
    field("item_id", &call::TranscriptLine::item_id), field("text", &call::TranscriptLine::text),
    field("start_ms", &call::TranscriptLine::start_ms),
    field("end_ms", &call::TranscriptLine::end_ms),
    field("interrupted", &call::TranscriptLine::interrupted),
    field("heard", &call::TranscriptLine::heard),
    field("heard_ms", &call::TranscriptLine::heard_ms),
    field("total_ms", &call::TranscriptLine::total_ms));
template <>
inline constexpr auto shape<call::Turn> = describe<call::Turn>(
    "turn", field("user_end_ms", &call::Turn::user_end_ms),
    field("first_audio_ms", &call::Turn::first_audio_ms),
    field("noticed_ms", &call::Turn::noticed_ms), field("response_ms", &call::Turn::response_ms));
template <>
inline constexpr auto shape<call::FunctionRun> = describe<call::FunctionRun>(
    "function", field("call_id", &call::FunctionRun::call_id),
    field("name", &call::FunctionRun::name), field("arguments", &call::FunctionRun::arguments),
    field("result", &call::FunctionRun::result),
    field("request_id", &call::FunctionRun::request_id),
    field("start_ms", &call::FunctionRun::start_ms),
    field("duration_ms", &call::FunctionRun::duration_ms));
template <>
inline constexpr auto shape<call::Happening> = describe<call::Happening>(
    "happening", field("at_ms", &call::Happening::at_ms), field("what", &call::Happening::what),
    field("detail", &call::Happening::detail));
template <>
inline constexpr auto shape<call::Record> = describe<call::Record>(
    "record", field("transcript", &call::Record::transcript), field("turns", &call::Record::turns),
    field("functions", &call::Record::functions), field("events", &call::Record::events),
    field("errors", &call::Record::errors), field("answered_by", &call::Record::answered_by),
    field("acknowledged", &call::Record::acknowledged), field("evidence", &call::Record::evidence),
    field("stream_sid", &call::Record::stream_sid), field("usage", &call::Record::usage),
    field("ended_by", &call::Record::ended_by), field("duration_ms", &call::Record::duration_ms));

}  // namespace pa::trace
