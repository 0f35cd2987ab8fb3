// What a call is told about itself beforehand, and what it tells the carrier at its end.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "call/time.hpp"

namespace pa::call {

enum class Interruption {
    immediate,  // speech stops the agent at once
    guarded,    // speech must go on for guard_ms
    off,        // the greeting is not interrupted; afterwards as immediate
};
enum class Prewarm { off, session, greeting };
/// What is done when detection finds a machine; a fax is hung up on in any case.
enum class OnMachine {
    hang_up,
    message,  // the matter is said once, after the beep; nothing else ends the call before that
    talk,     // the conversation goes on without the matter, until a key proves a person
};

/// Everything the session is told about its call beforehand. Sentences are views: they outlive the
/// session (those of a language are literals, agent/phrases.hpp), and no call has its own copy.
/// Of calls that are told the same one has it for all [shared()].
struct SessionConfig {
    Interruption interruption = Interruption::immediate;
    milliseconds guard{400};
    milliseconds vad_silence{500};        // silence_duration_ms of the turn detection
    milliseconds vad_padding{300};        // its prefix_padding_ms
    Prewarm prewarm = Prewarm::greeting;  // what may be done before the stream starts
    OnMachine on_machine = OnMachine::hang_up;
    std::string_view machine_message;  // instructions: the matter, once, to a machine
    bool wants_ack = false;            // a question is to be acknowledged (function `acknowledge`)
    std::string_view greeting;         // instructions of the first response
    std::string_view limit_goodbye, budget_goodbye, silence_goodbye,
        stopped_goodbye;                             // instructions
    std::array<std::string_view, 2> silence_nudges;  // said after silence, one after the other
    milliseconds silence{12'000};                    // of both sides until the agent asks; 0: never
    milliseconds model_deadline{10'000};   // from opening the model's leg to a ready session
    milliseconds first_audio{4'000};       // from the stream's start to the first audio
    milliseconds stream_deadline{90'000};  // from creation to the carrier's stream
    milliseconds max_duration{30 * 60'000};
    milliseconds media_stall{30'000};  // without a frame of the caller the line is dead
    milliseconds reattach{8'000};      // after a broken stream: until the carrier has come back
    std::string_view resumed;          // instructions when it has
    std::string_view one_moment;  // instructions while a function takes long; "": nothing is said
    milliseconds function_patience{1'200};  // of silence until then
    std::string language;                   // ISO 639-1, of what the agent says; "": not checked
    std::string_view wrong_language;        // instructions when it spoke another one, once a call
    std::string_view
        word_for_word;           // instructions: to say what follows them in quotes, as it stands
    std::string_view whispered;  // before what the operator tells the agent
    std::string_view transfer_failed;  // instructions when nobody took the call over
    std::string pin;  // keys or spoken digits that prove the owner; "": none to ask
    bool operator==(const SessionConfig&) const = default;
};

/// What the carrier should be told when it asks what comes after the stream (/after).
enum class After {
    hang_up,
    resume,     // a new stream to the same session
    wait,       // the same, after a word that it takes a moment
    apologise,  // a sentence, then hang up
};

}  // namespace pa::call
