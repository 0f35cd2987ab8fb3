#include "twilio/media.hpp"

#include "support/data.hpp"
#include "support/padded.hpp"

using namespace pa;
using pa::test::json_text;
using pa::test::Padded;

namespace {

/// A message that is no event of a call.
bool ignored(std::string_view text) {
    auto document = json_text(text);
    twilio::StreamStart start;
    return !twilio::parse_event(document.root(), start);
}

/// The event that a message is; the document outlives what it returns.
template <class E>
E parsed(const json::Document& document) {
    twilio::StreamStart start;
    auto event = twilio::parse_event(document.root(), start);
    REQUIRE(event);
    REQUIRE(std::holds_alternative<E>(*event));
    return std::get<E>(*event);
}

}  // namespace

TEST_CASE("start tells the stream, the call and the parameters") {
    auto doc = json_text(
        R"({"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1",
        "tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},
        "customParameters":{"token":"t1","about":"모닝콜"}},"streamSid":"MZ1"})");
    twilio::StreamStart start;
    auto event = twilio::parse_event(doc.root(), start);
    REQUIRE(event);
    CHECK(std::get<call::StreamStarted>(*event).stream_sid == "MZ1");
    CHECK(start.stream_sid == "MZ1");
    CHECK(start.call_sid == "CA1");
    CHECK(start.account_sid == "AC1");
    CHECK(start.encoding == "audio/x-mulaw");
    CHECK(start.sample_rate == 8000);
    CHECK(start.parameter("token") == "t1");
    CHECK(start.parameter("about") == "모닝콜");
    CHECK(start.parameter("other").empty());
}

TEST_CASE("start is understood with the SID in one place only, numbers as strings, and nulls") {
    auto doc = json_text(R"({"event":"start","start":{"streamSid":"MZ1","callSid":null,
        "mediaFormat":{"encoding":null,"sampleRate":"8000"},"customParameters":null,"new":{"x":[1]}}})");
    twilio::StreamStart start;
    REQUIRE(twilio::parse_event(doc.root(), start));
    CHECK(start.stream_sid == "MZ1");
    CHECK(start.call_sid.empty());
    CHECK(start.sample_rate == 8000);
    CHECK(start.parameter("token").empty());
    CHECK(ignored(R"({"event":"start","start":{"callSid":"CA1"}})"));
    CHECK(ignored(R"({"event":"start"})"));
}

TEST_CASE("media is the caller's payload with its stream time, string or number") {
    auto doc = json_text(
        R"({"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"520","payload":"f39/"},"streamSid":"MZ1"})");
    auto audio = parsed<call::CallerAudio>(doc);
    CHECK(audio.payload == "f39/");
    CHECK(audio.timestamp_ms == 520);
    doc = json_text(
        R"({"event":"media","media":{"track":null,"timestamp":540,"payload":"f39/","x":null}})");
    CHECK(parsed<call::CallerAudio>(doc).timestamp_ms == 540);
    CHECK(ignored(
        R"({"event":"media","media":{"track":"outbound","timestamp":"5","payload":"f39/"}})"));
    CHECK(ignored(R"({"event":"media","media":{"track":"inbound","payload":""}})"));
    CHECK(ignored(R"({"event":"media","media":{"track":"inbound","payload":7}})"));
    CHECK(ignored(R"({"event":"media","media":null})"));
}

