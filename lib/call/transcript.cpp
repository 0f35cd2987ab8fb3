#include "call/transcript.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pa::call {

std::size_t Transcript::find(std::string_view item_id) const {
    // Events are about the last few items: search from the end.
    for (std::size_t i = slots_.size(); i-- > 0;)
        if (slots_[i].line.item_id == item_id) return i;
    return npos;
}

Transcript::Slot& Transcript::slot(std::string_view item_id, TranscriptLine::Role role) {
    std::size_t i = find(item_id);
    if (i != npos) return slots_[i];
    Slot made;
    made.line.item_id = item_id;
    made.line.role = role;
    return slots_.emplace_back(std::move(made));
}

void Transcript::caller_started(std::string_view item_id, std::int64_t at_ms) {
    TranscriptLine& l = slot(item_id, TranscriptLine::Role::user).line;
    l.start_ms = l.end_ms = at_ms;
}

void Transcript::caller_stopped(std::string_view item_id, std::int64_t at_ms) {
    slot(item_id, TranscriptLine::Role::user).line.end_ms = at_ms;
}

void Transcript::caller_committed(std::string_view item_id, std::string_view previous_item_id) {
    slot(item_id, TranscriptLine::Role::user).committed = true;
    order(item_id, previous_item_id);
}

std::size_t Transcript::caller_text(std::string_view item_id, std::string_view text) {
    Slot& s = slot(item_id, TranscriptLine::Role::user);
    s.has_text = s.committed = true;
    s.line.text = punctuation_only(text) ? std::string() : to_utf8(trim(text));
    return find(item_id);
}

std::size_t Transcript::caller_failed(std::string_view item_id) {
    Slot& s = slot(item_id, TranscriptLine::Role::user);
    s.has_text = s.committed = true;
    s.line.text = inaudible;
    return find(item_id);
}

void Transcript::agent_started(std::string_view item_id, std::int64_t at_ms) {
    std::size_t before = slots_.size();
    TranscriptLine& l = slot(item_id, TranscriptLine::Role::assistant).line;
    if (slots_.size() > before) l.start_ms = l.end_ms = at_ms;
}

void Transcript::agent_delta(std::string_view item_id, std::string_view delta) {
    Slot& s = slot(item_id, TranscriptLine::Role::assistant);
    if (!s.has_text) s.line.text += delta;
}

std::size_t Transcript::agent_text(std::string_view item_id, std::string_view text) {
    Slot& s = slot(item_id, TranscriptLine::Role::assistant);
    s.has_text = true;
    s.line.text = to_utf8(text);
    // A cut that was made on half a text is made again on the whole.
    if (s.line.interrupted)
        s.line.heard = heard_part(s.line.text, s.line.heard_ms, s.line.total_ms);
    return find(item_id);
}

void Transcript::agent_audible(std::string_view item_id, std::int64_t from_ms,
                               std::int64_t audio_ms) {
    TranscriptLine& l = slot(item_id, TranscriptLine::Role::assistant).line;
    if (l.total_ms == 0) l.start_ms = from_ms;
    l.total_ms += audio_ms;
    l.end_ms = l.start_ms + l.total_ms;
}

std::size_t Transcript::agent_cut(std::string_view item_id, std::int64_t heard_ms,
                                  std::int64_t total_ms, std::int64_t at_ms) {
    std::size_t i = find(item_id);
    if (i == npos) return npos;
    TranscriptLine& l = slots_[i].line;
    l.interrupted = true;
    l.heard_ms = heard_ms;
    l.total_ms = total_ms;
    l.end_ms = std::max(l.start_ms, at_ms);
    if (heard_ms == 0) l.start_ms = l.end_ms;
    l.heard = heard_part(l.text, heard_ms, total_ms);
    return i;
}

std::size_t Transcript::agent_heard(std::string_view item_id, std::int64_t at_ms) {
    std::size_t i = find(item_id);
    if (i != npos && !slots_[i].line.interrupted)
        slots_[i].line.end_ms = std::max(slots_[i].line.start_ms, at_ms);
    return i;
}

void Transcript::order(std::string_view item_id, std::string_view previous_item_id) {
    std::size_t i = find(item_id);
    if (i != npos && !previous_item_id.empty()) slots_[i].previous = previous_item_id;
}

void Transcript::deleted(std::string_view item_id) {
    std::size_t i = find(item_id);
    if (i != npos) slots_[i].gone = true;
}

bool Transcript::waiting_for_text() const {
    return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) {
        return s.line.role == TranscriptLine::Role::user && s.committed && !s.has_text;
    });
}

std::vector<std::size_t> Transcript::give_up_waiting() {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& s = slots_[i];
        if (s.line.role != TranscriptLine::Role::user || !s.committed || s.has_text) continue;
        s.has_text = true;
        s.line.text = inaudible;
        out.push_back(i);
    }
    return out;
}

void Transcript::forget_waiting() {
    for (Slot& s : slots_)
        if (s.line.role == TranscriptLine::Role::user && !s.has_text) s.gone = s.has_text = true;
}

std::size_t Transcript::last_agent_line() const {
    for (std::size_t i = slots_.size(); i-- > 0;)
        if (slots_[i].line.role == TranscriptLine::Role::assistant) return i;
    return npos;
}

std::vector<TranscriptLine> Transcript::ordered() const {
    // Slots were made in order of arrival; one that names a later-made predecessor goes behind it.
    std::vector<const Slot*> order;
    for (const Slot& s : slots_) {
        auto place = order.end();
        for (auto it = order.begin(); it != order.end(); ++it) {
            if ((*it)->previous == s.line.item_id) {
                place = it;  // somebody already here follows this one
                break;
            }
        }
        order.insert(place, &s);
    }
    std::vector<TranscriptLine> lines;
    for (const Slot* s : order) {
        bool said = !s->gone && !s->line.text.empty() &&
                    (s->line.role == TranscriptLine::Role::assistant || s->committed);
        if (said) lines.push_back(s->line);
    }
    return lines;
}

std::string heard_part(std::string_view text, std::int64_t heard_ms, std::int64_t total_ms) {
    if (heard_ms <= 0 || total_ms <= 0 || text.empty()) return {};
    std::size_t length = utf8_length(text);
    auto count =
        static_cast<std::size_t>(static_cast<double>(length) * static_cast<double>(heard_ms) /
                                 static_cast<double>(total_ms));
    if (count >= length) return std::string(text);
    std::string_view part = utf8_prefix(text, count);
    // Cut inside a word: that word was not heard.
    if (text[part.size()] != ' ') part = part.substr(0, part.find_last_of(' ') + 1);
    return std::string(trim(part));
}

bool punctuation_only(std::string_view text) {
    // Anything beyond ASCII but the general and CJK punctuation blocks counts as a letter.
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto c = static_cast<unsigned char>(text[i]);
        if (is_ascii_alnum(text[i])) return false;
        if (c < 0x80) continue;
        bool punctuation =
            (c == 0xE2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0x80) ||
            (c == 0xE3 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0x80) ||
            (c == 0xC2);
        if (!punctuation) return false;
        i += c == 0xC2 ? 1 : 2;
    }
    return true;
}

}  // namespace pa::call
