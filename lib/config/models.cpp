// Models and voices that end, as OpenAI's deprecations page, model pages and SDK had it on
// 2026-11-15.
#include "config/models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::config {
namespace {

// In the order they are matched: the exact names come before the families.
constexpr ModelEnd ends[] = {
    {"gpt-4o-realtime-preview*", "2026-05-07", "gpt-realtime-2.1"},
    {"gpt-4o-mini-realtime-preview*", "2026-05-07", "gpt-realtime-2.1-mini"},
    {"gpt-4o-audio-preview*", "2026-05-07", "gpt-realtime-2.1"},
    {"gpt-4o-mini-audio-preview*", "2026-05-07", "gpt-realtime-2.1-mini"},
    {"gpt-realtime-mini-2025-10-06", "2026-07-23", "gpt-realtime-2.1-mini"},
    {"gpt-realtime-mini", "2027-01-20", "gpt-realtime-2.1-mini"},
    {"gpt-realtime-mini-2025-12-15", "2027-01-20", "gpt-realtime-2.1-mini"},
    {"gpt-audio-mini", "2027-01-20", "gpt-realtime-2.1-mini"},
    {"gpt-realtime", "2027-01-20", "gpt-realtime-2.1"},
    {"gpt-realtime-2025-08-28", "2027-01-20", "gpt-realtime-2.1"},
    {"whisper-1", "2027-02-26", "gpt-transcribe"},
    {"gpt-4o-transcribe", "2027-02-26", "gpt-transcribe"},
    {"gpt-4o-transcribe-diarize", "2027-02-26", "gpt-transcribe"},
    {"gpt-4o-mini-transcribe", "2027-02-26", "gpt-transcribe"},
    {"gpt-4o-mini-transcribe-2025-12-15", "2027-02-26", "gpt-transcribe"},
    {"gpt-3.5-turbo*", "2026-10-23", "gpt-6-luna"},
    {"gpt-4", "2026-10-23", "gpt-6-sol"},
    {"gpt-4-turbo*", "2026-10-23", "gpt-6-sol"},
    {"gpt-4.1-nano*", "2026-10-23", "gpt-6-luna"},
    {"gpt-4o-2024-05-13", "2026-10-23", "gpt-6-sol"},
    {"o1", "2026-10-23", "gpt-6-sol"},
    {"o3-mini", "2026-10-23", "gpt-6-luna"},
    {"o4-mini", "2026-10-23", "gpt-6-luna"},
    {"gpt-5", "2026-12-11", "gpt-6-sol"},
    {"gpt-5-mini", "2026-12-11", "gpt-6-luna"},
    {"gpt-5-nano", "2026-12-11", "gpt-6-luna"},
    {"gpt-5-pro", "2026-12-11", "gpt-6.1-sol"},
    {"o3", "2026-12-11", "gpt-6-sol"},
    {"gpt-4o", "2027-01-14", "gpt-6-sol"},
    {"gpt-4o-mini", "2027-01-14", "gpt-6-luna"},
    {"gpt-4.1", "2027-01-14", "gpt-6-sol"},
    {"gpt-4.1-mini", "2027-01-14", "gpt-6-luna"},
    {"gpt-5.1", "2027-04-01", "gpt-6-sol"},
    {"gpt-5.4-nano", "2027-04-01", "gpt-6-luna"},
};

struct VoiceEnd {
    std::string_view voice, successor;
};
// Voices of the speech endpoint that the Realtime API does not have; the successor sounds nearest.
constexpr VoiceEnd gone_voices[] = {{"fable", "ballad"}, {"onyx", "cedar"}, {"nova", "marin"}};

constexpr std::string_view voices[] = {"alloy", "ash",   "ballad", "cedar",   "coral",
                                       "echo",  "marin", "sage",   "shimmer", "verse"};

bool matches(std::string_view pattern, std::string_view model) {
    if (!pattern.ends_with('*')) return pattern == model;
    return model.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// "in 59 days, on 2027-01-20"; dates as "2027-01-20".
std::string when(std::string_view date, std::string_view today) {
    auto midnight = [](std::string_view day) {
        return parse_iso(fmt::format("{}T00:00:00Z", day));
    };
    auto end = midnight(date), now = midnight(today);
    if (!end || !now) return fmt::format("on {}", date);
    auto days = std::chrono::duration_cast<std::chrono::hours>(*end - *now).count() / 24;
    if (days <= 0) return fmt::format("today, on {}", date);
    return fmt::format("in {} day{}, on {}", days, days == 1 ? "" : "s", date);
}

}  // namespace

const ModelEnd* model_end(std::string_view model) {
    const auto* found = std::find_if(std::begin(ends), std::end(ends),
                                     [&](const ModelEnd& e) { return matches(e.model, model); });
    return found == std::end(ends) ? nullptr : found;
}

std::optional<std::string> retired_model(std::string_view model, std::string_view today) {
    const ModelEnd* end = model_end(model);
    if (end == nullptr || today <= end->date) return std::nullopt;  // on its last day it may answer
    return fmt::format("{} ended on {}: use {}", model, end->date, end->successor);
}

std::optional<std::string> ending_model(std::string_view model, std::string_view today) {
    const ModelEnd* end = model_end(model);
    if (end == nullptr || today > end->date) return std::nullopt;
    return ending(model, end->date, end->successor, today);
}

std::string ending(std::string_view model, std::string_view date, std::string_view successor,
                   std::string_view today) {
    return fmt::format("{} ends {}: change to {} before", model, when(date, today), successor);
}

std::optional<std::string> retired_voice(std::string_view voice) {
    for (const auto& gone : gone_voices)
        if (gone.voice == voice)
            return fmt::format("the Realtime API has no voice {}: use {}", voice, gone.successor);
    return std::nullopt;
}

bool known_voice(std::string_view voice) {
    return std::find(std::begin(voices), std::end(voices), voice) != std::end(voices) ||
           voice.starts_with("voice_");  // an account's own
}

std::string voice_list() { return fmt::format("{}", fmt::join(voices, ", ")); }

}  // namespace pa::config
