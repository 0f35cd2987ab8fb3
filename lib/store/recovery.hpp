// What a process that was killed left behind.
#pragma once

#include <string>
#include <vector>

#include "store/journal.hpp"

namespace pa::store {

struct Leftovers {
    std::vector<Leftover> journals;  // of calls that had not ended, oldest first
    std::vector<std::string>
        problems;       // sentences about files that cannot be read; those are put aside
    bool held = false;  // a living process has one that was asked for
};

/// The journals in `folder` whose writer is gone. Journals of living processes are left alone; one
/// whose log was already saved is removed, and so are logs in the making that nobody finishes. No
/// folder: nothing.
[[nodiscard]] Leftovers find_leftovers(const std::string& folder);

/// The same for the journal of one call. Its name begins with the time of its start.
[[nodiscard]] Leftovers find_leftovers(const std::string& folder, std::string_view call_sid);

/// Names of the journals in `folder` whose writer is gone, oldest first. Touches nothing.
[[nodiscard]] std::vector<std::string> unattended_journals(const std::string& folder);

/// The log of a leftover that nobody takes up, marked "recovered", in the order of the
/// conversation.
[[nodiscard]] CallLog recovered_log(const Leftover& leftover);

}  // namespace pa::store
