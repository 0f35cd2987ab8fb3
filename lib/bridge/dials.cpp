#include "bridge/dials.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/phone_number.hpp"
#include "dial/ledger.hpp"

namespace pa::bridge {

std::string Dials::add(Dial dial, TimePoint now) {
    std::lock_guard lock(mutex_);
    forget_old(now);
    std::string id = hex(random_bytes(16));
    entries_.emplace(id, Entry{id, std::move(dial), now, {}});
    return id;
}

bool Dials::bind(std::string_view id, std::string_view call_sid) {
    std::lock_guard lock(mutex_);
    auto it = entries_.find(id);
    if (it == entries_.end()) return false;
    it->second.call_sid = call_sid;
    return true;
}

void Dials::remove(std::string_view id) {
    std::lock_guard lock(mutex_);
    if (auto it = entries_.find(id); it != entries_.end()) entries_.erase(it);
}

std::optional<Dial> Dials::take(std::string_view call_sid, std::string_view to, TimePoint now) {
    std::lock_guard lock(mutex_);
    forget_old(now);
    auto best = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        const Entry& e = it->second;
        if (e.call_sid == call_sid) {
            best = it;
            break;
        }
        bool unbound = e.call_sid.empty() && e.dial.to == to;
        if (unbound && (best == entries_.end() || e.made < best->second.made)) best = it;
    }
    return take_out(best);
}

std::optional<Dial> Dials::take_bound(std::string_view call_sid, TimePoint now) {
    std::lock_guard lock(mutex_);
    forget_old(now);
    return take_out(std::find_if(entries_.begin(), entries_.end(),
                                 [&](const auto& e) { return e.second.call_sid == call_sid; }));
}

std::optional<Dial> Dials::take_out(Entries::iterator which) {
    if (which == entries_.end()) return std::nullopt;
    Dial dial = std::move(which->second.dial);
    entries_.erase(which);
    return dial;
}

std::vector<Dials::Entry> Dials::all() const {
    std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    for (const auto& [id, entry] : entries_) entries.push_back(entry);
    return entries;
}

void Dials::restore(Entry entry) {
    std::lock_guard lock(mutex_);
    std::string id = entry.id;
    entries_.insert_or_assign(std::move(id), std::move(entry));
}

void Dials::forget_old(TimePoint now) {
    std::erase_if(entries_, [&](const auto& e) { return now > e.second.made + life; });
}

Result<Dial> noted_dial(const std::string& run, std::string_view call_sid, std::string_view to,
                        WallTime now) {
    auto number = PhoneNumber::parse(to);
    if (!number) return Dial{};
    auto attempt = dial::Ledger(run).of_number(*number).read();
    if (!attempt) return attempt.error();
    // One that was killed between the create and its answer could not note the SID.
    const bool unnamed = attempt->state == dial::Attempt::State::attempting &&
                         now - attempt->attempted_at < Dials::life;
    return attempt->call_sid == call_sid || unnamed ? attempt->matter : Dial{};
}

}  // namespace pa::bridge
