// Twilio Media Streams: the messages of the bidirectional socket, as words of a call and back.
//
// https://www.twilio.com/docs/voice/media-streams/websocket-messages. Twilio answers an unknown
// event, a missing or an extra key with warning 31951, so the writers write exactly the documented
// keys.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "call/event.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::twilio {

/// What "start" tells beside the stream's SID. Views into the parsed message: copy what is to stay.
struct StreamStart {
    std::string_view stream_sid, call_sid, account_sid;
    std::string_view encoding;  // "audio/x-mulaw"
    int sample_rate = 0;        // [Hz] 8000
    json::Value parameters;     // <Parameter> of the TwiML

    /// The value of the <Parameter> of that name, or "".
    [[nodiscard]] std::string_view parameter(std::string_view name) const {
        return parameters[name].text();
    }
};

/// One message from Twilio; views into `message`. Numbers may be strings or numbers, keys may be
/// null or unknown. nullopt: nothing that concerns the call ("connected", an unknown event, the
/// outbound track, a message without what makes it one). `start` is filled when the event is
/// StreamStarted.
[[nodiscard]] std::optional<call::Event> parse_event(json::Value message, StreamStart& start);

/// The same for the one that comes fifty times a second, without parsing all of it. nullopt: not a
/// frame as Twilio writes it now, parse_event() tells. `message` is not changed; zeros stand behind
/// it [QuickReader::padding].
[[nodiscard]] std::optional<call::CallerAudio> read_caller_audio(std::span<const char> message);

/// `payload`: base64 u-law, 8 kHz, without a header; of any length.
void write_media(json::Writer& w, std::string_view stream_sid, std::string_view payload);
/// Comes back as MarkPlayed when what was sent before it has been played, or thrown away by a
/// clear.
void write_mark(json::Writer& w, std::string_view stream_sid, std::string_view name);
/// Empties Twilio's buffer; every outstanding mark comes back at once.
void write_clear(json::Writer& w, std::string_view stream_sid);

}  // namespace pa::twilio
