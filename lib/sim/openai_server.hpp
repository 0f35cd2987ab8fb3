// The simulated OpenAI on loopback: WebSocket /v1/realtime, POST /v1/chat/completions, GET
// /v1/models.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/event_loop.hpp"
#include "sim/clip_book.hpp"
#include "sim/recorded_answers.hpp"
#include "sim/recorder.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

struct OpenAiOptions {
    int port = 0;  // 0: the kernel chooses
    Scenario scenario;
    std::string clips_folder;                 // share/clips
    std::optional<RecordedAnswers> recorded;  // of chat completions, in place of the scenario's
    /// openai-events.jsonl and openai-server-events.jsonl {"connection","event"}, openai-chat.jsonl
    /// {"body"}; "": nothing is recorded. Audio is kept in appends, as it came.
    std::string record_folder;
    /// One JSON object a line:
    /// {"service":"openai","event":"connected|heard|said|closed|refused|chat",…}.
    std::function<void(std::string_view line)> on_event;
};

/// Keys: any but none, or one that begins with "bad" (401). A request with OpenAI-Beta is refused.
class OpenAiServer {
public:
    /// Listens when this returns. Errc::data: a clip is missing; Errc::io: the port is taken.
    [[nodiscard]] static Result<std::unique_ptr<OpenAiServer>> listen(net::EventLoop& loop,
                                                                      OpenAiOptions options);
    ~OpenAiServer();
    OpenAiServer(const OpenAiServer&) = delete;
    OpenAiServer& operator=(const OpenAiServer&) = delete;

    [[nodiscard]] int port() const;
    /// "http://127.0.0.1:PORT/v1", for OPENAI_BASE_URL.
    [[nodiscard]] std::string base_url() const;

    struct Impl;

private:
    OpenAiServer();
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::sim
