#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "store/journal.hpp"
#include "store/partial.hpp"

namespace pa::store {
namespace {

using Clock = std::chrono::steady_clock;

// Orders of the mailbox.
struct Append {
    std::string call_sid, path, text;  // path: only of a start
};
struct Adopt {
    std::unique_ptr<Leftover> leftover;
};
struct Finish {
    std::unique_ptr<CallLog> log;  // large, where orders are many and small
    JournalWriter::OnSaved saved;
};
struct Discard {
    std::string call_sid;
};
using Order = std::variant<Append, Adopt, Finish, Discard>;

struct Journal {
    std::string path;
    Fd file;              // opened with the first line
    std::string pending;  // not written yet
    bool dirty = false;   // written, not synced
    bool failed = false;  // waits for the next try
};

}  // namespace

struct JournalWriter::Impl {
    explicit Impl(Options o) : options(std::move(o)), thread([this] { run(); }) {}

    void post(Order order) {
        std::lock_guard lock(mutex);
        mailbox.push_back(std::move(order));
        ++posted;
        if (mailbox.size() == 1) wake.notify_one();
    }

    // --- on the log thread ---
    void run();
    void take(Order& order);
    void take(Append&& append);
    void take(Adopt&& adopt);
    void take(Finish&& finish) { finished.push_back(std::move(finish)); }
    void take(Discard&& discard);
    void remove_journal(const std::string& call_sid);
    void write_all(Clock::time_point now, bool last);
    Status write(Journal& journal);
    Status sync_all();
    Status save_finished(bool all);
    void trouble(const Error& error);
    void relief();
    [[nodiscard]] bool settled() const;
    [[nodiscard]] std::optional<Clock::time_point> next_work() const;

    const Options options;
    std::mutex mutex;  // of the next five
    std::condition_variable wake, quiet;
    std::vector<Order> mailbox;
    std::uint64_t posted = 0, durable = 0;
    bool stopping = false;

    // Of the log thread alone.
    std::map<std::string, Journal, std::less<>> journals;
    std::list<Finish> finished;
    std::size_t pending_bytes = 0;
    bool new_names = false;  // since the folder was synced: once for all calls that began
    bool dirty = false, failing = false, finish_failed = false, sync_failed = false;
    Clock::time_point last_sync{}, retry_at{};

