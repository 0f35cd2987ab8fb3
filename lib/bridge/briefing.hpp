// The briefing of a call: who it is with, what it is about, and so what the model is told.
#pragma once

#include <string>

#include "act/overview.hpp"
#include "agent/memory.hpp"
#include "base/kept.hpp"
#include "base/result.hpp"
#include "bridge/call_driver.hpp"
#include "bridge/dials.hpp"
#include "config/settings.hpp"

namespace pa::bridge {

/// What the carrier's webhook tells.
struct CallFacts {
    std::string call_sid;
    std::string direction;  // "inbound" or "outbound"
    std::string from, to;   // as the carrier writes them; `from` may be no number
    std::string answered_by;
    bool proved = false;  // the PIN was given already, to a process before us
};

/// Whether the other side is the owner: an outbound call to an owner's number, or an inbound one
/// from it. Where a PIN is set, an inbound caller has to prove it first (`pin_wanted`).
struct Standing {
    bool owner = false, pin_wanted = false;
};
[[nodiscard]] Standing standing_of(const config::Settings& settings, const CallFacts& facts);

/// What grows with the years, and is made anew only when its files have changed. Used on one
/// thread.
struct KeptFiles {
    Kept<agent::Memory> memory;
    Kept<std::vector<act::Entry>> promises;
};

/// Reads persona, USER.md and MEMORY.md and puts the call together. Reads files: not on a loop's
/// thread. Errors name the file. `catalog`: where the functions of the agent are looked up, for
/// calls with the owner; null offers none. `kept`: of earlier briefings; null reads everything.
[[nodiscard]] Result<CallSetup> brief(const config::Settings& settings, const CallFacts& facts,
                                      const Dial& dial, FunctionCatalog* catalog = nullptr,
                                      KeptFiles* kept = nullptr);

/// What the model would be told on a call with the owner, or with `owner` false somebody else: for
/// --show-prompt.
[[nodiscard]] Result<std::string> prompt_for(const config::Settings& settings, const Dial& dial,
                                             bool outbound, bool owner);

}  // namespace pa::bridge
