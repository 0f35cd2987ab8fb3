// The line to a number that a call is put through to: by the rules of any dial, and for nobody else
// while it is taken.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::bridge {

/// A number to put a call through to, as typed, and those that are on it already.
struct TransferWish {
    std::string to, urgent;
    bool confirmed = false;
    std::string caller, called;
};

/// The number counts as being called (dial/line) until it is released. If nobody can release it,
/// it is free when the call has ended.
struct TakenLine {
    PhoneNumber number;
    std::string call_sid;  // of the call that is put through
    std::string counted;   // in the ledger
};

/// How long a transfer may take to begin: whoever asked for it waits a little longer than that
/// (bridge/ctl, bridge/neighbour).
constexpr std::chrono::seconds taking_patience{4};

/// Reads files and may ask the carrier: Errc::later once `taking_patience` since `asked` is over,
/// or `give_up` says so. Errc::refused, Errc::data: our rules.
[[nodiscard]] Result<TakenLine> take_line(const config::Settings& settings,
                                          const TransferWish& wish, const std::string& call_sid,
                                          std::chrono::steady_clock::time_point asked,
                                          const std::atomic<bool>& give_up);

/// The number is called no more. `uncount`: it never was.
[[nodiscard]] Status release_line(const std::string& run, const TakenLine& line, bool uncount,
                                  const std::atomic<bool>& give_up);

}  // namespace pa::bridge
