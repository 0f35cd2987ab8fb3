#include "extract/work.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "store/ledger.hpp"
#include "store/log_reader.hpp"

namespace pa::extract {
namespace {

constexpr int hopeless = 3;  // failures in a row

struct Log {
    std::string name;    // for people: the file, or the SID of a log that came by pipe
    std::string file;    // or "", of a log that came by pipe
    std::string folder;  // of its ledger
    std::string sha256;
    store::CallLog log;
};

/// What one input comes to.
struct Outcome {
    std::string name, folder, sid;
    std::optional<store::Findings> found;  // new ones, for the ledger
    std::vector<store::Request> known;     // stored by an earlier run
    std::vector<std::string> dropped;
    std::optional<Error> error;
    std::optional<FileLock> asking = std::nullopt;  // held until `found` is in the ledger
};

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<Log> read_input(const std::string& input, const std::string& log_folder) {
    Log out;
    std::string text;
    if (input.starts_with("{")) {
        text = input;
        out.folder = log_folder;
    } else {
        if (!file_exists(input)) return store::missing_log(input);
        auto bytes = read_file(input);
        if (!bytes) return bytes.error();
        text = std::move(*bytes);
        out.name = out.file = input;
        out.folder = folder_of(input);
    }
    auto log = store::read_log(text);
    if (!log) return log.error().in(out.name.empty() ? "a log on stdin" : out.name);
    out.log = std::move(*log);
    if (out.name.empty()) out.name = out.log.meta.call_sid;
    out.sha256 = hex(sha256(trim(text)));
    return out;
}

/// Without a word of the other side there is nothing to ask about.
bool has_words(const store::CallLog& log) {
    for (const auto& line : log.record.transcript)
        if (line.role == call::TranscriptLine::Role::user && !trim(line.text).empty()) return true;
    return false;
}

class Work {
public:
    explicit Work(const WorkOptions& options) : o_(options) {}
    WorkResult run();

private:
    void job();
    std::optional<std::pair<std::size_t, std::string>> take();
    Outcome examine(const std::string& input, std::unique_ptr<net::Http>& http);
    Outcome find(Log log, std::unique_ptr<net::Http>& http);
    std::optional<Error> refusal();
    void learn(const Result<Judgement>& judgement);
    std::optional<store::Findings> known(const Log& log);
    std::optional<FileLock> alone_with(const Log& log);
    Result<store::Ledger*> ledger(const std::string& folder);

    void deliver(std::size_t index, Outcome outcome);
    void collect();
    void tell_in_order();
    void keep(std::map<std::size_t, Outcome>& outcomes);
    void tell(Outcome& outcome);
    bool print(const std::vector<store::Request>& requests);

