// Reading many logs: which files are meant, and each of them quickly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "json/document.hpp"
#include "store/call_log.hpp"

namespace pa::store {

/// The files that arguments of a tool name: folders are opened (their logs in the order of their
/// names, which is that of time), requests_processed.json is left out, since call_logs/*.json names
/// it too. What does not exist or cannot be opened stays: whoever reads it says so.
[[nodiscard]] std::vector<std::string> log_names(const std::vector<std::string>& arguments);

/// The log of that call in `folder`, or the journal that is to become one; "" if there is neither.
[[nodiscard]] std::string log_of_call(const std::string& folder, std::string_view call_sid);

/// What a line of a pipe names: a file, a log itself (it begins with "{"), or, of pa-bridge's line
/// about a finished call, the file of its log. "" for blank lines and requests_processed.json.
[[nodiscard]] std::string log_of_line(std::string_view line);

/// Errc::data for a file that is not there, naming its folder: "call_logs/*.json" is what a shell
/// leaves where nothing matches.
[[nodiscard]] Error missing_log(const std::string& path);

/// Reads one log after the other with one buffer, in place.
class LogReader {
public:
    /// `input` is a file, or a log itself; errors name it.
    [[nodiscard]] Result<CallLog> load(const std::string& input);

private:
    json::Parser parser_;
    std::string buffer_;
};

}  // namespace pa::store
