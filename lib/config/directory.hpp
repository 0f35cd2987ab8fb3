// Where things are: the agent's directory, the files that were installed with the tools, a persona.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::config {

/// The agent directory, absolute: `typed` (-C), else $PA_AGENT_DIR, else the current directory if
/// it holds a .env, else ${XDG_CONFIG_HOME:-~/.config}/phone-agent, which need not exist yet.
/// Errc::config if one that was named is no folder, Errc::io if it may not be entered.
[[nodiscard]] Result<std::string> find_agent_directory(std::string_view typed);

/// The folder of the shipped, read-only files (personas, scenarios, schemas, scripts):
/// $PA_SHARE_DIR, else PREFIX/share/phone-agent of an installed tool, else share/ of the source
/// tree it was built in. Errc::io if none of them is there.
[[nodiscard]] Result<std::string> share_directory();

/// Path of a persona: "" is DIR/persona.md, else the shipped default; a name is
/// DIR/personas/NAME.md, else the shipped one of that name; anything with a slash or ending in .md
/// is a file, relative to the current directory, else to DIR. Errc::config naming where it was
/// looked for.
[[nodiscard]] Result<std::string> find_persona_file(const std::string& agent_directory,
                                                    std::string_view name_or_file);

/// `path` as an absolute path without "." and "..", relative to the current directory; "~/" is
/// understood.
[[nodiscard]] std::string absolute_path(std::string_view path);

}  // namespace pa::config
