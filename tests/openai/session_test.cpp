#include "openai/session.hpp"

#include "support/data.hpp"

using namespace pa;
using pa::test::json_text;

namespace {

json::Document update(const openai::SessionSettings& settings, bool interruptible = true) {
    json::Writer w;
    openai::write_session_update(w, settings, interruptible, "cfg-1");
    return json_text(w.view());
}

}  // namespace

TEST_CASE("the session is mu-law both ways with every number of turn detection written out") {
    openai::SessionSettings settings;
    settings.instructions = "반갑게 \"인사\"해.";
    json::Writer w;
    openai::write_session_update(w, settings, true, "cfg-1");
    CHECK(
        w.view() ==
        R"({"type":"session.update","event_id":"cfg-1","session":{"type":"realtime","output_modalities":["audio"],)"
        R"("instructions":"반갑게 \"인사\"해.","audio":{"input":{"format":{"type":"audio/pcmu"},)"
        R"("transcription":{"model":"gpt-transcribe","languages":["ko"]},)"
        R"("turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,)"
        R"("create_response":true,"interrupt_response":true}},)"
        R"("output":{"format":{"type":"audio/pcmu"},"voice":"shimmer"}},)"
        R"("tools":[],"tool_choice":"auto","reasoning":{"effort":"low"}}})");
}

TEST_CASE("a model gets only the fields it knows") {
    openai::SessionSettings settings;
    settings.model = "gpt-realtime-1.5";
    settings.transcription_model = "gpt-4o-mini-transcribe";
    settings.language = "ko-KR";
    auto doc = update(settings);
    json::Value session = doc.root()["session"];
    CHECK_FALSE(session["reasoning"]);
    CHECK(session["audio"]["input"]["transcription"]["language"].text() == "ko");
    CHECK_FALSE(session["audio"]["input"]["transcription"]["languages"]);
    settings.transcription_model = "";
    CHECK_FALSE(update(settings).root()["session"]["audio"]["input"]["transcription"]);
    CHECK(openai::reasons("gpt-realtime-2.1-mini"));
    CHECK(openai::reasons("gpt-realtime-2"));
    CHECK_FALSE(openai::reasons("gpt-realtime"));
    CHECK_FALSE(openai::reasons("gpt-realtime-mini"));
    CHECK(openai::takes_languages("gpt-live-transcribe"));
    CHECK_FALSE(openai::takes_languages("whisper-1"));
}

TEST_CASE("semantic detection has no thresholds") {
    openai::SessionSettings settings;
    settings.turn_detection.kind = openai::TurnDetection::Kind::semantic;
    settings.turn_detection.eagerness = "low";
    settings.turn_detection.idle_timeout_ms = 10000;
    auto doc = update(settings, false);
    CHECK(
        doc.root()["session"]["audio"]["input"]["turn_detection"].dump() ==
        R"({"type":"semantic_vad","eagerness":"low","create_response":false,"interrupt_response":false})");
}

TEST_CASE("the options of a session") {
    openai::SessionSettings settings;
    settings.turn_detection.idle_timeout_ms = 10000;
    settings.noise_reduction = "near_field";
    settings.speed = 1.1;
    settings.history_tokens = 8000;
    settings.transcription_prompt = "하나";
    settings.tools =
        R"([{"type":"function","name":"end_call","parameters":{"type":"object","properties":{}}}])";
    auto doc = update(settings);
    json::Value session = doc.root()["session"];
    CHECK(session["audio"]["input"]["turn_detection"]["idle_timeout_ms"].integer() == 10000);
    CHECK(session["audio"]["input"]["noise_reduction"]["type"].text() == "near_field");
    CHECK(session["audio"]["input"]["transcription"]["prompt"].text() == "하나");
    CHECK(session["audio"]["output"]["speed"].number() == Approx(1.1));
    CHECK(
        session["truncation"].dump() ==
        R"({"type":"retention_ratio","retention_ratio":0.8,"token_limits":{"post_instructions":8000}})");
    CHECK(session["tools"].at(0)["name"].text() == "end_call");
}

TEST_CASE("the events of a call") {
    json::Writer w;
    openai::write_append(w, "f39/");
    CHECK(w.view() == R"({"type":"input_audio_buffer.append","audio":"f39/"})");
    openai::write_response_create(w, "", false, "r-1");
    CHECK(w.view() == R"({"type":"response.create","event_id":"r-1"})");
    openai::write_response_create(w, "greeting", false, "r-2");
    CHECK(
        w.view() ==
        R"({"type":"response.create","event_id":"r-2","response":{"metadata":{"purpose":"greeting"}}})");
    openai::write_response_create(w, "", true, "r-3");
    CHECK_THAT(w.str(), contains(R"("response":{"tool_choice":"none"})"));
    openai::write_cancel(w, "c-1");
    CHECK(w.view() == R"({"type":"response.cancel","event_id":"c-1"})");
    openai::write_truncate(w, "a1", 0, 1500, "t-1");
    CHECK(
        w.view() ==
        R"({"type":"conversation.item.truncate","event_id":"t-1","item_id":"a1","content_index":0,"audio_end_ms":1500})");
    openai::write_delete(w, "a1", "d-1");
    CHECK(w.view() == R"({"type":"conversation.item.delete","event_id":"d-1","item_id":"a1"})");
    openai::write_message(w, "system", "전화가 연결됐다.", "m-0", "say-1");
    CHECK_THAT(w.str(), contains(R"("item":{"id":"say-1","type":"message","role":"system")"));
    openai::write_message(w, "system", "전화가 연결됐다.", "m-1");
    CHECK(
        w.view() ==
        R"({"type":"conversation.item.create","event_id":"m-1","item":{"type":"message","role":"system","content":[{"type":"input_text","text":"전화가 연결됐다."}]}})");
    openai::write_message(w, "assistant", "네", "m-2");
    CHECK_THAT(w.str(), contains(R"("content":[{"type":"output_text","text":"네"}])"));
    openai::write_function_output(w, "call_1", R"({"ok":true})", "f-1");
    CHECK(
        w.view() ==
        R"({"type":"conversation.item.create","event_id":"f-1","item":{"type":"function_call_output","call_id":"call_1","output":"{\"ok\":true}"}})");
}

TEST_CASE("the address names the model once, the headers the key and no beta") {
    CHECK(openai::realtime_url("wss://api.openai.com/v1/realtime", "gpt-realtime-2.1") ==
          "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1");
    CHECK(openai::realtime_url("wss://h/x/?api-version=1", "a b") ==
          "wss://h/x/?api-version=1&model=a%20b");
    CHECK(openai::realtime_url("ws://127.0.0.1:9/v1/realtime?model=m", "n") ==
          "ws://127.0.0.1:9/v1/realtime?model=m");
    auto headers = openai::realtime_headers(Secret("sk-test"));
    REQUIRE(headers.size() == 1);
    CHECK(headers[0].first == "Authorization");
    CHECK(headers[0].second == "Bearer sk-test");
}
