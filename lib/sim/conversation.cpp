#include "sim/conversation.hpp"

#include <algorithm>

#include "base/base64.hpp"

namespace pa::sim {
namespace {

constexpr std::int64_t caller_ms_per_token = 100, assistant_ms_per_token = 50;

void write_content(json::Writer& w, const Item& item, bool with_audio) {
    w.key("content").array();
    if (!item.content_type.empty()) {
        w.object().member("type", item.content_type).key(item.is_audio() ? "transcript" : "text");
        item.has_text ? w.value(item.text) : w.null();
        if (with_audio && item.is_audio()) w.member("audio", base64_encode(item.audio));
        w.end();
    }
    w.end();
}

}  // namespace

void Item::write(json::Writer& w, bool with_audio) const {
    w.object().member("id", id).member("object", "realtime.item").member("type", type);
    if (type == "function_call_output") {
        w.member("call_id", call_id).member("output", output).end();
        return;
    }
    w.member("status", status);
    if (type == "function_call") {
        w.member("call_id", call_id).member("name", name).member("arguments", arguments).end();
        return;
    }
    w.member("role", role);
    if (!phase.empty()) w.member("phase", phase);
    write_content(w, *this, with_audio);
    w.end();
}

Tokens tokens_of(std::string_view text) {
    return {static_cast<std::int64_t>((text.size() + 3) / 4), 0};
}

Tokens tokens_of(const Item& item) {
    Tokens sum{3, 0};  // what frames an item
    if (item.is_audio()) {
        std::int64_t each = item.role == "user" ? caller_ms_per_token : assistant_ms_per_token;
        sum.audio = (item.audio_ms() + each - 1) / each;
    }
    if (!item.is_audio() || item.role == "assistant") sum += tokens_of(item.text);
    sum += tokens_of(item.name + item.arguments + item.output);
    return sum;
}

Item* Conversation::add(Item item, std::string_view previous) {
    if (previous.empty()) return &items_.emplace_back(std::move(item));
    if (previous == "root") return &items_.emplace_front(std::move(item));
    auto it =
        std::find_if(items_.begin(), items_.end(), [&](const Item& i) { return i.id == previous; });
    return it == items_.end() ? nullptr : &*items_.insert(std::next(it), std::move(item));
}

Item* Conversation::find(std::string_view id) {
    auto it = std::find_if(items_.begin(), items_.end(), [&](const Item& i) { return i.id == id; });
    return it == items_.end() ? nullptr : &*it;
}

bool Conversation::remove(std::string_view id) {
    return items_.remove_if([&](const Item& i) { return i.id == id; }) > 0;
}

std::string Conversation::before(std::string_view id) const {
    std::string last;
    for (const Item& item : items_) {
        if (item.id == id) break;
        last = item.id;
    }
    return last;
}

Tokens Conversation::tokens() const {
    Tokens sum;
    for (const Item& item : items_) sum += tokens_of(item);
    return sum;
}

}  // namespace pa::sim
