// What the model is told at the start of a call: a pure function over plain inputs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/memory.hpp"
#include "agent/persona.hpp"
#include "base/wall_time.hpp"

namespace pa::agent {

struct PromptInput {
    Persona persona;
    std::string language = "ko";          // spoken; the headings are Korean for "ko", else English
    std::string timezone = "Asia/Seoul";  // named beside the time
    Civil now;                            // in that zone
    bool outbound = true;                 // who called
    bool owner = false;                   // the other side is the owner
    bool pin_wanted = false;  // inbound, the owner's number, not proved yet (owner is false)
    bool recorded = false;    // the audio is kept
    std::string about;        // what this call is about; at most 64 KiB are used
    std::string ack;          // question to be acknowledged, "" for none
    std::vector<std::string> unsettled;  // what is to be asked first; given only if `owner`
    Memory memory;                       // given to the model only if `owner`
};

inline constexpr std::size_t about_limit = 64U << 10U;  // bytes

/// Persona, this call (time, direction, who), how to speak on the phone, what the call is about,
/// what is to be acknowledged, for the owner USER.md and recent memory, for anybody else the rules
/// of discretion, and how to begin. To anyone but the owner the first sentence says that this is an
/// AI assistant and whose.
[[nodiscard]] std::string build_prompt(const PromptInput& input);

/// For the first response, behind build_prompt(): that the call is connected and the first words
/// are due.
[[nodiscard]] std::string_view greeting_instructions(std::string_view language);

/// In place of build_prompt() for a message on an answering machine: the matter, no memory, nothing
/// to ask.
[[nodiscard]] std::string message_prompt(const PromptInput& input);
/// Behind it: that the beep was heard and the message is due.
[[nodiscard]] std::string_view message_instructions(std::string_view language);

/// In place of build_prompt() while a machine is talked to: nothing of what the call is about,
/// nothing of memory, and how a person can make themselves known.
[[nodiscard]] std::string discreet_prompt(const PromptInput& input);

/// Whose assistant it is, as others hear it: persona.owner_name, else the name in USER.md, else "".
[[nodiscard]] std::string owner_name(const PromptInput& input);

}  // namespace pa::agent
