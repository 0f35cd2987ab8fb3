// What pa-extract found worth keeping, brought into MEMORY.md, each call once.
#pragma once

#include <string>
#include <vector>

#include "act/receipt.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::act {

enum class MemoryMode { append, ask, off };

/// Summary and facts of each call with the owner that is in the ledger and has no receipt "memory"
/// yet. With `ask` a patch at spool/memory/SID.patch waits for a person instead. Returns the new
/// receipts. Whether a call was the owner's is read from its log; without the log nothing is kept.
[[nodiscard]] Result<std::vector<Receipt>> remember_calls(const config::Settings& settings,
                                                          MemoryMode mode);

}  // namespace pa::act
