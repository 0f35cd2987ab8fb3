// The right-hand side of a line in .env and in the front matter of a persona: the same rules for
// both.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pa::config {

/// Reads `raw` (what stands behind '=' or ':') into `out`:
///   plain     trimmed, " # comment" taken off
///   "double"  \n, \t, \", \\ and \$ are escapes; other backslashes stay
///   'single'  as it stands
/// Behind a closing quote only blanks and a comment may follow. Returns what is wrong, or nullopt;
/// the complaint never repeats the value, which may be a secret.
[[nodiscard]] std::optional<std::string> read_value(std::string_view raw, std::string& out);

}  // namespace pa::config
