#include "openai/chat.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "openai/errors.hpp"

namespace pa::openai {
namespace {

constexpr std::array<std::string_view, 3> plain_models{"gpt-4o", "gpt-4.1", "gpt-3.5"};
constexpr std::array<std::string_view, 2> reasoning_models{"gpt-5", "gpt-6"};

bool begins_with_one(std::string_view name, const auto& beginnings) {
    for (std::string_view beginning : beginnings)
        if (name.starts_with(beginning)) return true;
    return false;
}

void write_message(json::Writer& w, std::string_view role, const std::string& text) {
    w.object().member("role", role).member("content", text).end();
}

void write_format(json::Writer& w, const ChatRequest& request) {
    w.key("response_format").object();
    if (request.json_mode) {
        w.member("type", "json_object").end();
        return;
    }
    w.member("type", "json_schema").key("json_schema").object();
    w.member("name", request.schema_name).member("strict", true).key("schema").raw(request.schema);
    w.end().end();
}

/// JSON mode guarantees the form only if the words ask for it.
std::string instructions_of(const ChatRequest& request) {
    if (!request.json_mode) return request.instructions;
    return request.instructions + "\n\nAnswer with one JSON object that fits this JSON Schema:\n" +
           request.schema;
}

}  // namespace

TextModel text_model(std::string_view name) {
    if (begins_with_one(name, reasoning_models) && name.find("-chat") == std::string_view::npos)
        return {true, true, "developer"};
    if (begins_with_one(name, plain_models)) return {true, false, "system"};
    return {};
}

std::string chat_body(const ChatRequest& request) {
    TextModel model = text_model(request.model);
    json::Writer w;
    w.start().object().member("model", request.model);
    // Finding wishes in a transcript needs no hidden thinking: OpenAI's own advice for who comes
    // from the 4o and 4.1 minis.
    if (model.reasons) w.member("reasoning_effort", "none");
    if (model.known) w.member("max_completion_tokens", request.max_tokens).member("store", false);
    w.key("messages").array();
    write_message(w, model.role, instructions_of(request));
    write_message(w, "user", request.question);
    w.end();
    write_format(w, request);
    return w.end().str();
}

HttpRequest chat_request(const std::string& base_url, const Secret& key,
                         const ChatRequest& request) {
    HttpRequest http;
    http.method = "POST";
    http.url = base_url + "/chat/completions";
    http.headers = {{"Content-Type", "application/json"}};
    if (!key.empty()) http.headers.emplace_back("Authorization", "Bearer " + key.reveal());
    http.body = chat_body(request);
    http.timeout = std::chrono::seconds(90);
    return http;
}

Result<ChatAnswer> read_chat(const HttpResponse& response) {
    if (response.status != 200) return openai_error(response);
    auto body = json::Document::parse(response.body);
    json::Value choice = body ? body->root()["choices"].at(0) : json::Value();
    json::Value message = choice["message"];
    if (!message.is_object())
        return Error{Errc::later,
                     "the service answered with something else than a chat completion"};
    ChatAnswer answer;
    answer.tokens_in = body->root()["usage"]["prompt_tokens"].integer();
    answer.tokens_out = body->root()["usage"]["completion_tokens"].integer();
    answer.text = message["content"].text();
    if (message["refusal"].is_string()) {
        answer.ending = ChatAnswer::Ending::refused;
        answer.text = message["refusal"].text();
    } else if (choice["finish_reason"].text() == "content_filter") {
        answer.ending = ChatAnswer::Ending::refused;
        answer.text = "the content filter of the service stopped the answer";
    } else if (choice["finish_reason"].text() == "length") {
        answer.ending = ChatAnswer::Ending::cut;
    }
    return answer;
}

bool wants_json_mode(const HttpResponse& response) {
    if (response.status != 400 && response.status != 422) return false;
    return response.body.find("response_format") != std::string::npos &&
           response.body.find("Invalid schema") == std::string::npos;
}

}  // namespace pa::openai