    const WorkOptions& o_;
    std::mutex input_;
    std::size_t taken_ = 0;
    std::mutex facts_;  // of the next four
    std::map<std::string, store::Ledger> ledgers_;
    std::optional<Error> doom_;
    bool checked_ = false;
    int failures_ = 0;
    std::mutex arrivals_;  // of the next three
    std::condition_variable news_;
    std::map<std::size_t, Outcome> arrived_;
    int running_ = 0;
    // Of the thread that collects.
    std::map<std::size_t, Outcome> waiting_;
    std::size_t printed_upto_ = 0;
    WorkResult result_;
    std::atomic<bool> stop_{false};
};

std::optional<std::pair<std::size_t, std::string>> Work::take() {
    std::lock_guard lock(
        input_);  // held while waiting for a pipe: the others have nothing to do then
    if (stop_) return std::nullopt;
    auto input = o_.next();
    if (!input) {
        stop_ = true;
        return std::nullopt;
    }
    return std::pair{taken_++, std::move(*input)};
}

Result<store::Ledger*> Work::ledger(const std::string& folder) {
    auto found = ledgers_.find(folder);
    if (found == ledgers_.end()) {
        auto loaded = store::load_ledger(folder);
        if (!loaded) return loaded.error();
        found = ledgers_.emplace(folder, std::move(*loaded)).first;
    }
    return &found->second;
}

/// What an earlier run found in this very log.
std::optional<store::Findings> Work::known(const Log& log) {
    if (o_.force) return std::nullopt;
    std::lock_guard lock(facts_);
    auto all = ledger(log.folder);
    if (!all) {
        doom_ = Error{Errc::io, all.error().what};  // rather than forget what it holds
        return std::nullopt;
    }
    auto found = (*all)->find(log.log.meta.call_sid);
    if (found == (*all)->end() || found->second.sha256 != log.sha256) return std::nullopt;
    return found->second;
}

/// Another run may be asking about the same log just now, one after each call and one by cron say.
/// Two answers need not be the same, and the same wish with two ids would be done twice.
std::optional<FileLock> Work::alone_with(const Log& log) {
    if (log.file.empty()) return std::nullopt;
    auto lock = FileLock::acquire(log.file);
    std::lock_guard guard(facts_);
    ledgers_.erase(log.folder);      // as it is now
    if (!lock) return std::nullopt;  // of somebody else, read only
    return std::move(*lock);
}

/// Why nobody may be asked, if so.
std::optional<Error> Work::refusal() {
    std::lock_guard lock(facts_);
    if (!checked_ && !doom_ && o_.may_ask)
        if (Status s = o_.may_ask(); !s) doom_ = s.error();
    checked_ = true;
    return doom_;
}

/// A key, an account or an outage is the same for the next log.
void Work::learn(const Result<Judgement>& judgement) {
    std::lock_guard lock(facts_);
    if (judgement || judgement.error().code == Errc::data) {
        failures_ = 0;
    } else if (judgement.error().code != Errc::later || ++failures_ >= hopeless) {
        if (!doom_) doom_ = judgement.error();
    }
}

Outcome Work::find(Log log, std::unique_ptr<net::Http>& http) {
    Outcome out{log.name, log.folder, log.log.meta.call_sid, {}, {}, {}, {}};
    store::Findings found;
    found.log = base_name(log.name);
    found.sha256 = log.sha256;
    found.at = wall_now();
    if (has_words(log.log)) {
        if (auto why = refusal()) {
            out.error = why;
            return out;
        }
        if (!http) http = o_.connect();
        auto judgement = ask(*http, o_.ask, log.log);
        learn(judgement);
        if (!judgement) {
            out.error = judgement.error();
            return out;
        }
        found.model = o_.ask.model;
        found.requests = std::move(judgement->requests);
        found.facts = std::move(judgement->facts);
        found.summary = std::move(judgement->summary);
        out.dropped = std::move(judgement->dropped);
    }
    out.found = std::move(found);
    return out;
}

Outcome Work::examine(const std::string& input, std::unique_ptr<net::Http>& http) {
    auto log = read_input(input, o_.log_folder);
    if (!log) return {"", "", "", {}, {}, {}, log.error()};
    std::optional<FileLock> alone;
    auto before = known(*log);
    if (!before) {
        alone = alone_with(*log);
        before = known(*log);
    }
    if (before)
        return {log->name, log->folder, log->log.meta.call_sid, {}, std::move(before->requests),
                {},        {}};
    Outcome found = find(std::move(*log), http);
    found.asking = std::move(alone);
    return found;
}

void Work::job() {
    std::unique_ptr<net::Http> http;
    while (auto input = take()) deliver(input->first, examine(input->second, http));
    std::lock_guard lock(arrivals_);
    --running_;
    news_.notify_one();
}

void Work::deliver(std::size_t index, Outcome outcome) {
    std::lock_guard lock(arrivals_);
    arrived_.emplace(index, std::move(outcome));
    news_.notify_one();
}

/// Until all jobs have ended. The ledger is written whole each time, so with many calls in it what
/// arrives is gathered: at most a fifth of the time goes into writing.
void Work::collect() {
    using Clock = std::chrono::steady_clock;
    Clock::time_point next_commit{};
    std::unique_lock lock(arrivals_);
    for (;;) {
        news_.wait(lock, [this] { return !arrived_.empty() || running_ == 0; });
        if (arrived_.empty()) return;
        news_.wait_until(lock, next_commit, [this] { return running_ == 0; });
        std::map<std::size_t, Outcome> outcomes;
        outcomes.swap(arrived_);
        lock.unlock();
        auto began = Clock::now();
        keep(outcomes);
        next_commit = Clock::now() + (Clock::now() - began) * 4;
        waiting_.merge(outcomes);
        tell_in_order();
        lock.lock();
    }
}

void Work::tell_in_order() {
    for (auto next = waiting_.find(printed_upto_); next != waiting_.end();
         next = waiting_.find(++printed_upto_)) {
        tell(next->second);
        waiting_.erase(next);
    }
    if (o_.progress) o_.progress(result_.logs);
}

void Work::keep(std::map<std::size_t, Outcome>& outcomes) {
    std::map<std::string, store::Ledger> news;
    for (auto& [index, outcome] : outcomes)
        if (outcome.found) news[outcome.folder][outcome.sid] = *outcome.found;
    for (auto& [folder, findings] : news) {
        Status status = store::add_to_ledger(folder, findings);
        if (!status && !result_.fatal) {
            result_.fatal = status.error();
            o_.tell(status.error().what);
        }
        std::lock_guard lock(facts_);
        if (auto all = ledger(folder))
            for (auto& [sid, found] : findings) (*all)->insert_or_assign(sid, std::move(found));
    }
    for (auto& [index, outcome] : outcomes) outcome.asking.reset();
}

bool Work::print(const std::vector<store::Request>& requests) {
    for (const store::Request& request : requests) {
        if (!o_.print(store::write_request(request))) return false;
        ++result_.printed;
    }
    return true;
}

void Work::tell(Outcome& outcome) {
    ++result_.logs;
    if (outcome.found && !outcome.found->model.empty()) ++result_.asked;
    for (const std::string& sentence : outcome.dropped) o_.note(outcome.name + ": " + sentence);
    bool read = !result_.reader_gone;
    if (outcome.found) read = read && print(outcome.found->requests);
    if (!o_.only_new) read = read && print(outcome.known);
    if (!read) result_.reader_gone = stop_ = true;
    if (!outcome.error) return;
    const Error& error = *outcome.error;
    if (error.code == Errc::data)
        ++result_.bad;
    else if (error.code == Errc::later)
        ++result_.later;
    else if (result_.fatal)
        return;  // told once
    else
        result_.fatal = error;
    o_.tell(outcome.name.empty() ? error.what : outcome.name + ": " + error.what);
}

WorkResult Work::run() {
    running_ = o_.jobs;
    std::vector<std::thread> jobs;
    for (int i = 0; i < o_.jobs; ++i) jobs.emplace_back([this] { job(); });
    collect();
    for (std::thread& thread : jobs) thread.join();
    return std::move(result_);
}

}  // namespace

WorkResult work(const WorkOptions& options) { return Work(options).run(); }

}  // namespace pa::extract
