// A job of the spool: a call that is to be made at a time, "phone-agent/job/1"
// (share/schema/job.json).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "act/receipt.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"

namespace pa::act {

struct Job {
    std::string id;          // its file is ID.json: letters, digits and '-', at most 80
    std::string request_id;  // whose receipts tell of it; its own id if nobody asked in a call
    std::string type;        // of that request, or "dial"
    std::string to;          // number as people write it; "": the owner (MY_PHONE)
    std::string title;       // for people
    std::string about;       // what the call is about, for the model
    std::vector<std::string> dial;  // further arguments of pa-dial
    WallTime due_at{};              // when it was to be
    WallTime run_at{};              // when it is tried next: due_at, or later
    std::string repeat;             // "" or as in schedule.hpp
    Civil anchor;                   // local time of the first occurrence of what repeats
    bool asked = false;             // the person named this time: quiet hours do not bind it
    std::string machine;            // what to do with an answering machine: pa-dial's word, or ""
    int attempt = 1;                // calls made for this occurrence, and one

    // Set when an attempt is over and what follows is decided, before it is done.
    std::string then;  // "jobs", "done" or "failed": where the file goes; "" while open
    std::optional<Receipt> receipt;  // that is to be in the book
};

/// One line of JSON without its newline, `schema` first.
[[nodiscard]] std::string write_job(const Job& job);
/// Errc::data names the member at fault.
[[nodiscard]] Result<Job> read_job(std::string_view json);

/// Key of the attempt, the same whenever it is tried: pa-dial makes at most one call under it.
[[nodiscard]] std::string once_key(const Job& job);
/// The attempt within the job, for Receipt::run: "2026-03-01T07:00:00+09:00#1".
[[nodiscard]] std::string run_name(const Job& job);

[[nodiscard]] bool is_job_id(std::string_view id);

}  // namespace pa::act
