// Sentences of the agent that do not come from its persona, in the language of the call.
#pragma once

#include <string_view>

namespace pa::agent {

struct Phrases {
    // Spoken as they are by the carrier's voice (TwiML <Say language=locale>), to anybody.
    std::string_view locale;       // "ko-KR"
    std::string_view unreachable;  // the model cannot be reached; the call ends
    std::string_view busy;         // as many calls as there may be; the call ends
    std::string_view broken;       // the stream was lost for good; the call ends
    std::string_view hold_on;      // the stream was lost and is coming back
    // Said by the agent as it stands, to anyone but the owner; and the word in it, in lower case,
    // by which it is known that it was said.
    std::string_view recorded, recorded_word;
    // Instructions for one response of the model. They stand in place of the session's, so each
    // says the language and to keep the manner of the conversation so far.
    std::string_view still_there;      // silence, for the first time
    std::string_view really_there;     // and again
    std::string_view silence_goodbye;  // and then
    std::string_view limit_goodbye;    // the call has reached its longest duration
    std::string_view budget_goodbye;   // the money is used up; the other side need not know that
    std::string_view stopped_goodbye;  // somebody on our side ends it
    std::string_view resumed;          // the stream is back after a gap that could be heard
    std::string_view wrong_language;   // the agent drifted into another language
    std::string_view one_moment;       // a function takes long
    std::string_view word_for_word;    // what the operator wants said follows, in quotes
    std::string_view whispered;        // what the operator tells the agent follows
    std::string_view transfer_failed;  // nobody took the call over
};

/// "ko" and "en"; any other language falls back to English, with instructions to speak that
/// language.
[[nodiscard]] const Phrases& phrases(std::string_view language);

}  // namespace pa::agent
