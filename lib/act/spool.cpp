#include "act/spool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <tuple>
#include <utility>

#include "base/phone_number.hpp"
#include "base/temporary_file.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

using namespace std::chrono_literals;

constexpr const char* states[] = {"jobs", "running", "done", "failed", "undone"};

Status move(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return Done{};
    return Error{Errc::io, fmt::format("{}: cannot rename: {}", from, std::strerror(errno))};
}

}  // namespace

Spool::Spool(std::string directory, std::string owner)
    : folder_(std::move(directory) + "/spool"), owner_(std::move(owner)) {}

std::string Spool::path(std::string_view state, std::string_view id) const {
    return fmt::format("{}/{}/{}.json", folder_, state, id);
}

Result<FileLock> Spool::lock() const {
    for (const char* state : states)
        if (Status made = make_directory(fmt::format("{}/{}", folder_, state)); !made)
            return made.error();
    return FileLock::acquire(folder_ + "/spool.lock");
}

std::string Spool::line_of(const Job& job) const {
    auto number = PhoneNumber::parse(job.to.empty() ? owner_ : job.to);
    return number ? number->str().substr(1) : "none";
}

Result<FileLock> Spool::try_line(const Job& job) const {
    if (Status made = make_directory(folder_ + "/lines"); !made) return made.error();
    return FileLock::try_acquire(fmt::format("{}/lines/{}.lock", folder_, line_of(job)));
}

std::string Spool::state_of(const std::string& id) const {
    for (const char* state : states)
        if (file_exists(path(state, id))) return state;
    return "";
}

Result<std::optional<Job>> Spool::find(const std::string& id) const {
    for (const char* state : states) {
        auto text = read_file(path(state, id), 1U << 20U);
        if (!text && !file_exists(path(state, id))) continue;
        auto job = text ? read_job(*text) : Result<Job>(text.error());
        if (!job) return job.error().in(path(state, id));
        return std::optional(std::move(*job));
    }
    return std::optional<Job>();
}

Result<bool> Spool::add(const Job& job) {
    auto held = lock();
    if (!held) return held.error();
    if (!state_of(job.id).empty()) return false;
    if (Status written = write_file(path("jobs", job.id), write_job(job) + "\n"); !written)
        return written.error();
    return true;
}

Result<std::string> Spool::join(const Job& other) {
    auto held = lock();
    if (!held) return held.error();
    auto same = [&](const Job& job) {
        return job.id.starts_with("fn") && job.due_at == other.due_at &&
               job.repeat == other.repeat && line_of(job) == line_of(other);
    };
    for (const char* state : {"jobs", "running", "done"}) {
        auto jobs = list(state);
        if (!jobs) return jobs.error();
        auto found = std::find_if(jobs->begin(), jobs->end(), same);
        if (found == jobs->end()) continue;
        bool told = found->about.find(other.about) != std::string::npos;
        if (told || state != states[0]) return found->id;
        found->about += "\n" + other.about;
        if (Status kept = write_file(path(state, found->id), write_job(*found) + "\n"); !kept)
            return kept.error();
        return found->id;
    }
    return std::string();
}

Result<bool> Spool::undo(const std::string& id) {
    auto held = lock();
    if (!held) return held.error();
    if (!is_job_id(id) || !file_exists(path("jobs", id))) return false;
    if (Status moved = move(path("jobs", id), path("undone", id)); !moved) return moved.error();
    return true;
}

Result<std::vector<Job>> Spool::list(std::string_view state) const {
    std::vector<Job> jobs;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(fmt::format("{}/{}", folder_, state), none)) {
        std::string file = entry.path().string();
        if (entry.path().extension() != ".json") continue;
        auto text = read_file(file, 1U << 20U);
        if (!text && !file_exists(file)) continue;  // moved on meanwhile
        auto job = text ? read_job(*text) : Result<Job>(text.error());
        if (job && job->id == entry.path().stem().string())
            jobs.push_back(std::move(*job));
        else if (warned_.insert(file).second)
            warnings_.push_back(fmt::format("{}: no job ({}): left as it is", file,
                                            job ? "its id is another" : job.error().what));
    }
    std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
        return std::tie(a.run_at, a.id) < std::tie(b.run_at, b.id);
    });
    return jobs;
}

Result<std::optional<Claim>> Spool::claim_next(WallTime now) {
    auto held = lock();
    if (!held) return held.error();
    for (const char* state : {"jobs", "running"})  // the others are only moved to
        remove_unfinished(fmt::format("{}/{}", folder_, state));
    auto left = claim_left();
    if (!left || *left) return left;
    return claim_due(now);
}

Result<std::optional<Claim>> Spool::claim_left() {
    auto running = list("running");
    if (!running) return running.error();
    for (Job& job : *running) {
        if (seen_.count(job.id) > 0) continue;
        auto line = try_line(job);
        if (!line && line.error().code == Errc::no) continue;
        if (!line) return line.error();
        seen_.insert(job.id);
        return std::optional(Claim{std::move(job), true, std::move(*line)});
    }
    return std::optional<Claim>();
}

Result<std::optional<Claim>> Spool::claim_due(WallTime now) {
    auto waiting = list("jobs");
    if (!waiting) return waiting.error();
    for (Job& job : *waiting) {
        if (job.run_at > now) break;
        if (!seen_.insert(job.id).second) continue;
        auto line = try_line(job);
        if (line) {
            if (Status moved = move(path("jobs", job.id), path("running", job.id)); !moved)
                return moved.error();
            job.then.clear();  // of the attempt before
            job.receipt.reset();
            return std::optional(Claim{std::move(job), false, std::move(*line)});
        }
        if (line.error().code != Errc::no) return line.error();
        // Somebody is on that line. It counts as on time while it waits for that.
        if (now - job.run_at > 2min) continue;
        job.run_at = now + 1min;
        if (Status kept = write_file(path("jobs", job.id), write_job(job) + "\n"); !kept)
            return kept.error();
    }
    return std::optional<Claim>();
}

Status Spool::keep(const Job& job) const {
    return write_file(path("running", job.id), write_job(job) + "\n");
}

Status Spool::leave(const Job& job) const {
    return move(path("running", job.id), path(job.then, job.id));
}

std::vector<std::string> Spool::take_warnings() { return std::exchange(warnings_, {}); }

}  // namespace pa::act
