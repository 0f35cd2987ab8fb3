#include "agent/prompt.hpp"

#include <fmt/format.h>

#include "agent/phrases.hpp"
#include "agent/prompt_text.hpp"
#include "base/text.hpp"

namespace pa::agent {
namespace {

void add_line(std::string& out, std::string_view line) { (out += line) += '\n'; }

std::string this_call(const PromptInput& in, const PromptText& t) {
    std::string out(t.call_heading);
    out += '\n';
    add_line(out += t.name_is, in.persona.name);
    add_line(out += t.now_is, t.time(in.now, in.timezone));
    out += in.outbound ? t.outbound : t.inbound;
    if (!in.owner) {
        out += t.with_other;
    } else {
        const std::string name = owner_name(in);
        add_line(out += t.with_owner, name.empty() ? "" : " (" + name + ")");
    }
    return out += t.language_rule(in.language);
}

/// The longest beginning of at most `limit` bytes that ends with a whole character.
std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
    return text.substr(0, limit);
}

std::string about(const PromptInput& in, const PromptText& t) {
    const std::string text = to_utf8(cut(trim(in.about), about_limit));
    if (text.empty()) return "";
    return fmt::format("{}\n{}\n<<<\n{}\n>>>\n", t.about_heading, t.about_note, text);
}

std::string unsettled(const PromptInput& in, const PromptText& t) {
    if (!in.owner || in.unsettled.empty()) return "";
    std::string out = fmt::format("{}\n{}\n", t.unsettled_heading, t.unsettled_note);
    for (const std::string& line : in.unsettled) add_line(out += "- ", line);
    return out;
}

std::string ack(const PromptInput& in, const PromptText& t) {
    const std::string text = to_utf8(trim(in.ack));
    return text.empty() ? ""
                        : fmt::format("{}\n<<<\n{}\n>>>\n{}", t.ack_heading, text, t.ack_rules);
}

std::string memory(const PromptInput& in, const PromptText& t) {
    if (!in.owner || (in.memory.user.empty() && in.memory.recent.empty())) return "";
    std::string out = fmt::format("{}\n{}\n", t.memory_heading, t.memory_note);
    if (!in.memory.user.empty()) out += fmt::format("\n{}\n{}\n", t.user_label, in.memory.user);
    if (!in.memory.recent.empty())
        out += fmt::format("\n{}\n{}\n", t.recent_label, in.memory.recent);
    return out;
}

std::string discretion(const PromptInput& in, const PromptText& t) {
    if (in.owner) return "";
    return std::string(t.discretion) + std::string(in.pin_wanted ? t.pin : "");
}

std::string opening(const PromptInput& in, const PromptText& t) {
    std::string out(t.opening_heading);
    out += '\n';
    if (in.owner) {
        add_line(out, in.outbound ? t.owner_outbound : t.owner_inbound);
        if (!in.persona.greeting.empty()) add_line(out += t.greeting_note, in.persona.greeting);
        return out;
    }
    add_line(out += in.outbound ? t.other_outbound : t.other_inbound,
             t.whose(owner_name(in), in.persona.name));
    if (in.recorded) add_line(out += t.recorded, phrases(in.language).recorded);
    return out;
}

std::string join(std::string out, std::initializer_list<std::string> parts) {
    out += '\n';
    for (const std::string& part : parts)
        if (!part.empty()) (out += '\n') += part;
    return out;
}

/// As somebody else may know it: without memory, but for whose assistant it is.
PromptInput without_memory(PromptInput in) {
    in.persona.owner_name = owner_name(in);
    in.memory = {};
    return in;
}

}  // namespace

std::string owner_name(const PromptInput& in) {
    return in.persona.owner_name.empty() ? name_in_user(in.memory.user) : in.persona.owner_name;
}

std::string build_prompt(const PromptInput& in) {
    const PromptText& t = prompt_text(in.language);
    return join(in.persona.body,
                {this_call(in, t), std::string(t.speech), about(in, t), ack(in, t),
                 unsettled(in, t), memory(in, t), discretion(in, t), opening(in, t)});
}

std::string_view greeting_instructions(std::string_view language) {
    return prompt_text(language).begin_now;
}

std::string_view message_instructions(std::string_view language) {
    return prompt_text(language).message_now;
}

std::string message_prompt(const PromptInput& input) {
    const PromptText& t = prompt_text(input.language);
    PromptInput in = without_memory(input);
    if (trim(in.about).empty()) in.about = in.ack;
    std::string now(t.leave_message);
    if (!in.owner) add_line(now += t.begin_with, t.whose(in.persona.owner_name, in.persona.name));
    return join(in.persona.body,
                {this_call(in, t), std::string(t.speech), about(in, t), discretion(in, t), now});
}

std::string discreet_prompt(const PromptInput& input) {
    const PromptText& t = prompt_text(input.language);
    PromptInput in = without_memory(input);
    in.owner = false;
    std::string rules(t.machine_listens);
    add_line(rules += t.begin_with, t.whose(in.persona.owner_name, in.persona.name));
    return join(in.persona.body,
                {this_call(in, t), std::string(t.speech), discretion(in, t), rules});
}

}  // namespace pa::agent
