#include "sim/realtime_session.hpp"

#include "base/base64.hpp"
#include "sim/model_rig.hpp"

using namespace pa::sim;
using Types = std::vector<std::string>;

namespace {

const char* talk = R"({"name":"t","model":{"greeting":["greet-morning"],"latency_ms":200,
    "turns":[{"hears":"milk","says":["ok-milk"]},{"hears":"weather","says":["weather-long"]},
             {"hears":"wake-me","says":["ok-wake","i-see"]},
             {"hears":"thanks-bye","says":["goodbye"],"function":{"name":"end_call","arguments":{"why":"done"}}},
             {"hears":"*","says":["go-on"]}]}})";

}  // namespace

TEST_CASE("a session begins as the service's does: 24 kHz PCM, turn detection, no transcription") {
    ModelRig rig(talk);
    REQUIRE(rig.received.size() == 1);
    auto session = rig.received[0]["session"];
    CHECK(session["object"].text() == "realtime.session");
    CHECK(session["audio"]["input"]["format"]["type"].text() == "audio/pcm");
    CHECK(session["audio"]["input"]["transcription"].is_null());
    CHECK(session["audio"]["input"]["turn_detection"]["silence_duration_ms"].integer() == 200);
}

TEST_CASE("an update is echoed as it is in force") {
    ModelRig rig(talk);
    rig.configure();
    auto session = (*rig.last("session.updated"))["session"];
    CHECK(session["audio"]["output"]["format"].dump() == R"({"type":"audio/pcmu"})");
    CHECK(session["audio"]["input"]["transcription"]["model"].text() == "gpt-transcribe");
    CHECK(session["tools"].at(0)["name"].text() == "end_call");
}

TEST_CASE("what comes before the session is there waits for it, in order") {
    ModelRig rig(R"({"name":"slow","model":{"greeting":["greet-morning"],"connect_ms":2000}})");
    rig.send(R"({"type":"session.update","session":{"type":"realtime","instructions":"a"}})");
    rig.send(R"({"type":"response.create"})");
    rig.run(1999);
    CHECK(rig.types().empty());
    rig.run(1);
    REQUIRE_FALSE(rig.types().empty());
    CHECK(rig.types().front() == "session.created");
    CHECK((*rig.last("session.updated"))["session"]["instructions"].text() == "a");
    CHECK(rig.last("response.created") != nullptr);
}

TEST_CASE("one unknown field and nothing of the update is applied") {
    ModelRig rig(talk);
    rig.send(
        R"({"type":"session.update","event_id":"cfg","session":{"type":"realtime","voice":"alloy",
        "audio":{"input":{"format":{"type":"audio/pcmu"}}}}})");
    CHECK(rig.last("session.updated") == nullptr);
    CHECK(rig.last_error() == "Unknown parameter: 'session.voice'.");
    CHECK((*rig.last("error"))["error"]["event_id"].text() == "cfg");
    CHECK(rig.session().settings().input_format == "audio/pcm");
}

TEST_CASE("what the API refuses in an update is refused") {
    ModelRig rig(talk);
    auto code_of = [&rig](const std::string& session) {
        rig.send(R"({"type":"session.update","session":)" + session + "}");
        return rig.last_code();
    };
    CHECK(code_of(R"({"instructions":"x"})") == "missing_required_parameter");
    CHECK(code_of(R"({"type":"realtime","output_modalities":["audio","text"]})") ==
          "invalid_value");
    CHECK(code_of(R"({"type":"realtime","audio":{"input":{"format":"g711_ulaw"}}})") ==
          "invalid_type");
    CHECK(
        code_of(
            R"({"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu","rate":8000}}}})") ==
        "invalid_value");
    CHECK(code_of(R"({"type":"realtime","temperature":0.8})") == "unknown_parameter");
    CHECK(
        code_of(
            R"({"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","threshold":0.5}}}})") ==
        "unknown_parameter");
    CHECK(
        code_of(
            R"({"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":100}}}})") ==
        "invalid_value");
    CHECK(code_of(R"({"type":"realtime","audio":{"output":{"speed":9}}})") == "invalid_value");
    CHECK(
        code_of(R"({"type":"realtime","tools":[{"type":"function","name":"f","strict":true}]})") ==
        "unknown_parameter");
    CHECK(code_of(R"({"type":"realtime","max_output_tokens":"many"})") == "invalid_value");
    CHECK(rig.last("session.updated") == nullptr);
    rig.send("{");
    CHECK(rig.last_code() == "invalid_event");
    rig.send(R"({"type":"response.stop"})");
    CHECK(rig.last_code() == "unknown_event");
    rig.send(R"({"type":"input_audio_buffer.append"})");
    CHECK(rig.last_code() == "missing_required_parameter");
}

