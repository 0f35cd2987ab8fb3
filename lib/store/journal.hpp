// The journal of a running call: the facts of its log, appended to
// 2026-02-28_23-49-32_CA….jsonl.partial as they become known, one JSON text a line, so that a
// process that is killed loses at most what happened in the last tenth of a second.
//
// The first line has the facts of the start; each later one a transcript line, turn, function run,
// event or error with its index, or the start again. A later line with the same index replaces the
// earlier. While its writer lives it holds an flock on the file.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "call/action.hpp"
#include "store/call_log.hpp"

namespace pa::store {

/// The lines, without newline.
[[nodiscard]] std::string start_line(const CallMeta& meta);
/// "" for Keep::What::start and for an index that the record does not have.
[[nodiscard]] std::string fact_line(const call::Record& record, call::Keep fact);
/// The same of a transcript line, which is not in the record before the call is over.
[[nodiscard]] std::string line_at(std::size_t index, const call::TranscriptLine& line);

/// What a journal tells about its call. A last line without newline, and lines that are not ours,
/// are skipped; without a start it is Errc::data. The end is taken to be the latest time on record.
/// Transcript lines stand at their index; one that was never kept is empty.
[[nodiscard]] Result<CallLog> read_journal(std::string_view text);

/// The journal's file: log_path() with .jsonl.partial in place of .json.
[[nodiscard]] std::string journal_path(const std::string& folder, const CallMeta& meta);

/// A journal whose writer is gone; see recovery.hpp. Holding it keeps others away.
struct Leftover {
    std::string path;
    CallLog log;
    Fd file;  // open and locked
};

/// Writes the journals and logs of all calls of a process on one thread of its own: callers only
/// put text into a mailbox and never wait for the disk. Lines go to the file within `gather` and
/// are synced together at most every `commit_every`. When the disk refuses, that is told once, and
/// everything is kept in memory and tried again until it works.
class JournalWriter {
public:
    struct Options {
        std::string folder;                    // made if it is not there
        std::chrono::milliseconds gather{20};  // lines of several calls are written together
        std::chrono::milliseconds commit_every{50};
        std::chrono::milliseconds retry_every{1000};
        std::size_t most_pending = 64U << 20U;  // bytes of journal kept while the disk refuses
        std::function<void(const std::string&)> tell;  // sentences for people, on the log thread
    };
    explicit JournalWriter(Options options);
    /// Writes what can be written; what the disk still refuses is told and lost.
    ~JournalWriter();
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;

    /// Begins the journal of `meta.call_sid`; again, with the same SID, when more is known.
    void start(const CallMeta& meta);
    /// Goes on with the journal of a call that a process left behind.
    void resume(Leftover leftover);
    /// Keeps the fact that call::Keep names.
    void keep(const std::string& call_sid, const call::Record& record, call::Keep fact);
    void keep(const std::string& call_sid, std::size_t index, const call::TranscriptLine& line);
    /// Saves the finished log, removes the journal and then calls `saved` with the log's path, on
    /// the log thread; by then the log is durable. Lines of other calls come before a row of logs.
    using OnSaved = std::function<void(const std::string& path)>;
    void finish(CallLog log, OnSaved saved = nullptr);
    /// Removes the journal of a call that never came to be.
    void discard(const std::string& call_sid);

    /// Waits until all that was given so far is on the disk; false if it is not after `patience`.
    [[nodiscard]] bool flush(std::chrono::milliseconds patience);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::store
