// handlers/TYPE: executables of the agent directory that carry out a type of request in place of
// the built-in deed, or one that has none. The request comes on stdin, a receipt is expected on
// stdout (or nothing), in a clean environment with PA_AGENT_DIR and PA_REQUEST_ID; no shell.
// Status: 0 done (or as the receipt says), 75 failed for now, anything else failed.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "act/receipt.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "store/request.hpp"

namespace pa::act {

/// The executable for that type, or "". A file of that name that is not executable is Errc::config.
[[nodiscard]] Result<std::string> find_handler(const config::Settings& settings,
                                               std::string_view type);

/// Runs it, at most once: what it began and did not finish, because this process died, is a failure
/// that says so, since nobody can know how far it came; pa-act --again runs it anew.
[[nodiscard]] Result<Receipt> run_handler(const std::string& handler, const store::Request& request,
                                          const config::Settings& settings,
                                          std::chrono::seconds timeout);
/// Forgets that it was begun.
[[nodiscard]] Status forget_handler(const config::Settings& settings, const std::string& id);

}  // namespace pa::act
