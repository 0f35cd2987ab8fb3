// One call per destination at a time, whoever places it: the entry of a number in the ledger tells
// of the call last made to it, and the carrier whether that call still runs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "carrier/calls.hpp"
#include "dial/ledger.hpp"

namespace pa::dial {

/// Who is asked about a call that was made before, and by which clock.
struct Inquiry {
    const Ledger& ledger;
    carrier::Calls& calls;
    /// Whether that call has ended, as far as the bridge knows; nullopt: it knows no such call, or
    /// cannot be asked.
    std::function<std::optional<bool>(const std::string& call_sid)> ended;
    std::function<WallTime()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
};

/// The SID of the call that `attempt` made. The carrier's list is eventually consistent: a young
/// attempt is looked for several times.
[[nodiscard]] Result<std::optional<std::string>> look_patiently(const Attempt& attempt,
                                                                const Inquiry& ask);

/// What became of the call written down in `entry`, whose lock the caller holds: nullopt if none
/// was made. One that was in doubt is written down anew.
[[nodiscard]] Result<std::optional<Attempt>> settle(const Ledger::Entry& entry, const Inquiry& ask);

/// Whether the call of an attempt runs no more.
[[nodiscard]] Result<bool> is_over(const Attempt& attempt, const Inquiry& ask);

/// Errc::later while a call to that number runs, or if that cannot be known. `entry`: the number's,
/// whose lock the caller holds until it has written down its own call.
[[nodiscard]] Status check_line_free(const PhoneNumber& number, const Ledger::Entry& entry,
                                     const Inquiry& ask);

}  // namespace pa::dial
