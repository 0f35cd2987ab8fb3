// Whether a text is written as its language is: a model that drifts from Korean into English shows
// it by its letters. Languages of one script cannot be told apart so.
#pragma once

#include <optional>
#include <string_view>

namespace pa::call {

/// The share, 0 to 1, of the letters of `text` that are of the script in which `language` (ISO
/// 639-1) is written. A letter that stands for a syllable or a word counts as two of an alphabet.
/// nullopt: a language whose script we do not know, or too few letters to tell.
[[nodiscard]] std::optional<double> script_share(std::string_view text, std::string_view language);

/// Names and terms of another script are no drift; a sentence is.
inline constexpr double least_script_share = 0.3;

}  // namespace pa::call