TEST_CASE("the greeting comes in the order of the service, faster than it plays, whole") {
    ModelRig rig(talk);
    rig.configure();
    std::size_t before = rig.received.size();
    rig.send(
        R"({"type":"response.create","response":{"instructions":"Greet.","metadata":{"purpose":"greeting"}}})");
    rig.run(2'000);
    Types types = rig.types();
    CHECK(Types(types.begin() + static_cast<long>(before),
                types.begin() + static_cast<long>(before) + 8) ==
          Types{"response.created", "rate_limits.updated", "response.output_item.added",
                "conversation.item.added", "response.content_part.added",
                "response.output_audio_transcript.delta", "response.output_audio.delta",
                "response.output_audio_transcript.delta"});
    CHECK(Types(types.end() - 6, types.end()) ==
          Types{"response.output_audio.done", "response.output_audio_transcript.done",
                "response.content_part.done", "response.output_item.done", "conversation.item.done",
                "response.done"});
    std::string audio;
    for (const auto* d : rig.all("response.output_audio.delta"))
        audio += *pa::base64_decode((*d)["delta"].text());
    CHECK(audio == clips().find("greet-morning")->audio);
    CHECK(rig.last("response.done")->at_ms - rig.last("response.created")->at_ms <
          200 + clips().find("greet-morning")->ms() / 7);
    auto response = (*rig.last("response.done"))["response"];
    CHECK(response["metadata"]["purpose"].text() == "greeting");
    CHECK(response["usage"]["output_token_details"]["audio_tokens"].integer() ==
          (clips().find("greet-morning")->ms() + 49) / 50);
    CHECK(response["output"].at(0)["content"].at(0)["transcript"].text() ==
          clips().find("greet-morning")->text);
    REQUIRE(rig.session().spoken().size() == 1);
    CHECK(rig.session().spoken()[0].audio == audio);
}

TEST_CASE("a turn of the caller is found in the audio, answered, and transcribed later") {
    ModelRig rig(talk);
    rig.configure();
    std::size_t before = rig.received.size();
    rig.quiet(1'000);
    rig.say("milk");
    rig.quiet(2'500);
    Types types = rig.types();
    CHECK(Types(types.begin() + static_cast<long>(before),
                types.begin() + static_cast<long>(before) + 7) ==
          Types{"input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
                "response.created", "rate_limits.updated"});
    auto start = (*rig.last("input_audio_buffer.speech_started"))["audio_start_ms"].integer();
    CHECK(start >= 690);
    CHECK(start <= 760);
    auto length =
        (*rig.last("input_audio_buffer.speech_stopped"))["audio_end_ms"].integer() - start;
    CHECK(std::abs(length - (300 + clips().find("milk")->ms() + 500)) < 80);
    const auto* text = rig.last("conversation.item.input_audio_transcription.completed");
    REQUIRE(text != nullptr);
    CHECK((*text)["transcript"].text() == "마트에서 우유 사와야 해.");
    CHECK((*text)["languages"].at(0)["code"].text() == "ko");
    CHECK(text->at_ms - rig.last("input_audio_buffer.committed")->at_ms == 350);
    CHECK(rig.session().spoken().at(0).text == clips().find("ok-milk")->text);
}

TEST_CASE("what was lost on the way is missing in the transcript") {
    ModelRig rig(talk);
    rig.configure();
    const std::string& milk = clips().find("milk")->audio;
    rig.append(milk.substr(0, milk.size() / 2));
    rig.quiet(1'500);
    auto text =
        (*rig.last("conversation.item.input_audio_transcription.completed"))["transcript"].text();
    CHECK(text == "마트에서 우유");
    rig.append(std::string(milk.size(), '\x9f'));  // loud, and no words at all
    rig.quiet(1'500);
    CHECK(
        (*rig.last("conversation.item.input_audio_transcription.failed"))["error"]["code"].text() ==
        "audio_unintelligible");
}

TEST_CASE("speech of the caller cancels the response, and what was cut off is said so") {
    ModelRig rig(talk);
    rig.configure();
    rig.say("weather");
    rig.quiet(500 + 200 + 400);
    REQUIRE(rig.last("response.output_audio.delta") != nullptr);
    rig.say("not-that");
    auto response = (*rig.last("response.done"))["response"];
    CHECK(response["status"].text() == "cancelled");
    CHECK(response["status_details"]["reason"].text() == "turn_detected");
    CHECK(response["output"].at(0)["status"].text() == "incomplete");
    CHECK(rig.session().spoken()[0].interrupted);
    CHECK(rig.session().spoken()[0].audio.size() < clips().find("weather-long")->audio.size());
    CHECK(rig.last("response.output_audio.delta")->at_ms <=
          rig.last("input_audio_buffer.speech_started")->at_ms);
    rig.quiet(1'500);
    CHECK(rig.session().spoken().at(1).text == clips().find("go-on")->text);
}

TEST_CASE("deltas can go on after an interruption") {
    ModelRig rig(
        R"({"name":"t","model":{"late_delta_ms":200,"pace":4,"turns":[{"hears":"weather","says":["weather-long"]}]}})");
    rig.configure();
    rig.say("weather");
    rig.quiet(1'000);
    rig.say("not-that");
    auto started = rig.last("input_audio_buffer.speech_started")->at_ms;
    CHECK(rig.all("response.output_audio.delta").back()->at_ms > started);
    CHECK((*rig.last("response.done"))["response"]["status"].text() == "cancelled");
    CHECK(rig.last("response.done")->at_ms == started + 200);
}

TEST_CASE("without interrupt_response and create_response the client decides") {
    ModelRig rig(talk);
    rig.configure(
        R"({"type":"server_vad","silence_duration_ms":500,"create_response":false,"interrupt_response":false})");
    rig.send(R"({"type":"response.create"})");
    rig.run(220);
    rig.say("milk");
    CHECK((*rig.last("response.done"))["response"]["status"].text() == "completed");
    rig.quiet(1'000);
    CHECK(rig.all("response.done").size() == 1);
    rig.send(R"({"type":"response.create"})");
    rig.send(R"({"type":"response.create","event_id":"again"})");
    CHECK(rig.last_code() == "conversation_already_has_active_response");
    CHECK_THAT(rig.last_error(),
               contains("Conversation already has an active response in progress: resp_"));
    rig.run(3'000);
    CHECK(rig.session().spoken().back().clips == Types{"ok-milk"});
    rig.send(R"({"type":"response.create"})");
    rig.run(250);
    rig.send(R"({"type":"response.cancel"})");
    CHECK((*rig.last("response.done"))["response"]["status_details"]["reason"].text() ==
          "client_cancelled");
    rig.send(R"({"type":"response.cancel"})");
    CHECK(rig.last_code() == "response_cancel_not_active");
}

TEST_CASE("truncation answers as the service does") {
    ModelRig rig(talk);
    rig.configure();
    rig.send(R"({"type":"response.create"})");
    rig.run(1'000);
    std::string id((*rig.last("response.output_item.done"))["item"]["id"].text());
    auto truncate = [&](const std::string& item, int ms) {
        rig.send(R"({"type":"conversation.item.truncate","item_id":")" + item +
                 R"(","content_index":0,"audio_end_ms":)" + std::to_string(ms) + "}");
    };
    std::int64_t whole = clips().find("greet-morning")->ms();
    truncate(id, static_cast<int>(whole) + 60);
    CHECK(rig.last_error() == "Audio content of " + std::to_string(whole) +
                                  "ms is already shorter than " + std::to_string(whole + 60) +
                                  "ms");
    truncate("item_x", 10);
    CHECK(rig.last_code() == "item_truncate_invalid_item_id");
    truncate(id, 700);
    REQUIRE(rig.last("conversation.item.truncated") != nullptr);
    rig.send(R"({"type":"conversation.item.retrieve","item_id":")" + id + "\"}");
    auto content = (*rig.last("conversation.item.retrieved"))["item"]["content"].at(0);
    CHECK(content["transcript"].text("?").empty());
    CHECK(pa::base64_decode(content["audio"].text())->size() == 5'600);
    rig.send(
        R"({"type":"conversation.item.create","item":{"type":"message","role":"user","id":"mine",
        "content":[{"type":"input_text","text":"hi"}]}})");
    truncate("mine", 0);
    CHECK(rig.last_error() == "Only model output audio messages can be truncated");
    CHECK((*rig.last("error"))["error"]["code"].is_null());
}

TEST_CASE("items go where they are put, and errors name what is missing") {
    ModelRig rig(talk);
    rig.configure();
    auto create = [&](const std::string& id, const std::string& more) {
        rig.send(R"({"type":"conversation.item.create",)" + more +
                 R"("item":{"type":"message","role":"system","id":")" + id +
                 R"(","content":[{"type":"input_text","text":"t"}]}})");
    };
    create("b", "");
    create("a", R"("previous_item_id":"root",)");
    create("ab", R"("previous_item_id":"a",)");
    CHECK((*rig.last("conversation.item.added"))["previous_item_id"].text() == "a");
    create("x", R"("previous_item_id":"nowhere",)");
    CHECK(rig.last_code() == "item_not_found");
    create("b", "");
    CHECK(rig.last_code() == "invalid_value");
    Types ids;
    for (const Item& item : rig.session().conversation().items()) ids.push_back(item.id);
    CHECK(ids == Types{"a", "ab", "b"});
    rig.send(R"({"type":"conversation.item.delete","item_id":"ab"})");
    CHECK(rig.last("conversation.item.deleted") != nullptr);
    rig.send(
        R"({"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":"1"}})");
    CHECK(rig.last_code() == "invalid_tool_call_id");
    rig.send(
        R"({"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[{"type":"output_audio"}]}})");
    CHECK(rig.last_code() == "invalid_value");
}

TEST_CASE("a function is called after what is said, only if it was given") {
    ModelRig rig(talk);
    rig.configure();
    rig.say("thanks-bye");
    rig.quiet(1'500);
    const auto* called = rig.last("response.function_call_arguments.done");
    REQUIRE(called != nullptr);
    CHECK((*called)["name"].text() == "end_call");
    CHECK((*called)["arguments"].text() == R"({"why":"done"})");
    CHECK((*rig.last("response.done"))["response"]["output"].size() == 2);
    rig.send(R"({"type":"session.update","session":{"type":"realtime","tools":[]}})");
    rig.say("thanks-bye");
    rig.quiet(1'500);
    CHECK(rig.all("response.function_call_arguments.done").size() == 1);
}

TEST_CASE("a model that was talked into it calls what it was never given") {
    ModelRig rig(
        R"({"name":"x","model":{"any_function":true,"turns":[{"hears":"*","says":["ok-milk"],
        "function":{"name":"never-given"}}]}})");
    rig.configure();
    rig.say("milk");
    rig.quiet(1'500);
    const auto* called = rig.last("response.function_call_arguments.done");
    REQUIRE(called != nullptr);
    CHECK((*called)["name"].text() == "never-given");
}

