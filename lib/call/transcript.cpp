#include "call/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/text.hpp"

namespace pa::call {
namespace {

using Role = TranscriptLine::Role;
constexpr std::int64_t bytes_per_ms = 8;  // u-law

}  // namespace

std::size_t Transcript::find(std::string_view item_id) const {
    // Events are about the last few items: search from the end.
    for (std::size_t i = slots_.size(); i-- > 0;)
        if (slots_[i].line.item_id == item_id) return i;
    return npos;
}

Transcript::Slot& Transcript::slot(std::string_view item_id) {
    std::size_t i = find(item_id);
    if (i != npos) return slots_[i];
    Slot made;
    made.line.item_id = item_id;
    return slots_.emplace_back(std::move(made));
}

Transcript::Slot& Transcript::line_of(std::string_view item_id, Role role) {
    Slot& s = slot(item_id);
    if (!s.is_line) s.line.role = role;
    s.is_line = true;
    return s;
}

// --- the caller ---

void Transcript::caller_started(std::string_view item_id, std::int64_t at_ms) {
    TranscriptLine& l = line_of(item_id, Role::user).line;
    l.start_ms = l.end_ms = at_ms;
}

void Transcript::caller_stopped(std::string_view item_id, std::int64_t at_ms) {
    TranscriptLine& l = line_of(item_id, Role::user).line;
    l.end_ms = std::max(l.start_ms, at_ms);
}

void Transcript::caller_committed(std::string_view item_id, std::string_view previous_item_id) {
    Slot& s = line_of(item_id, Role::user);
    bool was = waiting(s);
    s.committed = true;
    if (waiting(s) && !was) ++waiting_;
    order(item_id, previous_item_id);
}

bool Transcript::waiting(const Slot& s) {
    return s.is_line && s.line.role == Role::user && s.committed && !s.has_text;
}

/// A turn has got its text, or never will.
void Transcript::settle(Slot& s, std::string text) {
    if (waiting(s)) --waiting_;
    s.committed = s.has_text = true;
    s.line.text = std::move(text);
}

std::size_t Transcript::caller_text(std::string_view item_id, std::string_view text) {
    Slot& s = line_of(item_id, Role::user);
    settle(s, punctuation_only(text) ? std::string() : to_utf8(trim(text)));
    return find(item_id);
}

std::size_t Transcript::caller_failed(std::string_view item_id) {
    Slot& s = line_of(item_id, Role::user);
    if (!s.has_text) settle(s, std::string(inaudible));
    return find(item_id);
}

std::vector<std::size_t> Transcript::give_up_waiting() {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (!waiting(slots_[i])) continue;
        settle(slots_[i], std::string(inaudible));
        out.push_back(i);
    }
    return out;
}

void Transcript::forget_waiting() {
    for (Slot& s : slots_) {
        if (!s.is_line || s.line.role != Role::user || s.has_text) continue;
        settle(s, {});
        s.gone = true;
    }
}

// --- the agent ---

void Transcript::agent_started(std::string_view item_id, std::int64_t at_ms) {
    Slot& s = slot(item_id);
    if (s.is_line) return;
    s.is_line = true;
    s.line.role = Role::assistant;
    s.line.start_ms = s.line.end_ms = at_ms;
}

void Transcript::agent_delta(std::string_view item_id, std::string_view delta) {
    Slot& s = line_of(item_id, Role::assistant);
    if (s.has_text) return;
    s.line.text += delta;
    measure(s);
}

std::size_t Transcript::agent_text(std::string_view item_id, std::string_view text) {
    Slot& s = line_of(item_id, Role::assistant);
    s.has_text = true;
    s.line.text = to_utf8(text);
    measure(s);
    return find(item_id);
}

std::vector<std::size_t> Transcript::agent_stopped() {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& s = slots_[i];
        if (!s.is_line || s.line.role != Role::assistant || s.has_text) continue;
        s.has_text = true;
        if (!s.line.text.empty()) out.push_back(i);
    }
    return out;
}

void Transcript::agent_audible(std::string_view item_id, std::int64_t from_ms, std::int64_t bytes) {
    Slot& s = line_of(item_id, Role::assistant);
    if (s.audio_bytes == 0) s.line.start_ms = from_ms;
    s.audio_bytes += bytes;
    s.line.end_ms = s.line.start_ms + s.audio_bytes / bytes_per_ms;
    measure(s);
}

std::size_t Transcript::agent_cut(std::string_view item_id, std::int64_t unheard_ms,
                                  std::int64_t at_ms) {
    std::size_t i = find(item_id);
    if (i == npos || !slots_[i].is_line) return npos;
    Slot& s = slots_[i];
    s.line.interrupted = true;
    s.unheard_ms += unheard_ms;
    // What was still waiting to be heard never began.
    s.line.start_ms = std::min(s.line.start_ms, at_ms);
    s.line.end_ms = at_ms;
    measure(s);
    return i;
}

