// Many logs: read, asked about in parallel, written to the ledger, printed in the order they came.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "extract/ask.hpp"
#include "net/http.hpp"

namespace pa::extract {

struct WorkOptions {
    AskOptions ask;
    std::string log_folder;  // CALL_LOG_DIR: where the ledger of a log without a file goes
    bool force = false;      // ask again about logs that were done
    bool only_new = false;   // print only what was found in this run
    int jobs = 1;            // requests at the same time
    /// The next log: a file's name, or the log itself (its text begins with '{'); nullopt at the
    /// end. One thread at a time.
    std::function<std::optional<std::string>()> next;
    std::function<std::unique_ptr<net::Http>()> connect;  // one per job, made when first needed
    std::function<Status()> may_ask;                // before the first question: is there a key?
    std::function<bool(const std::string&)> print;  // a record; false: nobody reads any more
    std::function<void(const std::string&)> tell;   // a sentence about something that failed
    std::function<void(const std::string&)> note;   // about something worth knowing under -v
    std::function<void(std::size_t)> progress;      // logs finished so far
};

/// How many logs had which fate.
struct WorkResult {
    std::size_t logs = 0, asked = 0, printed = 0;
    std::size_t bad = 0, later = 0;  // logs that are no logs, logs that the service could not serve
    std::optional<Error> fatal;      // key, account, settings or disk: the same for every log
    bool reader_gone = false;
};

/// Findings are durable in the ledger before they are printed, so nothing is lost when the next
/// program in the pipe dies. A log that fails stops no other, but nobody is asked again after a bad
/// key or an empty account, nor after three logs in a row that the service could not serve.
[[nodiscard]] WorkResult work(const WorkOptions& options);

}  // namespace pa::extract
