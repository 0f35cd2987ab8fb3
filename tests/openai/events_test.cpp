#include "openai/events.hpp"

#include "support/data.hpp"
#include "support/padded.hpp"

using namespace pa;
using pa::test::json_text;

namespace {

bool ignored(std::string_view text) {
    auto document = json_text(text);
    return !openai::parse_event(document.root());
}

/// An event with the document its views look into.
template <class E>
struct Parsed {
    json::Document document;
    E event;
    const E* operator->() const { return &event; }
};

template <class E>
Parsed<E> parse(std::string_view text) {
    INFO(text);
    auto document = json_text(text);
    auto event = openai::parse_event(document.root());
    REQUIRE(event);
    REQUIRE(std::holds_alternative<E>(*event));
    return {std::move(document), std::get<E>(*event)};
}

}  // namespace

TEST_CASE("the session is created and confirmed with its formats") {
    CHECK(
        parse<call::SessionCreated>(
            R"({"type":"session.created","event_id":"e","session":{"type":"realtime","id":"sess_1"}})")
            ->session_id == "sess_1");
    auto updated = parse<call::SessionUpdated>(
        R"({"type":"session.updated","event_id":"e","session":{"type":"realtime","id":"sess_1","expires_at":1756324625,
        "audio":{"input":{"format":{"type":"audio/pcmu"},"transcription":null},
                 "output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1}},"include":null}})");
    CHECK(updated->input_format == "audio/pcmu");
    CHECK(updated->output_format == "audio/pcm");
    CHECK(updated->expires_at == 1756324625);
    auto bare = parse<call::SessionUpdated>(
        R"({"type":"session.updated","session":{"expires_at":null,"audio":null}})");
    CHECK(bare->input_format.empty());
    CHECK(bare->expires_at == 0);
}

TEST_CASE("a beta server's formats are told by their GA names") {
    auto updated = parse<call::SessionUpdated>(
        R"({"type":"session.updated","session":{"input_audio_format":"g711_ulaw","output_audio_format":"pcm16"}})");
    CHECK(updated->input_format == "audio/pcmu");
    CHECK(updated->output_format == "audio/pcm");
}

TEST_CASE("the caller's turn") {
    auto started = parse<call::SpeechStarted>(
        R"({"type":"input_audio_buffer.speech_started","audio_start_ms":1000,"item_id":"u1"})");
    CHECK(started->item_id == "u1");
    CHECK(started->audio_start_ms == 1000);
    CHECK(
        parse<call::SpeechStopped>(
            R"({"type":"input_audio_buffer.speech_stopped","audio_end_ms":2000.0,"item_id":"u1"})")
            ->audio_end_ms == 2000);
    auto committed = parse<call::InputCommitted>(
        R"({"type":"input_audio_buffer.committed","previous_item_id":null,"item_id":"u1"})");
    CHECK(committed->item_id == "u1");
    CHECK(committed->previous_item_id.empty());
    CHECK(
        parse<call::IdleTimeout>(
            R"({"type":"input_audio_buffer.timeout_triggered","audio_start_ms":1,"audio_end_ms":2,"item_id":"u2"})")
            ->item_id == "u2");
}

TEST_CASE("an item has a role if it is a message") {
    for (const char* name : {"conversation.item.added", "conversation.item.created"}) {
        auto item = parse<call::ItemAdded>(
            std::string(R"({"type":")") + name +
            R"(","previous_item_id":"u0","item":{"id":"u1","type":"message","role":"user","content":[]}})");
        CHECK(item->item_id == "u1");
        CHECK(item->previous_item_id == "u0");
        CHECK(item->role == "user");
    }
    CHECK(
        parse<call::ItemAdded>(
            R"({"type":"conversation.item.added","previous_item_id":null,"item":{"id":"f1","type":"function_call"}})")
            ->role.empty());
}

