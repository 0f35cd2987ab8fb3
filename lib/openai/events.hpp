// OpenAI Realtime (GA): what the service sends, as events of a call.
//
// Tolerant on purpose: unknown types and fields are ignored, any optional field may be null, and
// the names of the beta interface, which compatible servers still use, are taken as aliases.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "call/event.hpp"
#include "json/document.hpp"

namespace pa::openai {

/// One message from the service; views into `message`, nothing is allocated. nullopt: nothing that
/// concerns the call, or a message without what makes it one.
///
/// - SessionUpdated has the formats' types as GA writes them ("audio/pcmu"), "" where not said.
/// - FunctionCalled is made of response.output_item.done, not of …function_call_arguments.done:
/// only
///   the item says whether the call was finished or cut short. One that was cut is not an event.
/// - ResponseDone and ModelError: where `code` is null, ResponseDone::error_code is the error's
/// type.
/// - CallerText::usage has transcription_* only: tokens or seconds, whatever the service counts.
[[nodiscard]] std::optional<call::Event> parse_event(json::Value message);

/// The same for audio, which comes most often, without parsing all of it. nullopt: not a delta of
/// audio as the service writes it now, parse_event() tells. `message` is not changed; zeros stand
/// behind it [QuickReader::padding].
[[nodiscard]] std::optional<call::ModelAudio> read_audio(std::span<const char> message);

/// `response.usage` of response.done. cached_* are parts of text_in and audio_in, 0 where the
/// service does not say which kind was cached. What is not told apart counts as audio: the upper
/// bound.
[[nodiscard]] call::Usage read_response_usage(json::Value usage);
/// `usage` of a completed transcription: tokens, or seconds.
[[nodiscard]] call::Usage read_transcription_usage(json::Value usage);

}  // namespace pa::openai