TEST_CASE("after the function's output the model goes on with what the turn says then") {
    ModelRig rig(R"({"name":"t","model":{"turns":[{"hears":"milk","says":[],
        "function":{"name":"end_call"},"then_says":["ok-milk"]}]}})");
    rig.configure();
    rig.say("milk");
    rig.quiet(1'000);
    std::string call((*rig.last("response.function_call_arguments.done"))["call_id"].text());
    rig.send(
        R"({"type":"conversation.item.create","item":{"type":"function_call_output","output":"{}","call_id":")" +
        call + "\"}}");
    rig.send(R"({"type":"response.create"})");
    rig.run(1'500);
    CHECK(rig.session().spoken().back().clips == Types{"ok-milk"});
}

TEST_CASE("a response can have several messages, with their phases") {
    ModelRig rig(R"({"name":"t","model":{"items_per_response":2,"phases":true,
        "turns":[{"hears":"wake-me","says":["ok-wake","i-see"]}]}})");
    rig.configure();
    rig.say("wake-me");
    rig.quiet(2'000);
    auto output = (*rig.last("response.done"))["response"]["output"];
    REQUIRE(output.size() == 2);
    CHECK(output.at(0)["phase"].text() == "commentary");
    CHECK(output.at(1)["phase"].text() == "final_answer");
    CHECK((*rig.last("response.output_audio.delta"))["output_index"].integer() == 1);
}

