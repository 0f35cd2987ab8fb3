// Who said what, in order, from events that come late, twice or not at all.
//
// A slot is made when an item of the conversation is first heard of; its text comes when it comes.
// The order is that of the conversation: each item names its predecessor, be that a turn, an
// answer, or a function call that is no line here. Slots stay where they were made, so that an
// index stays what it is; ordered() puts them right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "call/record.hpp"

namespace pa::call {

class Transcript {
public:
    static constexpr std::string_view inaudible = "[inaudible]";
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

    /// The caller began (or, later, ended) an item; times in ms of the call.
    void caller_started(std::string_view item_id, std::int64_t at_ms);
    void caller_stopped(std::string_view item_id, std::int64_t at_ms);
    void caller_committed(std::string_view item_id, std::string_view previous_item_id);
    /// The text of a caller's item; a text of punctuation only counts as nothing said. Returns the
    /// index of the line.
    std::size_t caller_text(std::string_view item_id, std::string_view text);
    std::size_t caller_failed(std::string_view item_id);

    void agent_started(std::string_view item_id, std::int64_t at_ms);
    void agent_delta(std::string_view item_id, std::string_view delta);
    std::size_t agent_text(std::string_view item_id, std::string_view text);
    /// No more text comes for what the agent has said so far: a line whose text was not completed
    /// keeps what it has. Returns the indices of those.
    std::vector<std::size_t> agent_stopped();
    /// `bytes` of its audio were sent, to be heard from `from_ms` on.
    void agent_audible(std::string_view item_id, std::int64_t from_ms, std::int64_t bytes);
    /// The caller will not hear the last `unheard_ms` of what was sent. For each part of the item.
    std::size_t agent_cut(std::string_view item_id, std::int64_t unheard_ms, std::int64_t at_ms);
    /// `bytes` of its audio came too late to be sent: the text belongs to them too.
    void agent_dropped(std::string_view item_id, std::int64_t bytes, std::int64_t at_ms);
    /// Heard to the end. Returns the index, or npos if there is no such line.
    std::size_t agent_heard(std::string_view item_id, std::int64_t at_ms);

    /// An item of any kind and its predecessor ("" if it is not said).
    void order(std::string_view item_id, std::string_view previous_item_id);
    void deleted(std::string_view item_id);

    /// Lines of an earlier process, each at its place and all before what is still to come, in the
    /// order of their start; one without text was never said. Only into an empty transcript.
    void restore(const std::vector<TranscriptLine>& lines);

    /// Committed turns of the caller whose text is still to come.
    [[nodiscard]] bool waiting_for_text() const { return waiting_ > 0; }
    /// Turns without their text will be heard again in another session: they do not count.
    void forget_waiting();
    /// Gives up waiting: such turns become `inaudible`. Returns their indices.
    std::vector<std::size_t> give_up_waiting();
    [[nodiscard]] std::size_t last_agent_line() const;  // npos if there is none

    [[nodiscard]] const TranscriptLine& line(std::size_t index) const { return slots_[index].line; }
    [[nodiscard]] std::size_t size() const { return slots_.size(); }
    /// The conversation in order, without slots in which nothing was said.
    [[nodiscard]] std::vector<TranscriptLine> ordered() const;
    /// The beginning of ordered() that will not change any more: texts are there, what the agent
    /// says has been heard or cut. For those who watch a call.
    [[nodiscard]] std::vector<TranscriptLine> settled(std::int64_t now_ms) const;

private:
    struct Slot {
        TranscriptLine line;
        std::string previous;
        bool is_line = false;  // and not only a place in the order
        bool committed = false, has_text = false, gone = false;
        std::int64_t audio_bytes = 0, unheard_ms = 0;
    };
    [[nodiscard]] std::size_t find(std::string_view item_id) const;
    Slot& slot(std::string_view item_id);
    Slot& line_of(std::string_view item_id, TranscriptLine::Role role);
    [[nodiscard]] static bool waiting(const Slot& s);
    void settle(Slot& s, std::string text);
    static void measure(Slot& s);
    [[nodiscard]] std::vector<std::size_t> sequence() const;
    [[nodiscard]] static bool said(const Slot& s);

    std::vector<Slot> slots_;
    std::size_t waiting_ = 0;
};

/// The beginning of `text` that belongs to the first heard_ms of total_ms of its audio: whole
/// words, by proportion; characters where a language puts no blanks. (The service cannot align text
/// and audio itself; guide realtime-conversations.)
[[nodiscard]] std::string heard_part(std::string_view text, std::int64_t heard_ms,
                                     std::int64_t total_ms);

/// Whether `quote` may be words of `text`, whatever its blanks, punctuation and letter case: it
/// stands there, or at least half of its pairs of letters do (two recognisers seldom write alike).
[[nodiscard]] bool could_be_said(std::string_view quote, std::string_view text);

/// True if there is no letter or digit in it (recognisers turn noise into "." or "♪").
[[nodiscard]] bool punctuation_only(std::string_view text);

}  // namespace pa::call