    std::thread thread;  // last: starts when all else is there
};

void JournalWriter::Impl::run() {
    std::vector<Order> orders;
    std::unique_lock lock(mutex);
    for (;;) {
        auto ready = [this] { return stopping || !mailbox.empty(); };
        if (auto when = next_work())
            wake.wait_until(lock, *when, ready);
        else
            wake.wait(lock, ready);
        // What other calls have to say in this moment is written in the same turn.
        if (!mailbox.empty()) wake.wait_for(lock, options.gather, [this] { return stopping; });
        orders.swap(mailbox);
        std::uint64_t upto = posted;
        bool last = stopping;
        lock.unlock();
        for (Order& order : orders) take(order);
        orders.clear();
        write_all(Clock::now(), last);
        lock.lock();
        if (settled()) {
            durable = upto;
            quiet.notify_all();
        }
        if (last && mailbox.empty()) return;
    }
}

void JournalWriter::Impl::take(Order& order) {
    std::visit([this](auto& o) { take(std::move(o)); }, order);
}

void JournalWriter::Impl::take(Append&& append) {
    auto found = journals.find(append.call_sid);
    if (found == journals.end()) {
        if (append.path.empty()) return;  // a fact of a call that never started or is over
        found = journals.emplace(append.call_sid, Journal{}).first;
        found->second.path = std::move(append.path);
        found->second.path.shrink_to_fit();  // it stays as long as the call
    }
    if (pending_bytes + append.text.size() > options.most_pending) return;  // the log will have it
    pending_bytes += append.text.size();
    found->second.pending += append.text;
}

void JournalWriter::Impl::take(Adopt&& adopt) {
    Journal journal;
    journal.path = adopt.leftover->path;
    if (Status s = cut_torn_line(adopt.leftover->file, journal.path); !s) trouble(s.error());
    journal.file = std::move(adopt.leftover->file);
    journals.insert_or_assign(adopt.leftover->log.meta.call_sid, std::move(journal));
    new_names = true;  // its writer may have been killed before it came to that
}

void JournalWriter::Impl::take(Discard&& discard) { remove_journal(discard.call_sid); }

void JournalWriter::Impl::remove_journal(const std::string& call_sid) {
    auto found = journals.find(call_sid);
    if (found == journals.end()) return;
    pending_bytes -= found->second.pending.size();
    if (found->second.file) ::unlink(found->second.path.c_str());
    journals.erase(found);
}

void JournalWriter::Impl::write_all(Clock::time_point now, bool last) {
    bool again = now >= retry_at || last;  // what failed is tried only then, all else at once
    Status status = Done{};
    auto attempt = [&](bool& failed, auto&& work) {
        if (failed && !again) return;
        Status s = work();
        failed = !s;
        if (!s) status = s;
    };
    for (auto& [sid, journal] : journals)
        if (!journal.pending.empty())
            attempt(journal.failed, [&, &j = journal] { return write(j); });
    auto save = [&] {
        if (!finished.empty()) attempt(finish_failed, [&] { return save_finished(last); });
    };
    if (last) save();  // their journals need no sync
    if (dirty && (last || now - last_sync >= options.commit_every))
        attempt(sync_failed, [&] { return sync_all(); });
    if (!last) save();
    if (!status)
        trouble(status.error());
    else if (pending_bytes == 0 && finished.empty() && !sync_failed)
        relief();
    if (last && !finished.empty() && options.tell)
        options.tell(
            fmt::format("{} finished call logs could not be written: the next start makes them of "
                        "what their journals have",
                        finished.size()));
}

Status JournalWriter::Impl::write(Journal& journal) {
    if (!journal.file) {
        if (Status s = make_directory(options.folder); !s) return s;
        auto file = open_partial(journal.path, true);
        if (!file) return file.error();
        new_names = true;
        if (Status s = cut_torn_line(*file, journal.path); !s) return s;
        journal.file = std::move(*file);
    }
    std::size_t before = journal.pending.size();
    Status status = append_some(journal.file, journal.path, journal.pending);
    pending_bytes -= before - journal.pending.size();
    if (journal.pending.empty()) std::string().swap(journal.pending);  // calls are many
    journal.dirty = dirty = true;
    return status;
}

Status JournalWriter::Impl::sync_all() {
    if (new_names)
        if (Status s = sync_folder(options.folder); !s) return s;
    new_names = false;
    for (auto& [sid, journal] : journals) {
        if (!journal.dirty) continue;
        if (Status s = sync_data(journal.file, journal.path); !s) return s;
        journal.dirty = false;
    }
    dirty = false;
    last_sync = Clock::now();
    return Done{};
}

/// Unless `all`, those that can be saved in a moment: the lines of calls that go on do not wait
/// for the logs of a hundred that have ended.
Status JournalWriter::Impl::save_finished(bool all) {
    const auto until = Clock::now() + std::chrono::milliseconds(20);
    do {
        Finish& finish = finished.front();
        auto path = save_log(options.folder, *finish.log);
        if (!path) return path.error();
        remove_journal(finish.log->meta.call_sid);
        if (finish.saved) finish.saved(*path);
        finished.pop_front();
    } while (!finished.empty() && (all || Clock::now() < until));
    return Done{};
}

void JournalWriter::Impl::trouble(const Error& error) {
    retry_at = Clock::now() + options.retry_every;
    if (!std::exchange(failing, true) && options.tell)
        options.tell(error.what +
                     "; calls go on, their logs are kept in memory until it works again");
}

void JournalWriter::Impl::relief() {
    if (std::exchange(failing, false) && options.tell)
        options.tell("call logs can be written again");
}

bool JournalWriter::Impl::settled() const {
    return !failing && !dirty && finished.empty() && pending_bytes == 0;
}

std::optional<Clock::time_point> JournalWriter::Impl::next_work() const {
    if (!finished.empty() && !finish_failed) return Clock::time_point{};
    std::optional<Clock::time_point> when;
    if (failing) when = retry_at;
    if (dirty && !sync_failed)
        when = std::min(when.value_or(Clock::time_point::max()), last_sync + options.commit_every);
    return when;
}

JournalWriter::JournalWriter(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

JournalWriter::~JournalWriter() {
    {
        std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
        impl_->wake.notify_one();
    }
    impl_->thread.join();
}

void JournalWriter::start(const CallMeta& meta) {
    impl_->post(
        Append{meta.call_sid, journal_path(impl_->options.folder, meta), start_line(meta) + "\n"});
}

void JournalWriter::resume(Leftover leftover) {
    impl_->post(Adopt{std::make_unique<Leftover>(std::move(leftover))});
}

void JournalWriter::keep(const std::string& call_sid, const call::Record& record, call::Keep fact) {
    std::string line = fact_line(record, fact);
    if (!line.empty()) impl_->post(Append{call_sid, "", line + "\n"});
}

void JournalWriter::keep(const std::string& call_sid, std::size_t index,
                         const call::TranscriptLine& line) {
    impl_->post(Append{call_sid, "", line_at(index, line) + "\n"});
}

void JournalWriter::finish(CallLog log, OnSaved saved) {
    impl_->post(Finish{std::make_unique<CallLog>(std::move(log)), std::move(saved)});
}

void JournalWriter::discard(const std::string& call_sid) { impl_->post(Discard{call_sid}); }

bool JournalWriter::flush(std::chrono::milliseconds patience) {
    std::unique_lock lock(impl_->mutex);
    std::uint64_t upto = impl_->posted;
    return impl_->quiet.wait_for(lock, patience, [&] { return impl_->durable >= upto; });
}

}  // namespace pa::store
