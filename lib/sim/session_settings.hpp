// The configuration of a simulated Realtime session, as session.update changes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/writer.hpp"
#include "sim/vad.hpp"

namespace pa::sim {

struct TurnDetection {
    std::string type = "server_vad";  // or semantic_vad; "": off
    double threshold = 0.5;
    int prefix_padding_ms = 300;
    int silence_duration_ms = 200;  // as session.created has it; the documentation says 500
    std::optional<int> idle_timeout_ms;
    std::string eagerness = "auto";
    bool create_response = true, interrupt_response = true;

    [[nodiscard]] Vad::Settings vad(double floor_db, int min_speech_ms) const;
};

/// Members that only go in and come back are kept as the JSON they came in.
struct SessionSettings {
    std::string id, model, instructions = "You are a helpful, friendly assistant.";
    std::int64_t expires_at = 0;  // Unix seconds
    bool text_only = false;
    std::string input_format = "audio/pcm", output_format = "audio/pcm";
    std::string transcription = "null", noise_reduction = "null";
    TurnDetection turns;
    std::string voice = "\"marin\"";
    double speed = 1;
    std::string tools = "[]", tool_choice = "\"auto\"", max_output_tokens = "\"inf\"";
    std::string reasoning, parallel_tool_calls;  // "": not said
    std::string truncation = "\"auto\"", tracing = "null", include = "null";
    std::vector<std::string> tool_names;

    /// Only what is there changes. `session` has passed check_client_event.
    void apply(json::Value session);
    void write(json::Writer& w) const;  // the object of session.created and session.updated
    /// {"format":…} of that name.
    static void write_format(json::Writer& w, std::string_view format);
};

}  // namespace pa::sim
