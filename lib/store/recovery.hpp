// What a process that was killed left behind.
#pragma once

#include <string>
#include <vector>

#include "store/journal.hpp"

namespace pa::store {

struct Leftovers {
    std::vector<Leftover> journals;  // of calls that had not ended, oldest first
    std::vector<std::string>
        problems;  // sentences about files that cannot be read; those are put aside
};

/// The journals in `folder` whose writer is gone. Journals of living processes are left alone; one
/// whose log was already saved is removed. No folder: nothing.
[[nodiscard]] Leftovers find_leftovers(const std::string& folder);

/// Writes the log of a leftover, marked "recovered", and removes its journal. Returns the log's
/// path.
[[nodiscard]] Result<std::string> save_leftover(Leftover leftover);

struct Recovery {
    std::vector<std::string> logs;  // that were written
    std::vector<std::string> problems;
};
/// Both steps for all of them.
Recovery recover(const std::string& folder);

}  // namespace pa::store
