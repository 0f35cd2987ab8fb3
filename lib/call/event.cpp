#include "call/event.hpp"

namespace pa::call {

Usage& Usage::operator+=(const Usage& more) {
    text_in += more.text_in;
    audio_in += more.audio_in;
    cached_text_in += more.cached_text_in;
    cached_audio_in += more.cached_audio_in;
    text_out += more.text_out;
    audio_out += more.audio_out;
    transcription_in += more.transcription_in;
    transcription_out += more.transcription_out;
    transcription_seconds += more.transcription_seconds;
    return *this;
}

}  // namespace pa::call
