#include "agent/persona.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <optional>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/directory.hpp"
#include "config/front_matter.hpp"

namespace pa::agent {
namespace {

using Complaint = std::optional<std::string>;

Complaint whole(std::string_view text, int from, int to, int& out) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < from || value > to)
        return fmt::format("\"{}\" is no whole number from {} to {}", text, from, to);
    out = value;
    return std::nullopt;
}

template <class Duration>
Complaint span(std::string_view text, int from, int to, Duration& out) {
    int count = 0;
    auto wrong = whole(text, from, to, count);
    if (!wrong) out = Duration(count);
    return wrong;
}

Complaint fraction(std::string_view text, double& out) {
    char* end = nullptr;
    const std::string plain(text);
    const double value = std::strtod(plain.c_str(), &end);
    if (plain.empty() || end != plain.c_str() + plain.size() || !(value >= 0 && value <= 1))
        return fmt::format("\"{}\" is no number from 0 to 1", text);
    out = value;
    return std::nullopt;
}

/// The index of `text` among `words`.
Complaint one_of(std::string_view text, std::initializer_list<std::string_view> words,
                 std::size_t& out) {
    const auto* found = std::find(words.begin(), words.end(), text);
    if (found == words.end())
        return fmt::format("\"{}\" is none of {}", text, fmt::join(words, ", "));
    out = static_cast<std::size_t>(found - words.begin());
    return std::nullopt;
}

Complaint word(std::string_view text, std::initializer_list<std::string_view> words,
               std::string& out) {
    std::size_t index = 0;
    auto wrong = one_of(text, words, index);
    if (!wrong) out = text;
    return wrong;
}

template <class Enum>
Complaint choice(std::string_view text, std::initializer_list<std::string_view> words, Enum& out) {
    std::size_t index = 0;
    auto wrong = one_of(text, words, index);
    if (!wrong) out = static_cast<Enum>(index);
    return wrong;
}

Complaint noise_reduction(std::string_view text, std::string& out) {
    auto wrong = word(text, {"off", "near_field", "far_field"}, out);
    if (out == "off") out.clear();
    return wrong;
}

struct Key {
    std::string_view name;
    Complaint (*read)(Persona& p, const std::string& text);
};
Complaint copy(const std::string& text, std::string& out) {
    out = text;
    return std::nullopt;
}
constexpr Key keys[] = {
    {"name", [](Persona& p, const std::string& t) { return copy(t, p.name); }},
    {"owner_name", [](Persona& p, const std::string& t) { return copy(t, p.owner_name); }},
    {"greeting", [](Persona& p, const std::string& t) { return copy(t, p.greeting); }},
    {"interruption",
     [](Persona& p, const std::string& t) {
         return choice(t, {"immediate", "guarded", "off"}, p.interruption);
     }},
    {"guard_ms", [](Persona& p, const std::string& t) { return span(t, 0, 5000, p.guard); }},
    {"silence_after_s",
     [](Persona& p, const std::string& t) { return span(t, 0, 600, p.silence_after); }},
    {"vad",
     [](Persona& p, const std::string& t) {
         return choice(t, {"server", "semantic"}, p.vad);
     }},
    {"threshold", [](Persona& p, const std::string& t) { return fraction(t, p.threshold); }},
    {"prefix_padding_ms",
     [](Persona& p, const std::string& t) { return whole(t, 0, 5000, p.prefix_padding_ms); }},
    {"silence_duration_ms",
     [](Persona& p, const std::string& t) { return whole(t, 50, 5000, p.silence_duration_ms); }},
    {"eagerness",
     [](Persona& p, const std::string& t) {
         return word(t, {"auto", "low", "medium", "high"}, p.eagerness);
     }},
    {"noise_reduction",
     [](Persona& p, const std::string& t) { return noise_reduction(t, p.noise_reduction); }},
};

bool is_setting(std::string_view key) {
    const auto& names = config::setting_names();
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return to_lower(name) == key; });
}

Complaint read_entry(const config::FrontMatter::Entry& entry, Persona& persona) {
    const auto* key = std::find_if(std::begin(keys), std::end(keys),
                                   [&](const Key& k) { return k.name == entry.key; });
    if (key == std::end(keys)) {
        if (is_setting(entry.key)) return std::nullopt;
        return entry.key + " is neither a key of a persona nor a setting";
    }
    if (entry.value.empty()) return std::nullopt;  // the default
    auto wrong = key->read(persona, entry.value);
    if (wrong) wrong = entry.key + ": " + *wrong;
    return wrong;
}

}  // namespace

Result<Persona> parse_persona(std::string_view text, const std::string& file) {
    auto error = [&](int line, const std::string& what) {
        return Error{Errc::config, fmt::format("{}:{}: {}", file, line, what)};
    };
    if (!is_utf8(text)) return error(1, "not UTF-8: save it as UTF-8");
    config::FrontMatter front = config::parse_front_matter(text);
    if (!front.complaints.empty())
        return error(front.complaints.front().line, front.complaints.front().what);
    Persona persona;
    persona.file = file;
    for (const auto& entry : front.entries)
        if (auto wrong = read_entry(entry, persona)) return error(entry.line, *wrong);
    if (front.body.empty())
        return error(1, "has no text: write below the front matter who the agent is");
    persona.body = std::move(front.body);
    return persona;
}

Result<Persona> find_persona(const config::Settings& settings, std::string_view name_or_file) {
    auto path = config::find_persona_file(settings.directory, name_or_file);
    if (!path) return path.error();
    auto text = read_file(*path, 1U << 20U);
    if (!text) return text.error();
    return parse_persona(*text, *path);
}

}  // namespace pa::agent
