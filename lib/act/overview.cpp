#include "act/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "act/ask.hpp"
#include "act/schedule.hpp"
#include "json/writer.hpp"
#include "store/ledger.hpp"

namespace pa::act {
namespace {

int rank(const std::string& state) {
    return state == "open" ? 0 : state == "failed" || state == "missed" ? 1 : 2;
}

std::string state_of(const Receipt& r) {
    if (r.retry) return "open";
    if (r.status == "failed") return "failed";
    if (r.status == "skipped" && is_broken(r)) return "missed";
    return r.status == "scheduled" ? "open" : "done";
}

using Entries = std::map<std::string, Entry>;
void take_request(const store::Request& q, Entries& entries) {
    Entry& e = entries[q.id];
    e = {q.id, q.type, q.title, q.fulfilled ? "done" : "open", "", q.phone, q.by_owner, WallTime{}};
    e.what = q.fulfilled ? "done during the call" : "not carried out yet";
    if (q.due_at) e.at = *q.due_at;
}

void take_receipt(const Receipt& r, Entries& entries) {
    Entry& e = entries[r.request_id];
    e.id = r.request_id;
    if (e.type.empty()) e.type = r.type;
    e.what = r.what;
    e.state = state_of(r);
    e.at = r.at;
}

/// What was asked about is settled: another request came of the answer, or none.
void take_questions(const std::vector<Question>& open, Entries& entries, const ReceiptBook& book) {
    for (auto& [id, e] : entries) {
        const Receipt* r = book.last(id);
        if (r == nullptr || r->where != ask_file) continue;
        auto is = [&id = id](const Question& q) { return q.request_id == id; };
        if (std::none_of(open.begin(), open.end(), is)) e.state = "done";
    }
}

void take_job(const Job& j, const std::string& folder, Entries& entries) {
    Entry& e = entries[j.request_id];
    bool is_open = folder == "jobs" || folder == "running";
    if (e.id.empty()) e = {j.request_id, j.type, j.title, "done", j.title, j.to, true, j.due_at};
    if (e.title.empty()) e.title = j.title;
    if (!is_open) {
        if (e.state == "open") e.state = folder == "failed" ? "failed" : "done";
        return;
    }
    e.state = "open";
    e.at = j.run_at;
    e.what = folder == "running" ? "being called"
                                 : fmt::format("call at {}{}", show_time(j.run_at),
                                               j.repeat.empty() ? "" : ", " + j.repeat);
}

}  // namespace

Result<std::vector<Entry>> overview(const config::Settings& s) {
    auto ledger = store::load_ledger(s.call_log_dir);
    if (!ledger) return ledger.error();
    Entries entries;
    for (const auto& [sid, findings] : *ledger)
        for (const store::Request& q : findings.requests) take_request(q, entries);
    ReceiptBook book(s.directory + "/spool");
    if (Status read = book.refresh(); !read) return read.error();
    for (const Receipt& r : book.all()) take_receipt(r, entries);
    auto questions = AskList(s.directory + "/spool").open();
    if (!questions) return questions.error();
    take_questions(*questions, entries, book);
    Spool spool(s.directory, "");
    for (const char* folder : {"done", "failed", "jobs", "running"}) {
        auto jobs = spool.list(folder);
        if (!jobs) return jobs.error();
        for (const Job& j : *jobs) take_job(j, folder, entries);
    }
    std::vector<Entry> list;
    for (auto& [id, entry] : entries) list.push_back(std::move(entry));
    std::stable_sort(list.begin(), list.end(), [](const Entry& a, const Entry& b) {
        return std::make_pair(rank(a.state), a.at) < std::make_pair(rank(b.state), b.at);
    });
    return list;
}

Result<std::vector<Entry>> promises(const config::Settings& s) {
    auto ledger = store::load_ledger(s.call_log_dir);
    if (!ledger) return ledger.error();
    ReceiptBook book(s.directory + "/spool");
    if (Status read = book.refresh(); !read) return read.error();
    std::vector<Entry> open;
    for (const auto& [sid, findings] : *ledger)
        for (const store::Request& q : findings.requests) {
            const Receipt* last = book.last(q.id);
            if (!q.promised || q.fulfilled || (last != nullptr && !is_broken(*last))) continue;
            Entries entry;
            take_request(q, entry);
            open.push_back(entry.begin()->second);
            open.back().what = last == nullptr ? fmt::format("promised in the call {}", q.call_sid)
                                               : fmt::format("promised, but {}", last->what);
        }
    return open;
}

std::vector<std::string> promise_files(const config::Settings& s) {
    return {store::ledger_path(s.call_log_dir), ReceiptBook::path_in(s.directory + "/spool")};
}

std::string write_entry(const Entry& e) {
    json::Writer w;
    w.start().object().member("id", e.id).member("state", e.state).member("type", e.type);
    w.member("title", e.title).member("what", e.what);
    if (!e.phone.empty()) w.member("phone", e.phone);
    if (e.at != WallTime{}) w.member("at", to_iso(e.at, false));
    return w.end().str();
}

std::string show_entry(const Entry& e) {
    // A receipt's sentence begins with the title.
    bool told = e.title.empty() || e.what.find(e.title) != std::string::npos;
    return fmt::format("{:<6} {:<9} {:<16}  {}", e.state, e.type, e.id,
                       told ? e.what : fmt::format("{}: {}", e.title, e.what));
}

}  // namespace pa::act