TEST_CASE("a transcription comes with tokens or seconds, or fails") {
    auto tokens = parse<call::CallerText>(
        R"({"type":"conversation.item.input_audio_transcription.completed","item_id":"u1","content_index":0,
        "transcript":"여보세요?","languages":[{"code":"ko"}],"logprobs":null,
        "usage":{"type":"tokens","total_tokens":22,"input_tokens":13,"input_token_details":{"text_tokens":1,"audio_tokens":12},"output_tokens":9}})");
    CHECK(tokens->text == "여보세요?");
    CHECK(tokens->usage.transcription_in == 13);
    CHECK(tokens->usage.transcription_out == 9);
    CHECK(tokens->usage.audio_in == 0);  // the model's own, with another price
    auto seconds = parse<call::CallerText>(
        R"({"type":"conversation.item.input_audio_transcription.completed","item_id":"u1","transcript":"네",
        "usage":{"type":"duration","seconds":1.3}})");
    CHECK(seconds->usage.transcription_seconds == Approx(1.3));
    CHECK(seconds->usage.audio_in == 0);
    auto bare = parse<call::CallerText>(
        R"({"type":"conversation.item.input_audio_transcription.completed","item_id":"u1","transcript":null,"usage":null})");
    CHECK(bare->text.empty());
    auto failed = parse<call::CallerTextFailed>(
        R"({"type":"conversation.item.input_audio_transcription.failed","item_id":"u1",
        "error":{"type":"transcription_error","code":"audio_unintelligible","message":"x","param":null}})");
    CHECK(failed->code == "audio_unintelligible");
    CHECK(
        parse<call::CallerTextFailed>(
            R"({"type":"conversation.item.input_audio_transcription.failed","item_id":"u1","error":{"type":"t","code":null}})")
            ->code == "t");
}

TEST_CASE("a response starts with our purpose, if it had one") {
    auto ours = parse<call::ResponseStarted>(
        R"({"type":"response.created","response":{"id":"r1","status":"in_progress","metadata":{"purpose":"greeting"},"usage":null}})");
    CHECK(ours->response_id == "r1");
    CHECK(ours->purpose == "greeting");
    CHECK(parse<call::ResponseStarted>(
              R"({"type":"response.created","response":{"id":"r2","metadata":null}})")
              ->purpose.empty());
}

TEST_CASE("output is a message or a function call") {
    auto message = parse<call::OutputStarted>(
        R"({"type":"response.output_item.added","response_id":"r1","output_index":0,"item":{"id":"a1","type":"message","role":"assistant","phase":"commentary","content":[]}})");
    CHECK(message->item_id == "a1");
    CHECK(message->response_id == "r1");
    CHECK(message->message);
    CHECK_FALSE(
        parse<call::OutputStarted>(
            R"({"type":"response.output_item.added","response_id":"r1","item":{"id":"f1","type":"function_call"}})")
            ->message);
    CHECK(ignored(
        R"({"type":"response.output_item.added","response_id":"r1","item":{"id":"x","type":"mcp_call"}})"));
}

TEST_CASE("audio and its words, under the names of GA and of the beta") {
    for (std::string name : {"output_audio", "audio"}) {
        std::string ids =
            R"(","response_id":"r1","item_id":"a1","output_index":0,"content_index":1)";
        auto audio = parse<call::ModelAudio>(R"({"type":"response.)" + name + ".delta" + ids +
                                             R"(,"delta":"f39/","obfuscation":"xyz"})");
        CHECK(audio->response_id == "r1");
        CHECK(audio->item_id == "a1");
        CHECK(audio->content_index == 1);
        CHECK(audio->payload == "f39/");
        CHECK(parse<call::ModelAudioDone>(R"({"type":"response.)" + name + ".done" + ids + "}")
                  ->content_index == 1);
        CHECK(parse<call::ModelText>(R"({"type":"response.)" + name + "_transcript.delta" + ids +
                                     R"(,"delta":"안녕"})")
                  ->delta == "안녕");
        CHECK(parse<call::ModelTextDone>(R"({"type":"response.)" + name + "_transcript.done" + ids +
                                         R"(,"transcript":"안녕하세요"})")
                  ->text == "안녕하세요");
    }
    CHECK(ignored(
        R"({"type":"response.output_audio.delta","response_id":"r1","item_id":"a1","delta":""})"));
}

