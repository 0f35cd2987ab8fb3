// Whose business something is: which call is meant, and which worker has it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bridge/neighbour.hpp"

namespace pa::bridge {

/// Of `workers` the one that has that call. Told by the SID alone: nobody has to be asked, whoever
/// a webhook or a stream comes in at.
[[nodiscard]] std::size_t worker_of(std::string_view call_sid, std::size_t workers);

/// Of an operator's path: "/calls/CA…" and what is below it, "/lines/CA…"; "" of any other.
[[nodiscard]] std::string_view sid_in(std::string_view path);

/// The call that a question is about; "": about none.
[[nodiscard]] std::string sid_of(const Question& question);

/// What pa-dial prepares belongs to whoever takes new calls.
[[nodiscard]] bool for_the_newest(const Question& question);

/// Calls of one worker that an operator may mean.
struct Meant {
    bool exact = false;             // it is the SID of the one
    std::vector<std::string> sids;  // of those that run and end so
};
/// The one that is meant by `name`, a SID, the end of one, or "only". Errc::no: none or several.
[[nodiscard]] Result<std::string> the_one(std::string_view name, const std::vector<Meant>& all);

/// One JSON array of several.
[[nodiscard]] std::string joined(const std::vector<std::string>& arrays);

}  // namespace pa::bridge
