// The items of a simulated conversation, and what they cost.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "json/writer.hpp"
#include "sim/clip_book.hpp"

namespace pa::sim {

struct Item {
    std::string id;
    std::string type = "message";  // message function_call function_call_output
    std::string role;              // of a message
    std::string status = "completed";
    std::string phase;  // "": none
    std::string
        content_type;       // input_audio output_audio input_text output_text; "": no content yet
    std::string text;       // or transcript; of the caller's audio "" until it has come
    bool has_text = false;  // false: the transcript is null
    std::string audio;      // mu-law
    std::string call_id, name, arguments, output;
    // not on the wire
    std::string response_id;
    std::vector<Heard> heard;  // clips in the caller's audio
    std::string answered_by;   // the response that has taken it up
    bool truncated = false;

    [[nodiscard]] bool is_audio() const { return content_type.ends_with("_audio"); }
    [[nodiscard]] std::int64_t audio_ms() const {
        return static_cast<std::int64_t>(audio.size() / 8);
    }
    void write(json::Writer& w, bool with_audio = false) const;
};

/// Tokens as openai.com counts them, roughly: the caller's audio 1 in 100 ms, the assistant's 1 in
/// 50 ms, text 1 in 4 bytes.
struct Tokens {
    std::int64_t text = 0, audio = 0;
    [[nodiscard]] std::int64_t all() const { return text + audio; }
    Tokens& operator+=(const Tokens& o) {
        text += o.text, audio += o.audio;
        return *this;
    }
};
[[nodiscard]] Tokens tokens_of(std::string_view text);
[[nodiscard]] Tokens tokens_of(const Item& item);

class Conversation {
public:
    /// Puts it behind `previous` ("" at the end, "root" at the beginning). Null if that is not
    /// there.
    Item* add(Item item, std::string_view previous = {});
    [[nodiscard]] Item* find(std::string_view id);
    bool remove(std::string_view id);
    /// The id before this item; "" if it is the first.
    [[nodiscard]] std::string before(std::string_view id) const;
    [[nodiscard]] std::string last_id() const { return items_.empty() ? "" : items_.back().id; }
    [[nodiscard]] const std::list<Item>& items() const { return items_; }
    [[nodiscard]] std::list<Item>& items() { return items_; }
    [[nodiscard]] Tokens tokens() const;

private:
    std::list<Item> items_;  // a list: pointers to items stay good
};

}  // namespace pa::sim
