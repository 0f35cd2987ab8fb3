#include "twilio/media.hpp"

#include <utility>

#include "json/quick_reader.hpp"

namespace pa::twilio {
namespace {

using Parsed = std::optional<call::Event>;

Parsed parse_audio(json::Value media) {
    // <Connect><Stream> sends the caller's side only; the other would be our own voice.
    if (!media["track"].text("inbound").starts_with("inbound")) return {};
    std::string_view payload = media["payload"].text();
    if (payload.empty()) return {};
    return call::CallerAudio{payload, media["timestamp"].integer()};
}

Parsed parse_start(json::Value message, StreamStart& out) {
    json::Value start = message["start"];
    json::Value format = start["mediaFormat"];
    out.stream_sid = message["streamSid"].text(start["streamSid"].text());
    out.call_sid = start["callSid"].text();
    out.account_sid = start["accountSid"].text();
    out.encoding = format["encoding"].text();
    out.sample_rate = static_cast<int>(format["sampleRate"].integer());
    out.parameters = start["customParameters"];
    if (out.stream_sid.empty()) return {};
    return call::StreamStarted{out.stream_sid};
}

Parsed parse_key(json::Value dtmf) {
    std::string_view digit = dtmf["digit"].text();
    if (digit.size() != 1 ||
        std::string_view("0123456789*#ABCD").find(digit[0]) == std::string_view::npos)
        return {};
    return call::KeyPressed{digit[0]};
}

Parsed parse_mark(json::Value mark) {
    std::string_view name = mark["name"].text();
    if (name.empty()) return {};
    return call::MarkPlayed{name};
}

json::Writer& begin(json::Writer& w, std::string_view event, std::string_view stream_sid) {
    return w.start().object().member("event", event).member("streamSid", stream_sid);
}

}  // namespace

std::optional<call::Event> parse_event(json::Value message, StreamStart& start) {
    std::string_view event = message["event"].text();
    if (event == "media") return parse_audio(message["media"]);  // 50 a second: first
    if (event == "mark") return parse_mark(message["mark"]);
    if (event == "dtmf") return parse_key(message["dtmf"]);
    if (event == "start") return parse_start(message, start);
    if (event == "stop") return call::StreamStopped{};
    return {};
}

std::optional<call::CallerAudio> read_caller_audio(std::span<const char> message) {
    using json::is;
    std::string_view event, track, payload;
    std::optional<std::int64_t> timestamp;
    bool media = false;
    json::QuickReader in(message);
    in.enter();
    for (std::string_view name; in.next(name);) {
        if (is(name, "event")) {
            in.read(event);
            if (!is(event, "media")) return {};
        } else if (is(name, "media") && !std::exchange(media, true)) {
            in.enter();
            while (in.next(name)) {
                if (is(name, "track"))
                    in.read(track);
                else if (is(name, "timestamp"))
                    in.read(timestamp);
                else if (is(name, "payload"))
                    in.read(payload);
                else
                    in.skip();
            }
        } else {
            in.skip();
        }
    }
    if (!in.finished() || event.empty() || payload.empty()) return {};
    if (track.data() != nullptr && !track.starts_with("inbound")) return {};
    return call::CallerAudio{payload, timestamp.value_or(0)};
}

void write_media(json::Writer& w, std::string_view stream_sid, std::string_view payload) {
    static const json::Template media(
        R"({"event":"media","streamSid":"?","media":{"payload":"?"}})");
    w.fill(media, {stream_sid, payload});
}

void write_mark(json::Writer& w, std::string_view stream_sid, std::string_view name) {
    begin(w, "mark", stream_sid).key("mark").object().member("name", name).end().end();
}

void write_clear(json::Writer& w, std::string_view stream_sid) {
    begin(w, "clear", stream_sid).end();
}

}  // namespace pa::twilio
