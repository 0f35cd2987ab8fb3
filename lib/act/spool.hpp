// The spool: one file per job in spool/jobs, running, done, failed or undone; the folder is the
// state and a rename(2) the change of it.
//
// Who runs a job holds the lock of its line (one call to a number at a time) as long as it runs. A
// job found in running/ whose line nobody holds was left by a process that died: it is taken up
// again under the same key, and pa-dial finds the call that was made. Changes of jobs/ go under the
// spool's own lock, held for moments only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "act/job.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace pa::act {

/// A job that is ours to carry out, as long as this lives.
struct Claim {
    Job job;
    bool resumed = false;  // from a process that died
    FileLock line;
};

class Spool {
public:
    /// `directory`: of the agent. `owner`: the number of jobs that name none.
    Spool(std::string directory, std::string owner);

    /// Puts a job there, once: false if one of that id is or was there, in whatever state.
    [[nodiscard]] Result<bool> add(const Job& job);
    /// The call that a function of ours was asked for while speaking, to the same number at the
    /// same time, waiting or made: its id, or "". While it waits, what `other` is about is told in
    /// it too.
    [[nodiscard]] Result<std::string> join(const Job& other);
    /// Takes a job back that is not running. False if there is none waiting.
    [[nodiscard]] Result<bool> undo(const std::string& id);

    /// In order of run_at. `state`: a folder's name. A file that is no job is told and left.
    [[nodiscard]] Result<std::vector<Job>> list(std::string_view state) const;
    /// The job of that id, in whatever state; nullopt if there never was one.
    [[nodiscard]] Result<std::optional<Job>> find(const std::string& id) const;
    /// The folder that holds the job, or "".
    [[nodiscard]] std::string state_of(const std::string& id) const;

    /// The next job to carry out at `now`: first those left by a process that died, then those due,
    /// earliest first; nullopt if there is none. A due job whose line is taken waits a minute more.
    /// Each job is claimed at most once in the life of this object. What a process that was killed
    /// had half written is taken away.
    [[nodiscard]] Result<std::optional<Claim>> claim_next(WallTime now);

    /// Of a claimed job: writes it down as it is now; moves it to the folder named in `then`.
    [[nodiscard]] Status keep(const Job& job) const;
    [[nodiscard]] Status leave(const Job& job) const;

    /// Sentences about files that are no jobs, each once.
    [[nodiscard]] std::vector<std::string> take_warnings();

    [[nodiscard]] std::string folder() const { return folder_; }

private:
    [[nodiscard]] std::string path(std::string_view state, std::string_view id) const;
    [[nodiscard]] Result<FileLock> lock() const;
    [[nodiscard]] std::string line_of(const Job& job) const;
    [[nodiscard]] Result<FileLock> try_line(const Job& job) const;
    [[nodiscard]] Result<std::optional<Claim>> claim_left();
    [[nodiscard]] Result<std::optional<Claim>> claim_due(WallTime now);

    std::string folder_, owner_;
    std::set<std::string> seen_;  // ids that were claimed or passed over
    mutable std::set<std::string> warned_;
    mutable std::vector<std::string> warnings_;
};

}  // namespace pa::act
