// The words of a phrase that say what it is about. Private to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pa::extract {

/// What is left of each word without its endings: two syllables of Korean, four letters of English;
/// all words about waking up are one. Words that are about nothing in particular (내일, 그냥, 해
/// 줘, please) are left out, and so are words of one syllable.
[[nodiscard]] std::vector<std::string> topics_of(std::string_view words);

/// The pieces between full stops, commas and the like, trimmed, none empty.
[[nodiscard]] std::vector<std::string_view> clauses_of(std::string_view words);

}  // namespace pa::extract
