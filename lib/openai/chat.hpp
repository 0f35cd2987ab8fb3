// Chat Completions with a strict JSON schema: one question, one JSON answer. What the parameters
// are called differs between the generations of models; sources: the service's OpenAPI file and its
// structured-outputs and error-codes guides.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace pa::openai {

/// What a text model takes. Of an unknown one (a compatible server's) nothing is assumed.
struct TextModel {
    bool known = false;
    bool reasons = false;  // takes reasoning_effort, wants the role "developer"
    std::string_view role = "system";
};
[[nodiscard]] TextModel text_model(std::string_view name);

struct ChatRequest {
    std::string model, instructions, question;
    std::string schema_name;  // [A-Za-z0-9_-], at most 64
    std::string schema;       // JSON Schema within the limits of strict mode
    int max_tokens = 4000;   // of the answer, hidden reasoning included; not sent to unknown models
    bool json_mode = false;  // any JSON object: for servers that do not know schemas
};

/// The body of the request.
[[nodiscard]] std::string chat_body(const ChatRequest& request);
/// `base_url`: without a trailing slash, e.g. "https://api.openai.com/v1". Nothing is stored by the
/// service. May be repeated safely.
[[nodiscard]] HttpRequest chat_request(const std::string& base_url, const Secret& key,
                                       const ChatRequest& request);

struct ChatAnswer {
    enum class Ending {
        complete,  // `text` is the JSON that was asked for
        cut,       // max_tokens was too small: raise it and ask once more
        refused,   // the model or a filter would not: asking again does not help
    } ending = Ending::complete;
    std::string text;  // the answer, or the refusal's own words
    std::int64_t tokens_in = 0, tokens_out = 0;
};

/// A status other than 200 is openai_error(). A 200 that is no chat completion is Errc::later: a
/// proxy on the way spoke.
[[nodiscard]] Result<ChatAnswer> read_chat(const HttpResponse& response);

/// True if the server refused because it does not know response_format json_schema.
[[nodiscard]] bool wants_json_mode(const HttpResponse& response);

}  // namespace pa::openai