TEST_CASE("a function is called once, by its finished item") {
    auto called = parse<call::FunctionCalled>(
        R"({"type":"response.output_item.done","response_id":"r1","output_index":1,"item":{"id":"f1","type":"function_call","status":"completed","call_id":"call_1","name":"create_reminder","arguments":"{\"text\":\"우유\"}"}})");
    CHECK(called->response_id == "r1");
    CHECK(called->item_id == "f1");
    CHECK(called->call_id == "call_1");
    CHECK(called->name == "create_reminder");
    CHECK(called->arguments == R"({"text":"우유"})");
    CHECK(
        parse<call::FunctionCalled>(
            R"({"type":"response.output_item.done","response_id":"r1","item":{"id":"f1","type":"function_call","call_id":"c","name":"end_call","arguments":"","status":null}})")
            ->arguments == "{}");
    CHECK(ignored(
        R"({"type":"response.output_item.done","response_id":"r1","item":{"id":"f1","type":"function_call","status":"incomplete","call_id":"c","name":"n","arguments":"{\"te"}})"));
    CHECK(ignored(
        R"({"type":"response.function_call_arguments.done","response_id":"r1","item_id":"f1","call_id":"c","name":"n","arguments":"{}"})"));
    CHECK(ignored(
        R"({"type":"response.output_item.done","response_id":"r1","item":{"id":"a1","type":"message","status":"completed"}})"));
}

TEST_CASE("a response ends with its reason and usage") {
    auto done = parse<call::ResponseDone>(
        R"({"type":"response.done","response":{"id":"r1","status":"completed","status_details":null,"output":[],
        "usage":{"total_tokens":253,"input_tokens":132,"output_tokens":121,
          "input_token_details":{"text_tokens":119,"audio_tokens":13,"image_tokens":0,"cached_tokens":64,
            "cached_tokens_details":{"text_tokens":60,"audio_tokens":4,"image_tokens":0}},
          "output_token_details":{"text_tokens":30,"audio_tokens":91}},"metadata":null}})");
    CHECK(done->response_id == "r1");
    CHECK(done->status == "completed");
    CHECK(done->reason.empty());
    CHECK(done->has_usage);
    CHECK(done->usage.text_in == 119);
    CHECK(done->usage.audio_in == 13);
    CHECK(done->usage.cached_text_in == 60);
    CHECK(done->usage.cached_audio_in == 4);
    CHECK(done->usage.text_out == 30);
    CHECK(done->usage.audio_out == 91);
    auto cancelled = parse<call::ResponseDone>(
        R"({"type":"response.done","response":{"id":"r1","status":"cancelled","status_details":{"type":"cancelled","reason":"turn_detected"},"usage":null}})");
    CHECK(cancelled->reason == "turn_detected");
    CHECK_FALSE(cancelled->has_usage);
    auto failed = parse<call::ResponseDone>(
        R"({"type":"response.done","response":{"id":"r1","status":"failed","status_details":{"type":"failed","error":{"type":"invalid_request_error","code":"model_not_found","message":"m"}}}})");
    CHECK(failed->error_code == "model_not_found");
    CHECK(failed->error_message == "m");
    CHECK(
        parse<call::ResponseDone>(
            R"({"type":"response.done","response":{"id":"r1","status":"failed","status_details":{"error":{"type":"server_error","code":null}}}})")
            ->error_code == "server_error");
}

