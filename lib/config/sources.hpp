// Where values come from, in order of precedence. Used by load() only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::config {

struct Value {
    std::string text;
    std::string origin;  // "the command line", "the environment", "/x/.env", "/x/persona.md:3"
    bool fixed = false;  // by a flag or the environment
};

/// The settings in a persona's front matter, without secrets, under their names in upper case.
[[nodiscard]] Result<std::map<std::string, Value, std::less<>>> read_persona_settings(
    const std::string& path, std::vector<std::string>& warnings);

/// The sources of one load, first match wins. An empty value counts as not set, since a new .env is
/// full of them.
class Sources {
public:
    /// Reads them all; takes the secrets out of the environment. What people should know goes to
    /// `warnings`.
    [[nodiscard]] static Result<Sources> open(const LoadOptions& options,
                                              const std::string& directory,
                                              const std::string& env_file,
                                              std::vector<std::string>& warnings);
    Sources(Sources&&) = default;
    Sources& operator=(Sources&&) = default;
    ~Sources();  // overwrites the secrets it still holds

    /// Moved out: a second take() of the same name finds the next source.
    [[nodiscard]] std::optional<Value> take(std::string_view name);

private:
    Sources() = default;
    using Level = std::map<std::string, Value, std::less<>>;
    std::vector<Level> levels_;
};

}  // namespace pa::config
