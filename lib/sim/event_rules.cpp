#include "sim/event_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace pa::sim {
namespace {

/// One field that is known. Types: o object, a array, s string, i integer, n number, b boolean, 0
/// null,
/// * anything, not looked into. `values`: the strings allowed, with commas.
struct Field {
    std::string_view path;
    std::string_view types;
    std::string_view values = {};
    double least = -1e18, most = 1e18;
};

constexpr std::string_view efforts = "minimal,low,medium,high,xhigh";
constexpr std::string_view formats = "audio/pcm,audio/pcmu";

// A path that begins with '.' is below `session` as well as below `response`.
constexpr std::array fields = {
    Field{"type", "s"},
    Field{"event_id", "s"},
    // session.update
    Field{"session", "o"},
    Field{"session.type", "s", "realtime,transcription"},
    Field{"session.model", "s"},
    Field{"session.audio.input", "o"},
    Field{"session.audio.input.format", "o"},
    Field{"session.audio.input.format.type", "s", formats},
    Field{"session.audio.input.format.rate", "i", {}, 24000, 24000},
    Field{"session.audio.input.transcription", "o0"},
    Field{"session.audio.input.transcription.model", "s"},
    Field{"session.audio.input.transcription.language", "s"},
    Field{"session.audio.input.transcription.languages", "a"},
    Field{"session.audio.input.transcription.languages[]", "s"},
    Field{"session.audio.input.transcription.keywords", "a"},
    Field{"session.audio.input.transcription.keywords[]", "s"},
    Field{"session.audio.input.transcription.prompt", "s"},
    Field{"session.audio.input.transcription.delay", "s", efforts},
    Field{"session.audio.input.noise_reduction", "o0"},
    Field{"session.audio.input.noise_reduction.type", "s", "near_field,far_field"},
    Field{"session.audio.input.noise_reduction.strength", "n"},
    Field{"session.audio.input.turn_detection", "o0"},
    Field{"session.audio.input.turn_detection.type", "s", "server_vad,semantic_vad"},
    Field{"session.audio.input.turn_detection.threshold", "n", {}, 0, 1},
    Field{"session.audio.input.turn_detection.prefix_padding_ms", "i", {}, 0, 1e6},
    Field{"session.audio.input.turn_detection.silence_duration_ms", "i", {}, 0, 1e6},
    Field{"session.audio.input.turn_detection.idle_timeout_ms", "i0", {}, 5000, 30000},
    Field{"session.audio.input.turn_detection.create_response", "b"},
    Field{"session.audio.input.turn_detection.interrupt_response", "b"},
    Field{"session.audio.input.turn_detection.eagerness", "s", "low,medium,high,auto"},
    Field{"session.audio.output.speed", "n", {}, 0.25, 1.5},
    Field{"session.include", "a0"},
    Field{"session.include[]", "s", "item.input_audio_transcription.logprobs"},
    Field{"session.tracing", "*"},
    Field{"session.truncation", "so"},
    Field{"session.truncation.type", "s", "retention_ratio"},
    Field{"session.truncation.retention_ratio", "n", {}, 0, 1},
    Field{"session.truncation.token_limits", "o"},
    Field{"session.truncation.token_limits.post_instructions", "i", {}, 0},
    // response.create
    Field{"response", "o"},
    Field{"response.conversation", "s"},
    Field{"response.metadata", "*"},
    Field{"response.input", "a"},
    Field{"response.input[]", "*"},
    // both
    Field{".output_modalities", "a"},
    Field{".output_modalities[]", "s", "text,audio"},
    Field{".instructions", "s"},
    Field{".audio", "o"},
    Field{".audio.output", "o"},
    Field{".audio.output.format", "o"},
    Field{".audio.output.format.type", "s", formats},
    Field{".audio.output.format.rate", "i", {}, 24000, 24000},
    Field{".audio.output.voice", "so"},
    Field{".audio.output.voice.id", "s"},
    Field{".tools", "a"},
    Field{".tools[]", "o"},
    Field{".tools[].type", "s", "function,mcp"},
    Field{".tools[].name", "s"},
    Field{".tools[].description", "s"},
    Field{".tools[].parameters", "*"},
    Field{".tools[].server_label", "s"},
    Field{".tools[].server_url", "s"},
    Field{".tools[].authorization", "s"},
    Field{".tools[].server_description", "s"},
    Field{".tools[].headers", "*"},
    Field{".tools[].allowed_tools", "*"},
    Field{".tools[].require_approval", "*"},
    Field{".tool_choice", "so"},
    Field{".tool_choice.type", "s", "function,mcp"},
    Field{".tool_choice.name", "s"},
    Field{".tool_choice.server_label", "s"},
    Field{".parallel_tool_calls", "b"},
    Field{".reasoning", "o"},
    Field{".reasoning.effort", "s", efforts},
    Field{".max_output_tokens", "is", "inf", 1, 4096},
    // items and buffers
    Field{"response_id", "s"},
    Field{"audio", "s"},
    Field{"item_id", "s"},
    Field{"content_index", "i", {}, 0},
    Field{"audio_end_ms", "i", {}, 0},
    Field{"previous_item_id", "s0"},
    Field{"item", "o"},
    Field{"item.id", "s"},
    Field{"item.object", "s", "realtime.item"},
    Field{"item.type", "s", "message,function_call,function_call_output"},
    Field{"item.status", "s", "completed,incomplete,in_progress"},
    Field{"item.role", "s", "system,user,assistant"},
    Field{"item.phase", "s", "commentary,final_answer"},
    Field{"item.content", "a"},
    Field{"item.content[]", "o"},
    Field{"item.content[].type", "s", "input_text,input_audio,input_image,output_text"},
    Field{"item.content[].text", "s"},
    Field{"item.content[].audio", "s"},
    Field{"item.content[].transcript", "s"},
    Field{"item.content[].image_url", "s"},
    Field{"item.content[].detail", "s", "auto,low,high"},
    Field{"item.call_id", "s"},
    Field{"item.name", "s"},
    Field{"item.arguments", "s"},
    Field{"item.output", "s"},
};

/// The events and the fields at their top, beside type and event_id. '!': must be there.
struct EventKind {
    std::string_view type;
    std::vector<std::string_view> top;
};
const std::vector<EventKind>& kinds() {
    static const std::vector<EventKind> all = {
        {"session.update", {"session!"}},
        {"input_audio_buffer.append", {"audio!"}},
        {"input_audio_buffer.commit", {}},
        {"input_audio_buffer.clear", {}},
        {"output_audio_buffer.clear", {}},
        {"conversation.item.create", {"item!", "previous_item_id"}},
        {"conversation.item.delete", {"item_id!"}},
        {"conversation.item.retrieve", {"item_id!"}},
        {"conversation.item.truncate", {"item_id!", "content_index!", "audio_end_ms!"}},
        {"response.create", {"response"}},
        {"response.cancel", {"response_id"}},
    };
    return all;
}

EventError unknown(const std::string& at) {
    return {"unknown_parameter", fmt::format("Unknown parameter: '{}'.", at), at};
}
EventError missing(const std::string& at) {
    return {"missing_required_parameter", fmt::format("Missing required parameter: '{}'.", at), at};
}
EventError invalid(const std::string& at, std::string message) {
    return {"invalid_value", std::move(message), at};
}

std::string_view type_name(json::Value v) {
    if (v.is_null()) return "null";
    if (v.is_object()) return "object";
    if (v.is_array()) return "array";
    if (v.is_string()) return "string";
    if (v.is_bool()) return "boolean";
    return std::floor(v.number()) == v.number() ? "integer" : "decimal";
}

bool fits(json::Value v, char type) {
    switch (type) {
        case 'o': return v.is_object();
        case 'a': return v.is_array();
        case 's': return v.is_string();
        case 'i': return v.is_number() && std::floor(v.number()) == v.number();
        case 'n': return v.is_number();
        case 'b': return v.is_bool();
        case '0': return v.is_null();
        default: return true;
    }
}

const Field* find(std::string_view path) {
    std::string_view shared = path;
    if (path.starts_with("session.")) shared.remove_prefix(7);
    if (path.starts_with("response.")) shared.remove_prefix(8);
    auto it = std::find_if(fields.begin(), fields.end(), [&](const Field& f) {
        return f.path == path || (shared != path && f.path == shared);
    });
    return it == fields.end() ? nullptr : &*it;
}

std::optional<EventError> check_value(json::Value v, const Field& field, const std::string& at) {
    if (std::none_of(field.types.begin(), field.types.end(), [&](char t) { return fits(v, t); }))
        return EventError{"invalid_type",
                          fmt::format("Invalid type for '{}': got {} instead.", at, type_name(v)),
                          at};
    if (v.is_number() && (v.number() < field.least || v.number() > field.most))
        return invalid(at, fmt::format("Invalid '{}': {} is out of range.", at, v.dump()));
    if (!v.is_string() || field.values.empty()) return std::nullopt;
    auto allowed = split(field.values, ',');
    if (std::find(allowed.begin(), allowed.end(), v.text()) != allowed.end()) return std::nullopt;
    return invalid(at, fmt::format("Invalid value: '{}'. Supported values are: '{}'.", v.text(),
                                   fmt::join(allowed, "', '")));
}

/// `path` is generic ("tools[]"), `at` as in messages ("tools[0]").
std::optional<EventError> check_tree(json::Value v, const std::string& path,
                                     const std::string& at) {
    const Field* field = find(path);
    if (field == nullptr) return unknown(at);
    if (auto error = check_value(v, *field, at)) return error;
    if (field->types == "*") return std::nullopt;
    std::optional<EventError> error;
    v.for_each_member([&](std::string_view name, json::Value member) {
        std::string tail = "." + std::string(name);
        if (!error) error = check_tree(member, path + tail, at + tail);
    });
    for (std::size_t i = 0; i < (v.is_array() ? v.size() : 0) && !error; ++i)
        error = check_tree(v.at(i), path + "[]", fmt::format("{}[{}]", at, i));
    return error;
}

std::optional<EventError> check_format(json::Value format, const std::string& at) {
    if (format["rate"] && format["type"].text() != "audio/pcm") return unknown(at + ".rate");
    return std::nullopt;
}

std::optional<EventError> check_turn_detection(json::Value turns, const std::string& at) {
    if (!turns.is_object()) return std::nullopt;
    if (!turns["type"]) return missing(at + ".type");
    constexpr std::array energy = {"threshold", "prefix_padding_ms", "silence_duration_ms",
                                   "idle_timeout_ms"};
    for (const char* name : energy)
        if (turns["type"].text() == "semantic_vad" && turns[name]) return unknown(at + "." + name);
    if (turns["type"].text() == "server_vad" && turns["eagerness"])
        return unknown(at + ".eagerness");
    return std::nullopt;
}

std::optional<EventError> check_modalities(json::Value modalities, const std::string& at) {
    if (modalities.is_array() && modalities.size() != 1)
        return invalid(at,
                       fmt::format("Invalid modalities: {}. Supported combinations are: ['text'] "
                                   "and ['audio'].",
                                   modalities.dump()));
    return std::nullopt;
}

std::optional<EventError> check_session(json::Value session) {
    if (!session["type"]) return missing("session.type");
    if (session["type"].text() != "realtime")
        return invalid("session.type",
                       "Passing a transcription session to a realtime session is not allowed.");
    json::Value audio = session["audio"];
    if (auto e = check_modalities(session["output_modalities"], "session.output_modalities"))
        return e;
    if (auto e = check_format(audio["input"]["format"], "session.audio.input.format")) return e;
    if (auto e = check_format(audio["output"]["format"], "session.audio.output.format")) return e;
    return check_turn_detection(audio["input"]["turn_detection"],
                                "session.audio.input.turn_detection");
}

std::optional<EventError> check_response(json::Value response) {
    if (auto e = check_modalities(response["output_modalities"], "response.output_modalities"))
        return e;
    if (json::Value metadata = response["metadata"]; metadata && !metadata.is_null()) {
        if (metadata.size() > 16)
            return invalid("response.metadata", "Too many properties in metadata.");
        std::optional<EventError> error;
        metadata.for_each_member([&](std::string_view name, json::Value v) {
            if (!v.is_string() || v.text().size() > 512 * 4 || name.size() > 64)
                error = invalid("response.metadata", "Invalid metadata value.");
        });
        if (error) return error;
    }
    return check_format(response["audio"]["output"]["format"], "response.audio.output.format");
}

std::optional<EventError> check_item(json::Value item) {
    std::string_view type = item["type"].text();
    if (!item["type"]) return missing("item.type");
    if (item["id"].text().size() > 32)
        return invalid("item.id",
                       "Invalid 'item.id': string too long. Expected a maximum length of 32.");
    if (type == "message" && !item["role"]) return missing("item.role");
    if (type == "message" && !item["content"]) return missing("item.content");
    if (type == "function_call_output" && !item["call_id"]) return missing("item.call_id");
    if (type == "function_call_output" && !item["output"]) return missing("item.output");
    std::optional<EventError> error;
    item["content"].for_each([&](json::Value part) {
        bool output = part["type"].text() == "output_text",
             assistant = item["role"].text() == "assistant";
        if (!error && output != assistant)
            error =
                invalid("item.content[0].type",
                        fmt::format("Invalid value: '{}'. Supported values are: '{}'.",
                                    part["type"].text(), assistant ? "output_text" : "input_text"));
    });
    return error;
}

}  // namespace

