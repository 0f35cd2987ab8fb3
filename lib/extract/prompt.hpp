// What the text model is told and asked, and the form of its answer.
#pragma once

#include <string>
#include <string_view>

#include "call/record.hpp"
#include "openai/chat.hpp"
#include "store/call_log.hpp"

namespace pa::extract {

/// What the other side got to hear or say: of an interrupted line of the agent only what was
/// played.
[[nodiscard]] const std::string& heard_text(const call::TranscriptLine& line);

/// The whole request. The question begins with the call's start in ISO 8601 with offset, the first
/// date in it, and goes on with the conversation between <transcript> and </transcript>, one JSON
/// object a line:
///     {"line":3,"at":"23:49:36","speaker":"caller","text":"내일 7시에 깨워줘"}
///     {"function":0,"name":"todo-add","arguments":{"title":"우유"},"result":"ok"}
/// `line` is the index in the log. "<" is escaped in it, so that nobody's words can end the
/// transcript. The answer is {"requests":[…],"summary":[…],"facts":[…]} by answer_schema().
[[nodiscard]] openai::ChatRequest question_about(const store::CallLog& log,
                                                 const std::string& model,
                                                 const std::string& timezone);

[[nodiscard]] std::string_view answer_schema();

}  // namespace pa::extract
