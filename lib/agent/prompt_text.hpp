// The words of the prompt in the languages it is written in. Used by prompt.cpp only.
#pragma once

#include <string>
#include <string_view>

#include "agent/prompt.hpp"

namespace pa::agent {

/// Fixed pieces; the functions are for what has something in the middle.
struct PromptText {
    std::string_view call_heading, name_is, now_is, outbound, inbound, with_owner, with_other;
    std::string_view speech;  // how to speak on the phone
    std::string_view about_heading, about_note;
    std::string_view ack_heading, ack_rules;  // the question to be acknowledged stands between
    std::string_view unsettled_heading, unsettled_note;
    std::string_view memory_heading, memory_note, user_label, recent_label;
    std::string_view discretion;  // for anyone but the owner
    std::string_view pin;         // ask for the PIN first
    std::string_view opening_heading, owner_outbound, owner_inbound, other_outbound, other_inbound;
    std::string_view recorded, greeting_note, begin_now;
    std::string_view leave_message, message_now, machine_listens, begin_with;  // answering machines
    std::string (*language_rule)(std::string_view language);
    std::string (*time)(const Civil& now, std::string_view timezone);
    std::string (*whose)(const std::string& owner,
                         const std::string& agent);  // the sentence that says so
};

[[nodiscard]] const PromptText& prompt_text(std::string_view language);

}  // namespace pa::agent
