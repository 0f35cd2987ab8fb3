#include "sim/session_settings.hpp"

namespace pa::sim {
namespace {

void keep(json::Value v, std::string& out) {
    if (v) out = v.dump();
}

TurnDetection read_turns(json::Value v) {
    TurnDetection turns;
    turns.type.clear();
    if (!v.is_object()) return turns;
    turns.type = v["type"].text();
    turns.silence_duration_ms = static_cast<int>(v["silence_duration_ms"].integer(500));
    turns.threshold = v["threshold"].number(0.5);
    turns.prefix_padding_ms = static_cast<int>(v["prefix_padding_ms"].integer(300));
    if (v["idle_timeout_ms"].is_number())
        turns.idle_timeout_ms = static_cast<int>(v["idle_timeout_ms"].integer());
    turns.eagerness = v["eagerness"].text("auto");
    turns.create_response = v["create_response"].boolean(true);
    turns.interrupt_response = v["interrupt_response"].boolean(true);
    return turns;
}

void write_turns(json::Writer& w, const TurnDetection& turns) {
    w.key("turn_detection");
    if (turns.type.empty()) {
        w.null();
        return;
    }
    w.object().member("type", turns.type);
    if (turns.type == "semantic_vad") {
        w.member("eagerness", turns.eagerness);
    } else {
        w.member("threshold", turns.threshold).member("prefix_padding_ms", turns.prefix_padding_ms);
        w.member("silence_duration_ms", turns.silence_duration_ms).key("idle_timeout_ms");
        turns.idle_timeout_ms ? w.value(*turns.idle_timeout_ms) : w.null();
    }
    w.member("create_response", turns.create_response);
    w.member("interrupt_response", turns.interrupt_response).end();
}

}  // namespace

Vad::Settings TurnDetection::vad(double floor_db, int min_speech_ms) const {
    Vad::Settings out{threshold, prefix_padding_ms, silence_duration_ms, floor_db, min_speech_ms};
    // A model would judge the sentence; its patience is all that can be simulated.
    if (type == "semantic_vad")
        out.silence_ms = eagerness == "low" ? 1'200 : eagerness == "high" ? 300 : 600;
    return out;
}

void SessionSettings::apply(json::Value session) {
    if (session["instructions"]) instructions = session["instructions"].text();
    if (session["output_modalities"])
        text_only = session["output_modalities"].at(0).text() == "text";
    json::Value input = session["audio"]["input"], output = session["audio"]["output"];
    if (input["format"]["type"]) input_format = input["format"]["type"].text();
    keep(input["transcription"], transcription);
    keep(input["noise_reduction"], noise_reduction);
    if (input["turn_detection"]) turns = read_turns(input["turn_detection"]);
    if (output["format"]["type"]) output_format = output["format"]["type"].text();
    keep(output["voice"], voice);
    speed = output["speed"].number(speed);
    keep(session["tool_choice"], tool_choice);
    keep(session["max_output_tokens"], max_output_tokens);
    keep(session["reasoning"], reasoning);
    keep(session["parallel_tool_calls"], parallel_tool_calls);
    keep(session["truncation"], truncation);
    keep(session["tracing"], tracing);
    keep(session["include"], include);
    if (json::Value list = session["tools"]) {
        tools = list.dump();
        tool_names.clear();
        list.for_each([&](json::Value tool) { tool_names.emplace_back(tool["name"].text()); });
    }
}

void SessionSettings::write_format(json::Writer& w, std::string_view format) {
    w.key("format").object().member("type", format);
    if (format == "audio/pcm") w.member("rate", 24'000);
    w.end();
}

void SessionSettings::write(json::Writer& w) const {
    w.object().member("type", "realtime").member("object", "realtime.session");
    w.member("id", id).member("model", model);
    w.key("output_modalities").array().value(text_only ? "text" : "audio").end();
    w.member("instructions", instructions)
        .key("tools")
        .raw(tools)
        .key("tool_choice")
        .raw(tool_choice);
    w.key("max_output_tokens").raw(max_output_tokens).key("tracing").raw(tracing);
    w.key("prompt").null().member("expires_at", expires_at).key("truncation").raw(truncation);
    if (!reasoning.empty()) w.key("reasoning").raw(reasoning);
    if (!parallel_tool_calls.empty()) w.key("parallel_tool_calls").raw(parallel_tool_calls);
    w.key("audio").object().key("input").object();
    write_format(w, input_format);
    w.key("transcription").raw(transcription).key("noise_reduction").raw(noise_reduction);
    write_turns(w, turns);
    w.end().key("output").object();
    write_format(w, output_format);
    w.key("voice").raw(voice).member("speed", speed).end().end();
    w.key("include").raw(include).end();
}

}  // namespace pa::sim
