// A new agent: its directory with everything a person fills in.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"

namespace pa::agent {

/// Makes `directory` (mode 0700) with .env (0600, from the shipped example), persona.md, USER.md,
/// MEMORY.md and the folders personas, functions, handlers, call_logs, spool and run; the shipped
/// functions are linked into functions/. What is there stays as it is;
/// the links are not told. Returns the paths of the
/// files and folders that were made, in order; `today` dates the first memory. Errc::io names what
/// could not be read or written.
[[nodiscard]] Result<std::vector<std::string>> init_agent(const std::string& directory,
                                                          const Civil& today);

}  // namespace pa::agent
