#include "sim/chat_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "json/writer.hpp"
#include "sim/schema_filler.hpp"

namespace pa::sim {
namespace {

constexpr std::array known_fields = {"model",
                                     "messages",
                                     "response_format",
                                     "reasoning_effort",
                                     "max_completion_tokens",
                                     "max_tokens",
                                     "store",
                                     "safety_identifier",
                                     "user",
                                     "temperature",
                                     "top_p",
                                     "logprobs",
                                     "n",
                                     "stop",
                                     "stream",
                                     "stream_options",
                                     "metadata",
                                     "service_tier",
                                     "prompt_cache_key",
                                     "verbosity",
                                     "parallel_tool_calls",
                                     "tools",
                                     "tool_choice",
                                     "seed",
                                     "presence_penalty",
                                     "frequency_penalty"};

bool legacy(std::string_view model) {
    return model.starts_with("gpt-4o") || model.starts_with("gpt-4.1");
}

std::optional<HttpResponse> check_parameters(json::Value body) {
    std::string_view model = body["model"].text(), effort = body["reasoning_effort"].text();
    auto unsupported = [&](const char* name, const char* why) {
        return api_error(
            400, "unsupported_parameter",
            fmt::format("Unsupported parameter: '{}' is not supported with this model.{}", name,
                        why),
            name);
    };
    if (legacy(model) && body["reasoning_effort"]) return unsupported("reasoning_effort", "");
    if (!legacy(model) && body["max_tokens"])
        return unsupported("max_tokens", " Use 'max_completion_tokens' instead.");
    if (!legacy(model) && body["temperature"] && effort != "none")
        return unsupported("temperature", "");
    return std::nullopt;
}

std::optional<HttpResponse> check_request(json::Value body) {
    if (!body.is_object())
        return api_error(400, "", "We could not parse the JSON body of your request.");
    std::string unknown;
    body.for_each_member([&](std::string_view name, json::Value) {
        if (std::find(known_fields.begin(), known_fields.end(), name) == known_fields.end())
            unknown = name;
    });
    if (!unknown.empty())
        return api_error(400, "unknown_parameter",
                         "Unrecognized request argument supplied: " + unknown, unknown);
    if (!body["model"].is_string()) return api_error(400, "", "you must provide a model parameter");
    if (body["messages"].size() == 0)
        return api_error(400, "missing_required_parameter",
                         "Missing required parameter: 'messages'.", "messages");
    if (auto missing = models_answer(body["model"].text()); missing.status != 200) return missing;
    if (auto wrong = check_parameters(body)) return wrong;
    json::Value format = body["response_format"]["json_schema"];
    std::string why = format["strict"].boolean() ? not_strict(format["schema"]) : "";
    if (!why.empty())
        return api_error(400, "",
                         fmt::format("Invalid schema for response_format '{}': In context=(), {}",
                                     format["name"].text(), why),
                         "response_format");
    return std::nullopt;
}

/// Of a message: a text, or parts with texts.
std::string content_of(json::Value message) {
    std::string text(message["content"].text());
    message["content"].for_each([&](json::Value part) { text += part["text"].text(); });
    return text;
}

/// The first ISO date of the messages, with what may follow it: the call's start.
std::string start_in(json::Value messages) {
    std::string all;
    messages.for_each([&](json::Value m) { all += content_of(m) + "\n"; });
    for (std::size_t i = 0; i + 10 <= all.size(); ++i) {
        std::string_view piece = std::string_view(all).substr(i, 10);
        if (due_time(piece, "+0d").empty() || piece[4] != '-' || piece[7] != '-') continue;
        auto end = all.find_first_not_of("0123456789-T:+.Z", i);
        return all.substr(i, end - i);
    }
    return "2026-01-01";
}

/// The number that the transcript gives to the line with the quote ("line":N in it, or digits at
/// its head), else how many lines come before it.
std::int64_t line_of(std::string_view transcript, std::string_view quote) {
    constexpr std::string_view key = "\"line\":";
    std::int64_t count = 0;
    for (std::string_view line : split(transcript, '\n')) {
        if (bare(line).find(bare(quote)) != std::string::npos) {
            auto at = line.find(key);
            auto digit = line.find_first_of("0123456789");
            if (at != std::string_view::npos) digit = at + key.size();
            if (digit == std::string_view::npos || (digit > 1 && at == std::string_view::npos))
                return count;
            return std::atoll(std::string(line.substr(digit)).c_str());
        }
        ++count;
    }
    return 0;
}

std::string completion(json::Value body, const std::string& content, const std::string& finish,
                       bool refused, std::int64_t unix_time) {
    json::Writer w;
    auto prompt = static_cast<std::int64_t>(body["messages"].dump().size() / 4);
    auto out = static_cast<std::int64_t>(content.size() / 4 + 1);
    w.object()
        .member("id", fmt::format("chatcmpl-{}", unix_time))
        .member("object", "chat.completion");
    w.member("created", unix_time)
        .member("model", body["model"].text())
        .key("choices")
        .array()
        .object();
    w.member("index", 0)
        .member("finish_reason", finish)
        .key("logprobs")
        .null()
        .key("message")
        .object();
    w.member("role", "assistant").key("content");
    refused ? w.null() : w.value(content);
    w.key("refusal");
    refused ? w.value("I can't help with that.") : w.null();
    w.key("annotations").array().end().end().end().end().key("usage").object();
    w.member("prompt_tokens", prompt)
        .member("completion_tokens", out)
        .member("total_tokens", prompt + out);
    w.key("prompt_tokens_details")
        .object()
        .member("cached_tokens", 0)
        .member("audio_tokens", 0)
        .end();
    w.key("completion_tokens_details")
        .object()
        .member("reasoning_tokens", 0)
        .member("audio_tokens", 0);
    w.member("accepted_prediction_tokens", 0).member("rejected_prediction_tokens", 0).end().end();
    return w.member("service_tier", "default").key("system_fingerprint").null().end().str();
}

}  // namespace

std::vector<const ExtractionScript*> ChatModel::found_in(std::string_view transcript) const {
    std::vector<const ExtractionScript*> found;
    std::string text = bare(transcript);
    for (const ExtractionScript& script : scenario_.extraction) {
        const Clip* clip = book_.find(script.clip);
        std::string trigger = bare(clip != nullptr ? clip->text : script.phrase);
        if (!trigger.empty() && text.find(trigger) != std::string::npos) found.push_back(&script);
    }
    return found;
}

HttpResponse ChatModel::answer(std::string_view text, const Fault* fault,
                               std::int64_t unix_time) const {
    if (fault != nullptr && http_status(*fault) != 0) return api_fault(*fault);
    auto doc = json::Document::parse(text);
    json::Value body = doc ? doc->root() : json::Value{};
    if (auto refused = check_request(body)) return *refused;
    std::string transcript;  // what the user says; the developer's rules are no data
    body["messages"].for_each([&](json::Value m) {
        if (m["role"].text() == "user") transcript += content_of(m) + "\n";
    });
    std::vector<FoundRequest> found;
    std::string start = start_in(body["messages"]);
    for (const ExtractionScript* script : found_in(transcript)) {
        const Clip* clip = book_.find(script->clip);
        std::string quote = !script->quote.empty() ? script->quote
                            : clip != nullptr      ? clip->text
                                                   : script->phrase;
        found.push_back({script, quote, due_time(start, script->due), line_of(transcript, quote)});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundRequest& a, const FoundRequest& b) { return a.line < b.line; });
    json::Writer w;
    fill_schema(w, body["response_format"]["json_schema"]["schema"], found);
    std::string content = body["response_format"] ? w.str() : "OK";
    if (recorded_ != nullptr) {
        const std::string* kept = recorded_->next(transcript);
        if (kept == nullptr) return api_error(400, "", "No answer was recorded for this question.");
        content = *kept;
    }
    std::string deed = fault != nullptr ? fault->what : "";
    if (deed == "garbage") content = "Sure! Here are the requests:";
    if (deed == "cut") content.resize(content.size() / 2);
    return {
        200,
        {{"x-request-id", "req_simulated"}},
        completion(body, content, deed == "cut" ? "length" : "stop", deed == "fail", unix_time)};
}

}  // namespace pa::sim
