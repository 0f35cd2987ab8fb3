// What the agent knows of its owner: USER.md, and the recent end of MEMORY.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pa::agent {

struct Memory {
    std::string user;    // USER.md without its title line
    std::string recent;  // the end of MEMORY.md
};

inline constexpr std::size_t default_memory_budget = 2000;  // code points

/// Both files of the workspace, without what is private and without comments. A missing file is an
/// empty text; one that is there and cannot be read is Errc::io.
[[nodiscard]] Result<Memory> read_memory(const std::string& workspace_dir,
                                         std::size_t budget = default_memory_budget);

/// What read_memory() reads.
[[nodiscard]] std::vector<std::string> memory_files(const std::string& workspace_dir);

/// `markdown` without what is marked `<!-- phone: no -->` (blanks and case do not matter):
///   in a heading, or alone on a line   that section with its subsections; before any heading, all
///   in a bullet                        the bullet with what is indented below it
///   in other text                      that paragraph, or that fenced block
[[nodiscard]] std::string without_private(std::string_view markdown);

/// Without a "# …" that is the first line with text on it.
[[nodiscard]] std::string_view without_title(std::string_view markdown);

/// The longest end of `markdown` that has at most `budget` code points and begins where an entry
/// does: at a heading, an outer bullet or a paragraph. A section's start is preferred if that keeps
/// at least half of the budget. "" if not even the last entry fits.
[[nodiscard]] std::string recent_end(std::string_view markdown, std::size_t budget);

/// The owner's name from a line such as "- **이름:** 코난쌤" or "- Name: Ann", or "".
[[nodiscard]] std::string name_in_user(std::string_view user);

}  // namespace pa::agent
