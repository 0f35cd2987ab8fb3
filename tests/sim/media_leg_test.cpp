#include "sim/media_leg.hpp"

#include "base/base64.hpp"
#include "support/catch.hpp"
#include "twilio/media.hpp"

using namespace pa;
using namespace pa::sim;
using namespace std::chrono_literals;

namespace {

const TimePoint t0{1000s};

struct Stream {
    Phone phone{t0};
    MediaLeg leg{{"AC1", "CA1", "MZ1", {{"token", "x"}}}, phone, t0};
    int send(const std::string& message) {
        auto complaint = leg.receive(message, t0);
        return complaint ? complaint->code : 0;
    }
};

}  // namespace

TEST_CASE("the messages of a stream are numbered and read by the bridge's own reader") {
    Stream s;
    CHECK(s.leg.connected() == R"({"event":"connected","protocol":"Call","version":"1.0.0"})");
    auto doc = json::Document::parse(s.leg.start());
    REQUIRE(doc);
    twilio::StreamStart start;
    auto event = twilio::parse_event(doc->root(), start);
    REQUIRE(event);
    CHECK(start.stream_sid == "MZ1");
    CHECK(start.parameter("token") == "x");
    CHECK(start.sample_rate == 8000);
    CHECK(s.leg.media(std::string(160, '\xff'), t0 + 40ms).find(R"("sequenceNumber":"2")") !=
          std::string::npos);
    auto media = json::Document::parse(s.leg.media(std::string(160, '\xff'), t0 + 60ms));
    CHECK(media->root()["media"]["timestamp"].text() == "60");
    CHECK(media->root()["media"]["chunk"].text() == "2");
    CHECK(media->root()["sequenceNumber"].text() == "3");
    CHECK_THAT(std::string(s.leg.dtmf('#')), contains(R"("digit":"#")"));
    CHECK_THAT(std::string(s.leg.stop()),
               contains(R"("stop":{"accountSid":"AC1","callSid":"CA1"})"));
}

TEST_CASE("what the bridge writes reaches the phone") {
    Stream s;
    json::Writer w;
    twilio::write_media(w, "MZ1", base64_encode(std::string(800, '\x11')));
    CHECK(s.send(w.str()) == 0);
    twilio::write_mark(w, "MZ1", "r1");
    CHECK(s.send(w.str()) == 0);
    twilio::write_clear(w, "MZ1");
    CHECK(s.send(w.str()) == 0);
    auto marks = s.phone.poll(t0 + 1s);
    REQUIRE(marks.size() == 1);
    CHECK(marks[0].name == "r1");
    CHECK(s.phone.received() == 800);
    CHECK(s.leg.mark_after(s.phone.parts(t0 + 1s).at(0).name) == "r1");
}

TEST_CASE("anything but the documented messages is complained of") {
    Stream s;
    CHECK(s.send("hello") == 31951);
    CHECK(s.send(R"({"event":"clear","streamSid":"MZ2"})") == 31951);
    CHECK(s.send(R"({"event":"clear","streamSid":"MZ1","x":1})") == 31951);
    CHECK(s.send(R"({"event":"hangup","streamSid":"MZ1"})") == 31951);
    CHECK(s.send(R"({"event":"media","streamSid":"MZ1","media":{"payload":"_"}})") == 31951);
    CHECK(s.send(R"({"event":"media","streamSid":"MZ1","media":{"payload":""}})") == 31951);
    CHECK(
        s.send(
            R"({"event":"media","streamSid":"MZ1","media":{"payload":"/w==","track":"outbound"}})") ==
        31951);
    CHECK(s.send(R"({"event":"media","streamSid":"MZ1"})") == 31951);
    CHECK(s.send(R"({"event":"media","streamSid":"MZ1","media":{"payload":"UklGRgAA"}})") == 31951);
    CHECK(s.send(R"({"event":"mark","streamSid":"MZ1","mark":{"name":""}})") == 31951);
    CHECK(s.send(R"({"event":"mark","streamSid":"MZ1","mark":{"name":7}})") == 31951);
    (void)s.phone.poll(t0 + 1s);
    CHECK(s.phone.received() == 0);
}
