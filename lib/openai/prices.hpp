// What the service charges. A dated table, for showing and for budgets: prices change, so nothing
// but money may be decided by it.
#pragma once

#include <optional>
#include <string_view>

#include "call/event.hpp"

namespace pa::openai {

/// The day on which the prices were read from OpenAI's model and pricing pages.
inline constexpr std::string_view prices_as_of = "2026-11-22";

/// USD of what a Realtime model read and spoke, without transcription; nullopt for a model without
/// a known price.
[[nodiscard]] std::optional<double> cost_usd(std::string_view realtime_model,
                                             const call::Usage& usage);

/// USD of the caller's words written down, from its transcription_* alone. For
/// models priced by the minute that told tokens, the audio's length is taken from them (10 a
/// second).
[[nodiscard]] std::optional<double> transcription_cost_usd(std::string_view model,
                                                           const call::Usage& usage);

/// USD of a text model's request. `cached` is a part of `input`. [tokens]
[[nodiscard]] std::optional<double> text_cost_usd(std::string_view model, std::int64_t input,
                                                  std::int64_t cached, std::int64_t output);

}  // namespace pa::openai
