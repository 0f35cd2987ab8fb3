#include "act/remember.hpp"

#include <fmt/format.h>

#include "act/memory.hpp"
#include "base/file.hpp"
#include "store/call_log.hpp"
#include "store/ledger.hpp"

namespace pa::act {
namespace {

Receipt receipt_of(const std::string& sid, MemoryMode mode, bool added) {
    Receipt r;
    r.request_id = "memory-" + sid;
    r.type = "memory";
    r.status = !added ? "skipped" : mode == MemoryMode::ask ? "scheduled" : "done";
    r.what = !added                    ? "nothing new to remember"
             : mode == MemoryMode::ask ? "a patch of MEMORY.md waits for you"
                                       : "remembered";
    if (added && mode == MemoryMode::ask) r.where = fmt::format("spool/memory/{}.patch", sid);
    if (added && mode == MemoryMode::append) r.where = "MEMORY.md";
    return r;
}

/// The call, if it was one with the owner and left something.
std::optional<Memorable> memorable_of(const store::Findings& f, const std::string& folder) {
    if (f.log.empty() || (f.summary.empty() && f.facts.empty())) return std::nullopt;
    auto log = store::load_log(folder + "/" + f.log.substr(f.log.rfind('/') + 1));
    if (!log || !log->meta.owner) return std::nullopt;
    Memorable m{log->meta.started_at, f.summary, {}};
    for (const store::Fact& fact : f.facts) m.facts.push_back(fact.text);
    return m;
}

}  // namespace

Result<std::vector<Receipt>> remember_calls(const config::Settings& s, MemoryMode mode) {
    std::vector<Receipt> receipts;
    if (mode == MemoryMode::off) return receipts;
    auto ledger = store::load_ledger(s.call_log_dir);
    if (!ledger) return ledger.error();
    std::string spool = s.directory + "/spool";
    if (Status made = make_directory(spool); !made) return made.error();
    auto held = FileLock::acquire(spool + "/act.lock");
    if (!held) return held.error();
    ReceiptBook book(spool);
    if (Status read = book.refresh(); !read) return read.error();
    MemoryFile memory(s.workspace_dir, spool, s.language);
    for (const auto& [sid, findings] : *ledger) {
        if (book.settled("memory-" + sid) || !store::is_plain_sid(sid)) continue;
        auto memorable = memorable_of(findings, s.call_log_dir);
        if (!memorable) continue;
        auto added = mode == MemoryMode::ask
                         ? memory.propose(*memorable, fmt::format("{}/memory/{}.patch", spool, sid))
                         : memory.add(*memorable);
        if (!added) return added.error();
        Receipt r = receipt_of(sid, mode, *added);
        if (Status kept = book.append(r); !kept) return kept.error();
        receipts.push_back(*book.last(r.request_id));
    }
    return receipts;
}

}  // namespace pa::act