TEST_CASE("usage with holes never counts less than was used, nor below zero") {
    auto lone = json_text(R"({"input_tokens":10,"output_tokens":5,"input_token_details":null})");
    auto usage = openai::read_response_usage(lone.root());
    CHECK(usage.audio_in == 10);
    CHECK(usage.audio_out == 5);
    auto odd = json_text(
        R"({"input_token_details":{"text_tokens":10,"audio_tokens":-3,"cached_tokens":64,"cached_tokens_details":{"text_tokens":64,"audio_tokens":null}}})");
    usage = openai::read_response_usage(odd.root());
    CHECK(usage.cached_text_in == 10);
    CHECK(usage.audio_in == 0);
    auto unsplit = json_text(
        R"({"input_token_details":{"text_tokens":10,"audio_tokens":3,"cached_tokens":13}})");
    CHECK(openai::read_response_usage(unsplit.root()).cached_text_in == 0);
}

TEST_CASE("an error names the event of ours that was at fault") {
    auto error = parse<call::ModelError>(
        R"({"type":"error","event_id":"e1","error":{"type":"invalid_request_error","code":"invalid_value","message":"m","param":"session.audio","event_id":"cfg-1"}})");
    CHECK(error->type == "invalid_request_error");
    CHECK(error->code == "invalid_value");
    CHECK(error->message == "m");
    CHECK(error->event_id == "cfg-1");
    CHECK(parse<call::ModelError>(
              R"({"type":"error","error":{"code":null,"message":"m","event_id":null}})")
              ->event_id.empty());
}

TEST_CASE("what does not concern the call is ignored") {
    for (const char* text : {R"({"type":"rate_limits.updated","rate_limits":[]})",
                             R"({"type":"conversation.created"})",
                             R"({"type":"conversation.item.done","item":{"id":"u1"}})",
                             R"({"type":"brand.new"})", R"({"type":null})", R"({})", R"([])",
                             R"({"type":"conversation.item.added","item":null})"})
        CHECK(ignored(text));
    CHECK_FALSE(openai::parse_event(json::Value()));
}

TEST_CASE("a delta of audio is read without a parser, and means the same") {
    for (
        const char* text :
        {R"({"type":"response.output_audio.delta","event_id":"e1","response_id":"r1","item_id":"a1","output_index":0,"content_index":1,"delta":"//8="})",
         R"({"delta":"//8=","content_index":-1,"type":"response.output_audio.delta","more":"x"})",
         R"({"type":"response.output_audio.delta","content_index":"7","delta":"//8="})",
         R"({"type":"response.output_audio.delta","content_index":99999999,"delta":"//8="})"}) {
        const test::Padded message(text);
        const auto quick = openai::read_audio(message.message());
        REQUIRE(quick);
        const auto audio = parse<call::ModelAudio>(text);
        CHECK(quick->response_id == audio->response_id);
        CHECK(quick->item_id == audio->item_id);
        CHECK(quick->content_index == audio->content_index);
        CHECK(quick->payload == audio->payload);
    }
}

TEST_CASE("a delta that is cut off anywhere is none") {
    const std::string_view text =
        R"({"type":"response.output_audio.delta","response_id":"r1","item_id":"a1","content_index":10,"delta":"//8="})";
    for (std::size_t size = 0; size < text.size(); ++size)
        REQUIRE_FALSE(openai::read_audio(test::Padded(text.substr(0, size)).message()));
}

TEST_CASE("a message that is no delta of audio, or looks otherwise, is left to the parser") {
    for (const char* text :
         {R"({"type":"response.output_audio_transcript.delta","item_id":"a1","delta":"yes"})",
          R"({"type":"response.audio.delta","item_id":"a1","delta":"//8="})",
          R"({"type":"response.output_audio.delta","item_id":"a1","delta":""})",
          R"({"type":"response.output_audio.delta","item_id":null,"delta":"//8="})",
          R"({"type":"response.output_audio.delta","content_index":1.0,"delta":"//8="})",
          R"({"type":"response.output_audio.delta","delta":"//8=","delta":"AAAA"})",
          R"({"type":"response.output_audio.delta","delta":"//8=","more":{}})",
          R"({"item_id":"a1","delta":"//8="})", "{}"})
        CHECK_FALSE(openai::read_audio(test::Padded(text).message()));
}