std::optional<EventError> check_client_event(json::Value event) {
    if (!event.is_object()) return EventError{"invalid_event", "The event is no JSON object.", ""};
    if (!event["type"]) return EventError{"invalid_event", "The 'type' field is missing.", ""};
    std::string_view type = event["type"].text();
    auto kind = std::find_if(kinds().begin(), kinds().end(),
                             [&](const EventKind& k) { return k.type == type; });
    if (kind == kinds().end())
        return EventError{"unknown_event",
                          fmt::format("Invalid value: '{}'. It is no known event.", type), "type"};
    std::optional<EventError> error;
    event.for_each_member([&](std::string_view name, json::Value member) {
        bool known = name == "type" || name == "event_id";
        for (std::string_view top : kind->top)
            known = known || top.substr(0, top.find('!')) == name;
        if (error) return;
        error = known ? check_tree(member, std::string(name), std::string(name))
                      : unknown(std::string(name));
    });
    for (std::string_view top : kind->top)
        if (std::string name(top.substr(0, top.find('!')));
            !error && top.ends_with('!') && !event[name])
            error = missing(name);
    if (error) return error;
    if (event["event_id"].text().size() > 512)
        return invalid("event_id", "The event_id is too long.");
    if (type == "session.update") return check_session(event["session"]);
    if (type == "response.create") return check_response(event["response"]);
    if (type == "conversation.item.create") return check_item(event["item"]);
    return std::nullopt;
}

}  // namespace pa::sim
