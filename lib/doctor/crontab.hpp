// A user's crontab as crontab(5) has it: which programs its entries start, and when.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pa::doctor {

struct CronEntry {
    std::string when;                   // "0 7 * * 1-5", "@daily"
    std::string command;                // as the shell gets it, without its comment
    std::vector<std::string> words;     // of the command and of what `sh -c` gets, without quotes
    std::vector<std::string> programs;  // those of the words that are started, as they are written
    bool sets_path = false;             // or may: it sets PATH, or reads a file of settings

    /// Starts that tool of ours, by its name or its path.
    [[nodiscard]] bool starts(std::string_view tool) const;
    [[nodiscard]] bool has_word(std::string_view word) const;
};

struct Crontab {
    std::vector<CronEntry> entries;
    bool sets_path = false;  // for all of them
};

/// Comments are skipped, and so is what is neither an entry nor a variable.
[[nodiscard]] Crontab read_crontab(std::string_view text);

}  // namespace pa::doctor