void Transcript::agent_dropped(std::string_view item_id, std::int64_t bytes, std::int64_t at_ms) {
    Slot& s = line_of(item_id, Role::assistant);
    if (!s.line.interrupted) s.line.start_ms = s.line.end_ms = at_ms;
    s.line.interrupted = true;
    std::int64_t before = s.audio_bytes / bytes_per_ms;
    s.audio_bytes += bytes;
    s.unheard_ms += s.audio_bytes / bytes_per_ms - before;
    measure(s);
}

/// What was heard of a line that was cut; again whenever its text or audio turns out longer.
void Transcript::measure(Slot& s) {
    TranscriptLine& l = s.line;
    l.total_ms = s.audio_bytes / bytes_per_ms;
    if (!l.interrupted) return;
    l.heard_ms = std::max<std::int64_t>(0, l.total_ms - s.unheard_ms);
    l.heard = heard_part(l.text, l.heard_ms, l.total_ms);
}

std::size_t Transcript::agent_heard(std::string_view item_id, std::int64_t at_ms) {
    std::size_t i = find(item_id);
    if (i != npos && !slots_[i].line.interrupted)
        slots_[i].line.end_ms = std::max(slots_[i].line.start_ms, at_ms);
    return i;
}

std::size_t Transcript::last_agent_line() const {
    for (std::size_t i = slots_.size(); i-- > 0;)
        if (slots_[i].is_line && slots_[i].line.role == Role::assistant) return i;
    return npos;
}

void Transcript::restore(const std::vector<TranscriptLine>& lines) {
    std::vector<std::size_t> by_start(lines.size());
    std::iota(by_start.begin(), by_start.end(), std::size_t{0});
    std::stable_sort(by_start.begin(), by_start.end(), [&](std::size_t a, std::size_t b) {
        return lines[a].start_ms < lines[b].start_ms;
    });
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Slot s;
        s.line = lines[i];
        s.line.item_id =
            fmt::format("restored_{}", i);  // the service's names died with the session
        s.is_line = s.committed = s.has_text = true;
        s.gone = s.line.text.empty();
        slots_.push_back(std::move(s));
    }
    for (std::size_t i = 1; i < by_start.size(); ++i)
        slots_[by_start[i]].previous = slots_[by_start[i - 1]].line.item_id;
}

// --- the order ---

void Transcript::order(std::string_view item_id, std::string_view previous_item_id) {
    Slot& s = slot(item_id);
    if (!previous_item_id.empty()) s.previous = previous_item_id;
}

void Transcript::deleted(std::string_view item_id) {
    std::size_t i = find(item_id);
    if (i == npos) return;
    settle(slots_[i], std::move(slots_[i].line.text));
    slots_[i].gone = true;
}

/// Each behind its predecessor; where none is known, as they were heard of.
std::vector<std::size_t> Transcript::sequence() const {
    std::unordered_map<std::string_view, std::size_t> place;
    for (std::size_t i = 0; i < slots_.size(); ++i) place.emplace(slots_[i].line.item_id, i);
    std::vector<std::vector<std::size_t>> followers(slots_.size());
    std::vector<std::size_t> firsts;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        auto before = place.find(slots_[i].previous);
        bool known = before != place.end() && before->second != i && !slots_[i].previous.empty();
        (known ? followers[before->second] : firsts).push_back(i);
    }
    std::vector<std::size_t> out, todo;
    std::vector<bool> seen(slots_.size());
    auto walk = [&](std::size_t from) {
        for (todo.push_back(from); !todo.empty();) {
            std::size_t i = todo.back();
            todo.pop_back();
            if (seen[i]) continue;
            seen[i] = true;
            out.push_back(i);
            todo.insert(todo.end(), followers[i].rbegin(), followers[i].rend());
        }
    };
    for (std::size_t i : firsts) walk(i);
    for (std::size_t i = 0; i < slots_.size(); ++i) walk(i);  // predecessors in a circle
    return out;
}

bool Transcript::said(const Slot& s) {
    return s.is_line && !s.gone && !s.line.text.empty() &&
           (s.line.role == Role::assistant || s.committed);
}

std::vector<TranscriptLine> Transcript::ordered() const {
    std::vector<TranscriptLine> lines;
    for (std::size_t i : sequence())
        if (said(slots_[i])) lines.push_back(slots_[i].line);
    return lines;
}

std::vector<TranscriptLine> Transcript::settled(std::int64_t now_ms) const {
    std::vector<TranscriptLine> lines;
    for (std::size_t i : sequence()) {
        const Slot& s = slots_[i];
        bool agent = s.line.role == Role::assistant;
        bool heard = s.line.interrupted || (s.has_text && s.line.end_ms <= now_ms);
        if (s.is_line && !s.gone && !(agent ? heard : s.has_text)) break;
        if (said(s)) lines.push_back(s.line);
    }
    return lines;
}

}  // namespace pa::call
