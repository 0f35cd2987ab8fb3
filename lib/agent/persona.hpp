// The persona: who the agent is and how it converses. persona.md is front matter (optional) and a
// text.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::agent {

enum class Interruption {
    immediate,  // the caller's speech stops the agent at once
    guarded,    // it must go on for `guard`; a cough or a "음" stops nothing
    off,        // what the agent says first is not interrupted
};
enum class Vad {
    server,    // the turn ends by silence
    semantic,  // the turn ends when the sentence does
};

struct Persona {
    std::string file;           // where it was read from
    std::string name = "하나";  // the agent's
    std::string owner_name;     // whose agent it is, as others shall hear it; "" if not told
    Interruption interruption = Interruption::immediate;
    std::chrono::milliseconds guard{400};
    std::string greeting;  // what to say first, in the persona's words; "" leaves it to the model
    std::chrono::seconds silence_after{12};  // both silent that long: the agent asks; 0 never
    Vad vad = Vad::server;
    double threshold = 0.5;          // server: 0-1, higher needs louder speech
    int prefix_padding_ms = 300;     // server: audio kept from before the detected start
    int silence_duration_ms = 500;   // server: silence that ends the turn
    std::string eagerness = "auto";  // semantic: low, medium, high, auto
    std::string noise_reduction;     // "near_field", "far_field", or "" for none
    std::string body;                // character and rules, as written
};

/// `file` is only named in errors ("persona.md:3: …"). Besides the keys above (silence_after_s,
/// guard_ms) the front matter may hold settings in lower or upper case, which config::load() reads;
/// anything else is Errc::config, so that a misspelt key does not go unnoticed. So is an empty
/// body.
[[nodiscard]] Result<Persona> parse_persona(std::string_view text, const std::string& file);

/// The persona of that name or file (config::find_persona_file), "" for the agent's own.
[[nodiscard]] Result<Persona> find_persona(const config::Settings& settings,
                                           std::string_view name_or_file);

}  // namespace pa::agent
