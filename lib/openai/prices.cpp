#include "openai/prices.hpp"

namespace pa::openai {
namespace {

// USD per million tokens.
struct RealtimePrice {
    std::string_view model;
    double text_in, text_cached, text_out, audio_in, audio_cached, audio_out;
};
constexpr RealtimePrice realtime[] = {
    {"gpt-realtime-2.1", 4, 0.40, 24, 32, 0.40, 64},
    {"gpt-realtime-2", 4, 0.40, 24, 32, 0.40, 64},
    {"gpt-realtime-2.1-mini", 0.60, 0.06, 2.40, 10, 0.30, 20},
    {"gpt-realtime-1.5", 4, 0.40, 16, 32, 0.40, 64},
    {"gpt-realtime", 4, 0.40, 16, 32, 0.40, 64},
    {"gpt-realtime-mini", 0.60, 0.06, 2.40, 10, 0.30, 20},
};

struct TranscriptionPrice {
    std::string_view model;
    double minute;         // USD, 0 if priced by tokens
    double input, output;  // USD per million tokens
};
constexpr TranscriptionPrice transcription[] = {
    {"gpt-transcribe", 0.0045, 0, 0},       {"gpt-live-transcribe", 0.017, 0, 0},
    {"gpt-realtime-whisper", 0.017, 0, 0},  {"gpt-4o-transcribe", 0, 2.50, 10},
    {"gpt-4o-mini-transcribe", 0, 1.25, 5}, {"whisper-1", 0.006, 0, 0},
};

struct TextPrice {
    std::string_view model;
    double input, cached, output;
};
constexpr TextPrice text[] = {
    {"gpt-6-luna", 0.10, 0.01, 0.50},   {"gpt-6-sol", 2, 0.20, 10},
    {"gpt-6.1-sol", 2, 0.10, 10},       {"gpt-5.4-mini", 0.75, 0.075, 4.50},
    {"gpt-5.4-nano", 0.20, 0.02, 1.25}, {"gpt-5-mini", 0.25, 0.025, 2},
    {"gpt-5-nano", 0.05, 0.005, 0.40},  {"gpt-4.1-mini", 0.40, 0.10, 1.60},
    {"gpt-4o-mini", 0.15, 0.075, 0.60},
};

constexpr double audio_tokens_per_second = 10;  // of the caller: one per 100 ms

/// A snapshot ("gpt-realtime-2025-08-28") costs what its model costs.
std::string_view without_date(std::string_view model) {
    constexpr std::string_view form = "-dddd-dd-dd";
    if (model.size() <= form.size()) return model;
    std::string_view tail = model.substr(model.size() - form.size());
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == 'd' ? (tail[i] < '0' || tail[i] > '9') : tail[i] != form[i]) return model;
    return model.substr(0, model.size() - form.size());
}

template <class Price, std::size_t n>
const Price* find(const Price (&table)[n], std::string_view model) {
    for (const Price& p : table)
        if (p.model == without_date(model)) return &p;
    return nullptr;
}

double tokens(std::int64_t count) { return static_cast<double>(count) / 1e6; }

}  // namespace

std::optional<double> cost_usd(std::string_view model, const call::Usage& u) {
    const RealtimePrice* p = find(realtime, model);
    if (p == nullptr) return {};
    return tokens(u.text_in - u.cached_text_in) * p->text_in +
           tokens(u.cached_text_in) * p->text_cached +
           tokens(u.audio_in - u.cached_audio_in) * p->audio_in +
           tokens(u.cached_audio_in) * p->audio_cached + tokens(u.text_out) * p->text_out +
           tokens(u.audio_out) * p->audio_out;
}

std::optional<double> transcription_cost_usd(std::string_view model, const call::Usage& u) {
    const TranscriptionPrice* p = find(transcription, model);
    if (p == nullptr) return {};
    if (p->minute == 0)
        return tokens(u.transcription_in) * p->input + tokens(u.transcription_out) * p->output;
    double seconds =
        u.transcription_seconds + static_cast<double>(u.transcription_in) / audio_tokens_per_second;
    return seconds / 60 * p->minute;
}

std::optional<double> text_cost_usd(std::string_view model, std::int64_t input, std::int64_t cached,
                                    std::int64_t output) {
    const TextPrice* p = find(text, model);
    if (p == nullptr) return {};
    return tokens(input - cached) * p->input + tokens(cached) * p->cached +
           tokens(output) * p->output;
}

}  // namespace pa::openai
