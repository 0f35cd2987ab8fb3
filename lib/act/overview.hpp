// What stands open, was done, and went wrong; and what was promised and not done.
#pragma once

#include <string>
#include <vector>

#include "act/receipt.hpp"
#include "act/spool.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::act {

struct Entry {
    std::string id, type, title;
    std::string state;  // "open", "done", "failed", "missed": its call was not made
    std::string what;   // the last receipt's, or what it waits for
    std::string phone;  // that is to be called, or of who asked, if known
    bool by_owner = true;
    WallTime at{};  // of what is open: when it is due, if it has a time; else of the receipt
};

/// Requests of the call logs' ledger, receipts and jobs in one list: open ones first, by time.
[[nodiscard]] Result<std::vector<Entry>> overview(const config::Settings& settings);

/// Requests that the agent said it would see to, which were not done in the call, and of which no
/// receipt says that they are done, on their way or taken back.
[[nodiscard]] Result<std::vector<Entry>> promises(const config::Settings& settings);

/// What promises() reads.
[[nodiscard]] std::vector<std::string> promise_files(const config::Settings& settings);

[[nodiscard]] std::string write_entry(const Entry& entry);  // a line of JSON
[[nodiscard]] std::string show_entry(const Entry& entry);   // a line for people

}  // namespace pa::act
