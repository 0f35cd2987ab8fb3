#include "sim/media_leg.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "base/base64.hpp"

namespace pa::sim {

namespace {

Complaint bad(std::string what) { return {31951, std::move(what)}; }

/// Exactly these members, or a sentence.
std::string check_keys(json::Value object, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (!object[name].exists()) return "missing " + std::string(name);
    }
    if (object.size() == names.size()) return {};
    std::string extra = "a key too many:";
    object.for_each_member([&](std::string_view key, json::Value) {
        if (std::find(names.begin(), names.end(), key) == names.end())
            extra += " " + std::string(key);
    });
    return extra;
}

}  // namespace

MediaLeg::MediaLeg(Ids ids, Phone& phone, TimePoint begin)
    : ids_(std::move(ids)), phone_(phone), begin_(begin) {}

json::Writer& MediaLeg::envelope(std::string_view event) {
    writer_.start().object().member("event", event);
    writer_.member("sequenceNumber", std::to_string(++sequence_));
    return writer_.member("streamSid", ids_.stream_sid);
}

std::string_view MediaLeg::connected() {
    writer_.start().object().member("event", "connected").member("protocol", "Call");
    return writer_.member("version", "1.0.0").end().view();
}

std::string_view MediaLeg::start() {
    auto& w = envelope("start").key("start").object();
    w.member("accountSid", ids_.account_sid).member("streamSid", ids_.stream_sid);
    w.member("callSid", ids_.call_sid).key("tracks").array().value("inbound").end();
    w.key("mediaFormat").object().member("encoding", "audio/x-mulaw");
    w.member("sampleRate", 8000).member("channels", 1).end();
    w.key("customParameters").object();
    for (const auto& [name, value] : ids_.parameters) w.member(name, value);
    return w.end().end().end().view();
}

std::string_view MediaLeg::media(std::string_view frame, TimePoint spoken_at) {
    auto& w = envelope("media").key("media").object().member("track", "inbound");
    w.member("chunk", std::to_string(++chunk_));
    w.member("timestamp", std::to_string(call::ms_between(begin_, spoken_at)));
    return w.member("payload", base64_encode(frame)).end().end().view();
}

std::string_view MediaLeg::dtmf(char digit) {
    auto& w = envelope("dtmf").key("dtmf").object().member("track", "inbound_track");
    return w.member("digit", std::string(1, digit)).end().end().view();
}

std::string_view MediaLeg::mark(std::string_view name) {
    return envelope("mark").key("mark").object().member("name", name).end().end().view();
}

std::string_view MediaLeg::stop() {
    auto& w = envelope("stop").key("stop").object().member("accountSid", ids_.account_sid);
    return w.member("callSid", ids_.call_sid).end().end().view();
}

std::optional<Complaint> MediaLeg::receive(std::string_view message, TimePoint now) {
    constexpr std::size_t kSane = 1U << 20U;
    if (message.size() > kSane) return bad("a message of more than 1 MiB");
    auto document = json::Document::parse(message);
    if (!document || !document->root().is_object()) return bad("no JSON object");
    const auto root = document->root();
    const auto event = root["event"].text();
    if (root["streamSid"].text() != ids_.stream_sid)
        return bad("streamSid is not that of this stream");
    if (event == "media") return take_media(root, now);
    if (event == "mark") return take_mark(root, now);
    if (event != "clear") return bad("unknown event " + std::string(event));
    if (auto wrong = check_keys(root, {"event", "streamSid"}); !wrong.empty())
        return bad("clear: " + wrong);
    phone_.clear(now);
    return std::nullopt;
}

std::optional<Complaint> MediaLeg::take_media(json::Value message, TimePoint now) {
    if (auto wrong = check_keys(message, {"event", "streamSid", "media"}); !wrong.empty())
        return bad("media: " + wrong);
    if (auto wrong = check_keys(message["media"], {"payload"}); !wrong.empty())
        return bad("media.media: " + wrong);
    const auto audio = base64_decode(message["media"]["payload"].text());
    if (!audio || audio->empty()) return bad("media.payload: no base64 audio");
    if (audio->starts_with("RIFF"))
        return bad("media.payload: a file's header would be heard as noise");
    audio_received_ += static_cast<std::int64_t>(audio->size());
    const auto before = phone_.overflowed();
    phone_.media(*audio, now, ids_.stream_sid + "/" + std::to_string(marks_.size()));
    if (phone_.overflowed() > before)
        return Complaint{31931, "more than 10 minutes of audio are buffered"};
    return std::nullopt;
}

std::optional<Complaint> MediaLeg::take_mark(json::Value message, TimePoint now) {
    if (auto wrong = check_keys(message, {"event", "streamSid", "mark"}); !wrong.empty())
        return bad("mark: " + wrong);
    if (auto wrong = check_keys(message["mark"], {"name"}); !wrong.empty())
        return bad("mark.mark: " + wrong);
    const auto name = message["mark"]["name"].text();
    if (name.empty()) return bad("mark.name: expected text");
    phone_.mark(name, now);
    marks_.emplace_back(name);
    return std::nullopt;
}

std::string_view MediaLeg::mark_after(std::string_view part) const {
    const auto number = part.substr(part.rfind('/') + 1);
    std::size_t n = marks_.size();
    std::from_chars(number.data(), number.data() + number.size(), n);
    return n < marks_.size() && part.starts_with(ids_.stream_sid) ? std::string_view(marks_[n])
                                                                  : std::string_view();
}

}  // namespace pa::sim
