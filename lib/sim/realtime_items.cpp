// Items of the conversation, as the client adds, deletes, fetches and truncates them.
#include <fmt/format.h>

#include "base/base64.hpp"
#include "sim/realtime_session.hpp"

namespace pa::sim {

void RealtimeSession::send_item(std::string_view type, const Item& item, bool with_previous) {
    json::Writer& w = event(type);
    if (with_previous) {
        std::string previous = conversation_.before(item.id);
        w.key("previous_item_id");
        previous.empty() ? w.null() : w.value(previous);
    }
    item.write(w.key("item"), !with_previous);
    send();
}

void RealtimeSession::add_item(Item item, std::string_view previous) {
    Item* added = conversation_.add(std::move(item), previous);
    send_item("conversation.item.added", *added);
    send_item("conversation.item.done", *added);
}

void RealtimeSession::on_item_create(json::Value e) {
    json::Value v = e["item"];
    Item item;
    item.id = v["id"].text();
    item.type = v["type"].text();
    item.role = v["role"].text();
    item.phase = v["phase"].text();
    auto refuse = [&](const char* code, std::string message, const char* param) {
        send_error({code, std::move(message), param}, e["event_id"].text());
    };
    std::string_view previous = e["previous_item_id"].text();
    if (!previous.empty() && previous != "root" && conversation_.find(previous) == nullptr)
        return refuse("item_not_found",
                      fmt::format("Error adding item: the previous item with id '{}' does "
                                  "not exist.",
                                  previous),
                      "previous_item_id");
    if (item.id.empty()) item.id = new_id("item");
    if (conversation_.find(item.id) != nullptr)
        return refuse("invalid_value",
                      fmt::format("Item with item_id '{}' already exists.", item.id), "item.id");
    json::Value part = v["content"].at(0);
    item.content_type = part["type"].text();
    item.text = part["text"].text();
    item.has_text = part["text"].is_string();
    item.call_id = v["call_id"].text();
    item.name = v["name"].text();
    item.arguments = v["arguments"].text();
    item.output = v["output"].text();
    if (item.content_type == "input_audio") {
        item.audio = base64_decode(part["audio"].text()).value_or("");
        item.heard = book_.recognise(item.audio);
    }
    bool called = false;
    for (const Item& other : conversation_.items())
        called = called || (other.type == "function_call" && other.call_id == item.call_id);
    if (item.type == "function_call_output" && !called)
        return refuse("invalid_tool_call_id",
                      fmt::format("Tool call ID '{}' not found in conversation.", item.call_id),
                      "item.call_id");
    add_item(std::move(item), previous);
}

void RealtimeSession::on_item_delete(json::Value e) {
    std::string id(e["item_id"].text());
    if (!conversation_.remove(id))
        return send_error({"item_not_found",
                           fmt::format("Error deleting item: the item with id '{}' does not "
                                       "exist.",
                                       id),
                           "item_id"},
                          e["event_id"].text());
    event("conversation.item.deleted").member("item_id", id);
    send();
}

void RealtimeSession::on_item_retrieve(json::Value e) {
    const Item* item = conversation_.find(e["item_id"].text());
    if (item == nullptr)
        return send_error({"item_not_found",
                           fmt::format("Error retrieving item: the item with id '{}' does not "
                                       "exist.",
                                       e["item_id"].text()),
                           "item_id"},
                          e["event_id"].text());
    send_item("conversation.item.retrieved", *item, false);
}

void RealtimeSession::on_truncate(json::Value e) {
    std::string id(e["item_id"].text());
    std::int64_t end_ms = e["audio_end_ms"].integer(), index = e["content_index"].integer();
    Item* item = conversation_.find(id);
    std::string_view event_id = e["event_id"].text();
    if (item == nullptr)
        return send_error(
            {"item_truncate_invalid_item_id",
             fmt::format("Error truncating item: the item with id '{}' does not exist.", id),
             "item_id"},
            event_id);
    if (item->role != "assistant" || item->content_type != "output_audio" || item->audio.empty())
        return send_error({"", "Only model output audio messages can be truncated", ""}, event_id);
    if (index != 0)
        return send_error(
            {"invalid_value", "Invalid 'content_index': there is only content part 0.",
             "content_index"},
            event_id);
    if (end_ms > item->audio_ms())
        return send_error({"invalid_value",
                           fmt::format("Audio content of {}ms is already shorter than {}ms",
                                       item->audio_ms(), end_ms),
                           "audio_end_ms"},
                          event_id);
    item->audio.resize(static_cast<std::size_t>(end_ms) * 8);
    item->text.clear();  // the server cannot align text and audio: the transcript goes
    item->truncated = true;
    event("conversation.item.truncated").member("item_id", id).member("content_index", 0);
    writer_.member("audio_end_ms", end_ms);
    send();
}

}  // namespace pa::sim
