#include "bridge/dials.hpp"

#include "base/crypto.hpp"

namespace pa::bridge {

std::string Dials::add(Dial dial, TimePoint now) {
    forget_old(now);
    std::string id = hex(random_bytes(16));
    entries_.emplace(id, Entry{id, std::move(dial), now, {}});
    return id;
}

bool Dials::bind(std::string_view id, std::string_view call_sid) {
    auto it = entries_.find(id);
    if (it == entries_.end()) return false;
    it->second.call_sid = call_sid;
    return true;
}

void Dials::remove(std::string_view id) {
    if (auto it = entries_.find(id); it != entries_.end()) entries_.erase(it);
}

std::optional<Dial> Dials::take(std::string_view call_sid, std::string_view to, TimePoint now) {
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
    if (best == entries_.end()) return std::nullopt;
    Dial dial = std::move(best->second.dial);
    entries_.erase(best);
    return dial;
}

const Dial* Dials::find_bound(std::string_view call_sid) const {
    for (const auto& [id, e] : entries_)
        if (e.call_sid == call_sid) return &e.dial;
    return nullptr;
}

std::vector<Dials::Entry> Dials::all() const {
    std::vector<Entry> entries;
    for (const auto& [id, entry] : entries_) entries.push_back(entry);
    return entries;
}

void Dials::restore(Entry entry) { entries_.insert_or_assign(entry.id, std::move(entry)); }

void Dials::forget_old(TimePoint now) {
    std::erase_if(entries_, [&](const auto& e) { return now > e.second.made + life; });
}

}  // namespace pa::bridge
