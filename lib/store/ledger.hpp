// call_logs/requests_processed.json, "phone-agent/requests-processed/1"
// (share/schema/requests-processed.json): what pa-extract found in which call.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "store/request.hpp"

namespace pa::store {

inline constexpr std::string_view ledger_name = "requests_processed.json";

[[nodiscard]] std::string ledger_path(const std::string& folder);

/// Something the owner said that is worth remembering.
struct Fact {
    std::string text, quote;
    std::size_t line = 0;
};

/// What was found in one call.
struct Findings {
    std::string log;     // the file's name, without folder
    std::string sha256;  // of its bytes, hex: a log that changed is read again
    std::string model;   // that was asked; "" if there was nothing to ask about
    WallTime at{};       // when
    std::vector<Request> requests;
    std::vector<std::string> summary;  // at most two lines
    std::vector<Fact> facts;           // of calls with the owner only
};

/// By call SID.
using Ledger = std::map<std::string, Findings, std::less<>>;

[[nodiscard]] std::string write_ledger(const Ledger& ledger);
/// Errc::data names the path.
[[nodiscard]] Result<Ledger> read_ledger(std::string_view json);

/// The ledger in `folder`; empty if there is none.
[[nodiscard]] Result<Ledger> load_ledger(const std::string& folder);
/// Adds `news` to the ledger in `folder`, under a lock that all processes of the agent share: what
/// others added meanwhile stays. Whole or not at all; mode 0600. Entries of the same call are
/// replaced.
[[nodiscard]] Status add_to_ledger(const std::string& folder, const Ledger& news);

}  // namespace pa::store