TEST_CASE("an out-of-band response leaves the conversation alone and may run beside another") {
    ModelRig rig(talk);
    rig.configure();
    rig.send(R"({"type":"response.create"})");
    rig.send(
        R"({"type":"response.create","response":{"conversation":"none","output_modalities":["text"],
        "metadata":{"purpose":"summary"},"instructions":"Summarise."}})");
    rig.run(3'000);
    CHECK(rig.all("response.done").size() == 2);
    CHECK(rig.session().conversation().items().size() == 1);
    CHECK(rig.last("response.output_text.done") != nullptr);
    CHECK(rig.last("error") == nullptr);
}

TEST_CASE("silence after the model's words times out, and it asks") {
    ModelRig rig(talk);
    rig.configure(R"({"type":"server_vad","idle_timeout_ms":5000})");
    rig.send(R"({"type":"response.create"})");
    rig.quiet(5'000);
    CHECK(rig.last("input_audio_buffer.timeout_triggered") == nullptr);
    rig.quiet(4'000);
    REQUIRE(rig.all("input_audio_buffer.timeout_triggered").size() == 1);
    CHECK(rig.session().spoken().back().clips == Types{"still-there"});
}

TEST_CASE("a manual commit wants 100 ms") {
    ModelRig rig(talk);
    rig.configure("null");
    rig.append(std::string(640, '\xff'));
    rig.send(R"({"type":"input_audio_buffer.commit"})");
    CHECK(rig.last_error() ==
          "Error committing input audio buffer: buffer too small. Expected at least "
          "100ms of audio, but buffer only has 80.00ms of audio.");
    rig.say("milk");
    CHECK(rig.last("input_audio_buffer.speech_started") == nullptr);
    rig.send(R"({"type":"input_audio_buffer.commit"})");
    REQUIRE(rig.last("input_audio_buffer.committed") != nullptr);
    rig.send(R"({"type":"response.create"})");
    rig.run(2'000);
    CHECK(rig.session().spoken().back().clips == Types{"ok-milk"});
    rig.send(R"({"type":"input_audio_buffer.clear"})");
    CHECK(rig.last("input_audio_buffer.cleared") != nullptr);
}

TEST_CASE("the voice is fixed once something was said, the same voice may be named again") {
    ModelRig rig(talk);
    rig.configure();
    auto voice = [&](const char* name) {
        rig.send(
            std::string(
                R"({"type":"session.update","session":{"type":"realtime","audio":{"output":{"voice":")") +
            name + "\"}}}}");
    };
    voice("cedar");
    CHECK(rig.last("error") == nullptr);
    rig.send(R"({"type":"response.create"})");
    rig.run(500);
    voice("cedar");
    CHECK(rig.last("error") == nullptr);
    voice("marin");
    CHECK(rig.last_code() == "cannot_update_voice");
}

TEST_CASE("each later response reads the conversation again, partly from the cache") {
    ModelRig rig(talk);
    rig.configure();
    rig.say("milk");
    rig.quiet(2'500);
    rig.say("weather");
    rig.quiet(4'000);
    auto done = rig.all("response.done");
    REQUIRE(done.size() == 2);
    auto first = (*done[0])["response"]["usage"], second = (*done[1])["response"]["usage"];
    CHECK(second["input_tokens"].integer() > first["input_tokens"].integer());
    CHECK(first["input_token_details"]["cached_tokens"].integer() == 0);
    auto usage = second;
    CHECK(usage["total_tokens"].integer() ==
          usage["input_tokens"].integer() + usage["output_tokens"].integer());
    CHECK(usage["input_tokens"].integer() ==
          usage["input_token_details"]["text_tokens"].integer() +
              usage["input_token_details"]["audio_tokens"].integer());
}

TEST_CASE("a session ends at its limit with an error and close 1001") {
    ModelRig rig(R"({"name":"t","model":{"session_ms":1000}})");
    rig.run(1'500);
    CHECK(rig.last_code() == "session_expired");
    REQUIRE(rig.ends.size() == 1);
    CHECK(rig.ends[0].code == 1001);
    rig.send(R"({"type":"response.create"})");
    CHECK(rig.received.size() == 2);
}

TEST_CASE("scripted faults happen where they are written") {
    auto status_of = [](const std::string& fault, ModelRig*& keep) {
        keep = new ModelRig(R"({"name":"t","faults":[)" + fault + "]}");
        keep->send(
            R"({"type":"session.update","session":{"type":"realtime","audio":{"output":{"format":{"type":"audio/pcmu"}}}}})");
        keep->send(R"({"type":"response.create"})");
        keep->run(3'000);
        const auto* done = keep->last("response.done");
        return done == nullptr ? std::string() : std::string((*done)["response"]["status"].text());
    };
    ModelRig* made = nullptr;
    CHECK(status_of(R"({"at":"model.response","do":"fail","code":"rate_limit_exceeded"})", made) ==
          "failed");
    CHECK((*made->last("response.done"))["response"]["status_details"]["error"]["code"].text() ==
          "rate_limit_exceeded");
    delete made;
    CHECK(status_of(R"({"at":"model.response","do":"cut","ms":600})", made) == "incomplete");
    CHECK(made->session().spoken().at(0).audio.size() == 4'800);
    delete made;
    CHECK(status_of(R"({"at":"model.response","do":"drop","ms":600})", made).empty());
    CHECK(made->ends.at(0).kind == ServerMessage::Kind::drop);
    delete made;
    CHECK(status_of(R"({"at":"model.session","do":"silent"})", made).empty());
    CHECK(made->received.size() == 1);
    delete made;
    CHECK(status_of(R"({"at":"model.session","do":"error"})", made) == "completed");
    CHECK(made->last_code() == "unknown_parameter");
    delete made;
    CHECK(status_of(R"({"at":"model.time:100","do":"close","code":"1011"})", made).empty());
    CHECK(made->ends.at(0).code == 1011);
    delete made;
    CHECK(status_of(R"({"at":"model.response","do":"garbage","ms":200})", made) == "completed");
    CHECK(made->ends.at(0).kind == ServerMessage::Kind::text);
    delete made;
    CHECK(status_of(R"({"at":"model.response","do":"flood","ms":200})", made) == "completed");
    CHECK(made->received.size() > 10'000);
    delete made;
}

TEST_CASE("a model that does not exist shows in the first response only") {
    RealtimeSession::Options options;
    options.model = "gpt-4o-realtime-preview";
    ModelRig rig(talk, options);
    rig.configure();
    rig.send(R"({"type":"response.create"})");
    rig.run(1'000);
    CHECK((*rig.last("response.done"))["response"]["status_details"]["error"]["code"].text() ==
          "model_not_found");
}

TEST_CASE("a turn whose response failed is answered when it is asked for again") {
    ModelRig rig(
        R"({"name":"t","model":{"turns":[{"hears":"milk","says":["ok-milk"]},{"hears":"milk","says":["i-see"]}]},
        "faults":[{"at":"model.response:1","do":"fail"}]})");
    rig.configure();
    rig.say("milk");
    rig.quiet(1'500);
    CHECK(rig.session().spoken().empty());
    rig.send(R"({"type":"response.create","response":{"metadata":{"purpose":"retry"}}})");
    rig.run(1'000);
    CHECK(rig.session().spoken().at(0).clips == Types{"ok-milk"});
}

TEST_CASE("a new session that is told the conversation goes on where the old one broke") {
    ModelRig rig(talk);
    rig.configure();
    auto put = [&rig](const char* role, const char* type, const char* text) {
        rig.send(
            std::string(R"({"type":"conversation.item.create","item":{"type":"message","role":")") +
            role + R"(","content":[{"type":")" + type + R"(","text":")" + text + R"("}]}})");
    };
    put("assistant", "output_text", "좋은 아침! 나 하나야. 잘 잤어?");
    put("user", "input_text", "마트에서 우유 사와야 해.");
    rig.send(R"({"type":"response.create","response":{"metadata":{"purpose":"continue"}}})");
    rig.run(1'000);
    CHECK(rig.session().spoken().at(0).clips == Types{"ok-milk"});
}

TEST_CASE("a text item can be a cue: keys that were pressed, or a sentence to say") {
    ModelRig rig(
        R"({"name":"t","model":{"turns":[{"hears":"text:key 1","says":["glad-medicine"]}]}})");
    rig.configure();
    rig.send(R"({"type":"conversation.item.create","item":{"type":"message","role":"system",
        "content":[{"type":"input_text","text":"The caller pressed key 1."}]}})");
    rig.send(R"({"type":"response.create","response":{"metadata":{"purpose":"keys"}}})");
    rig.run(1'000);
    rig.send(
        R"({"type":"response.create","response":{"instructions":"Say exactly: 여보세요? 듣고 있어?"}})");
    rig.run(1'000);
    CHECK(rig.session().spoken().back().clips == Types{"still-there"});
}