TEST_CASE("mark, dtmf and stop") {
    auto doc = json_text(
        R"({"event":"mark","sequenceNumber":"4","streamSid":"MZ1","mark":{"name":"r12-3"}})");
    CHECK(parsed<call::MarkPlayed>(doc).name == "r12-3");
    doc = json_text(
        R"({"event":"dtmf","streamSid":"MZ1","dtmf":{"track":"inbound_track","digit":"#"}})");
    CHECK(parsed<call::KeyPressed>(doc).digit == '#');
    doc = json_text(
        R"({"event":"stop","sequenceNumber":"5","stop":{"accountSid":"AC1","callSid":"CA1"}})");
    parsed<call::StreamStopped>(doc);
    CHECK(ignored(R"({"event":"dtmf","dtmf":{"digit":"12"}})"));
    CHECK(ignored(R"({"event":"dtmf","dtmf":{"digit":"x"}})"));
    CHECK(ignored(R"({"event":"dtmf","dtmf":{"digit":null}})"));
    CHECK(ignored(R"({"event":"mark","mark":{}})"));
}

TEST_CASE("what is no event of the call is ignored") {
    CHECK(ignored(R"({"event":"connected","protocol":"Call","version":"1.0.0"})"));
    CHECK(ignored(R"({"event":"brand-new","streamSid":"MZ1"})"));
    CHECK(ignored(R"({"event":7})"));
    CHECK(ignored(R"([])"));
    CHECK(ignored(R"("media")"));
    twilio::StreamStart start;
    CHECK_FALSE(twilio::parse_event(json::Value(), start));
}

TEST_CASE("what we send has exactly Twilio's keys") {
    json::Writer w;
    twilio::write_media(w, "MZ1", "f39/");
    CHECK(w.view() == R"({"event":"media","streamSid":"MZ1","media":{"payload":"f39/"}})");
    twilio::write_media(w, "MZ\"", "f39/");  // whatever a stranger calls his stream
    CHECK(w.view() == R"({"event":"media","streamSid":"MZ\"","media":{"payload":"f39/"}})");
    twilio::write_mark(w, "MZ1", "r12-3");
    CHECK(w.view() == R"({"event":"mark","streamSid":"MZ1","mark":{"name":"r12-3"}})");
    twilio::write_clear(w, "MZ1");
    CHECK(w.view() == R"({"event":"clear","streamSid":"MZ1"})");
}

TEST_CASE("a frame of the caller's is read without a parser, and means the same") {
    for (
        const char* text :
        {R"({"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"5","payload":"//8="},"streamSid":"MZ01"})",
         R"({"streamSid":"MZ01","new":null,"media":{"payload":"//8=","timestamp":60000},"event":"media"})",
         R"({"event":"media","media":{"track":"inbound_track","timestamp":"x","payload":"!"}})"}) {
        const Padded message(text);
        const auto quick = twilio::read_caller_audio(message.message());
        REQUIRE(quick);
        const auto document = json_text(text);
        const auto audio = parsed<call::CallerAudio>(document);
        CHECK(quick->payload == audio.payload);
        CHECK(quick->timestamp_ms == audio.timestamp_ms);
    }
}

TEST_CASE("a frame that is cut off anywhere is none") {
    const std::string_view text =
        R"({"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"2","timestamp":"5","payload":"//8="},"streamSid":"MZ01"})";
    for (std::size_t size = 0; size < text.size(); ++size)
        REQUIRE_FALSE(twilio::read_caller_audio(Padded(text.substr(0, size)).message()));
}

TEST_CASE("what looks otherwise, or is something else, is left to the parser") {
    for (const char* text :
         {R"({"event":"mark","sequenceNumber":"4","streamSid":"MZ01","mark":{"name":"1.1"}})",
          R"({"event":"media","media":{"track":"outbound","timestamp":"5","payload":"//8="}})",
          R"({"event":"media","media":{"track":null,"timestamp":"5","payload":"//8="}})",
          R"({"event":"media","media":{"timestamp":"5","payload":""}})",
          R"({"event":"media","media":{"timestamp":"5"},"media":{"payload":"//8="}})",
          R"({"event":"media", "media":{"timestamp":"5","payload":"//8="}})",
          R"({"event":"media","media":{"timestamp":"5","payload":"\/\/8="}})",
          R"({"event":"media","media":{"timestamp":"5","payload":"//8="}}x)",
          R"({"media":{"timestamp":"5","payload":"//8="}})", R"({"event":"media"})", ""})
        CHECK_FALSE(twilio::read_caller_audio(Padded(text).message()));
}
