#include "bench/carrier.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <cstdio>
#include <cstring>

#include "base/http_message.hpp"
#include "bench/model.hpp"
#include "twilio/signature.hpp"

namespace pa::bench {
namespace {

constexpr int stream_digits = 8;  // of the stream's SID that differ

/// 160 bytes of u-law: the stamp, whose it is, and something that is not silence.
std::string frame_payload() {
    std::string text(frame_characters - 4, 'f');
    return text + "fw==";
}

/// As Twilio writes it.
struct MediaFrame {
    Template frame{fmt::format(R"({{"event":"media","sequenceNumber":"TTTTTTTT","media":{{)"
                               R"("track":"inbound","chunk":"CCCCCCCC","timestamp":"MMMMMMMM",)"
                               R"("payload":"{}"}},"streamSid":"MZ{:024}SSSSSSSS"}})",
                               frame_payload(), 0),
                   true};
    std::size_t sequence = frame.find("TTTTTTTT"), chunk = frame.find("CCCCCCCC"),
                time = frame.find("MMMMMMMM"), payload = frame.find("ffff"),
                sid = frame.find("SSSSSSSS");
};

MediaFrame& media_frame() {
    static MediaFrame frame;
    return frame;
}

std::string_view between(std::string_view text, std::string_view before, char after) {
    std::size_t at = text.find(before);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + before.size());
    return text.substr(0, text.find(after));
}

}  // namespace

void Carrier::start() {
    ++generation_;
    call_sid_ = fmt::format("CA{:016x}{:08x}{:08x}", 0, generation_, number_);
    stream_sid_ = fmt::format("MZ{:024}{:08x}", 0, number_);
    last_stamp_ = 0;
    frame_ = 0;
    played_until_ = interrupted_at_ = 0;
    marks_.clear();
    if (world_.options.direct) return open_stream();
    phase_ = Phase::webhook;
    Form form = {{"AccountSid", world_.options.account},
                 {"CallSid", call_sid_},
                 {"From", "+15550001234"},
                 {"To", "+15550009999"},
                 {"Direction", "inbound"},
                 {"CallStatus", "ringing"},
                 {"ApiVersion", "2010-04-01"}};
    std::string signature =
        twilio::sign_form(world_.options.token, world_.options.public_base + "/incoming", form);
    std::string body = form_encode(form);
    stream_.open(world_.epoll, connect_to(world_.options.port), static_cast<Source*>(this));
    asked_at_ = now_ns();
    stream_.send(
        fmt::format("POST /incoming HTTP/1.1\r\nHost: bench.example\r\nContent-Type: "
                    "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"
                    "X-Twilio-Signature: {}\r\n\r\n{}",
                    body.size(), signature, body));
}

void Carrier::open_stream() {
    phase_ = Phase::upgrading;
    partial_.clear();
    std::string signature = twilio::sign_socket(
        world_.options.token,
        twilio::public_socket_url_of(world_.options.public_base, "/media-stream"));
    stream_.close();
    stream_.open(world_.epoll, connect_to(world_.options.port), static_cast<Source*>(this));
    stream_.send(
        upgrade_request("/media-stream", fmt::format("X-Twilio-Signature: {}\r\n", signature)));
}

void Carrier::ready(unsigned events) {
    if ((events & EPOLLOUT) != 0) stream_.flush();
    bool alive =
        stream_.drain(world_.buffer, sizeof world_.buffer, [&](char* bytes, std::size_t n) {
            if (phase_ == Phase::streaming)
                return each_frame(partial_, bytes, n, [&](Frame& frame) { take(frame); });
            partial_.append(bytes, n);
            phase_ == Phase::webhook ? answered() : upgraded();
        });
    if (!alive && phase_ != Phase::idle) broken("the connection broke off");
}

void Carrier::broken(std::string_view what) {
    if (world_.options.verbose)
        std::fprintf(stderr, "call %zu: %.*s: %s\n", number_, static_cast<int>(what.size()),
                     what.data(), partial_.c_str());
    ++world_.count.broken;
    hang_up(false);
}

/// The whole answer is there when its length is.
void Carrier::answered() {
    std::size_t head = partial_.find("\r\n\r\n");
    if (head == std::string::npos) return;
    std::string_view length = between(partial_, "content-length: ", '\r');
    if (partial_.size() < head + 4 + std::strtoul(std::string(length).c_str(), nullptr, 10)) return;
    if (world_.figures != nullptr) world_.figures->webhook.add(world_.woken - asked_at_);
    token_ = between(partial_, R"(name="token" value=")", '"');
    if (token_.empty()) {
        ++world_.count.refused;
        if (world_.options.verbose) std::fprintf(stderr, "refused: %s\n", partial_.c_str());
        return hang_up(false);
    }
    open_stream();
}

void Carrier::upgraded() {
    std::size_t head = partial_.find("\r\n\r\n");
    if (head == std::string::npos) return;
    if (!partial_.starts_with("HTTP/1.1 101")) return broken("no upgrade");
    phase_ = Phase::streaming;
    streaming_since = world_.woken;
    partial_.erase(0, head + 4);
    say(R"({"event":"connected","protocol":"Call","version":"1.0.0"})");
    say(fmt::format(R"({{"event":"start","sequenceNumber":"1","start":{{"accountSid":"{}",)"
                    R"("streamSid":"{}","callSid":"{}","tracks":["inbound"],"mediaFormat":{{)"
                    R"("encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}},)"
                    R"("customParameters":{{"token":"{}"}}}},"streamSid":"{}"}})",
                    world_.options.account, stream_sid_, call_sid_, token_, stream_sid_));
}

void Carrier::say(std::string_view message) { stream_.send(text_frame(message, true)); }

void Carrier::step() {
    if (phase_ != Phase::streaming) return;
    MediaFrame& m = media_frame();
    auto n = static_cast<std::uint64_t>(++frame_);
    m.frame.put_decimal(m.sequence, n, 8);
    m.frame.put_decimal(m.chunk, n, 8);
    m.frame.put_decimal(m.time, n * 20, 8);
    m.frame.put_hex(m.payload + stamp_digits, number_, caller_digits);
    m.frame.put_hex(m.sid, number_, stream_digits);
    Nanos now = now_ns();
    m.frame.put_hex(m.payload, static_cast<std::uint64_t>(now), stamp_digits);
    stream_.send(m.frame.bytes());
    ++world_.count.caller_sent;
    echo_marks(now);
}

void Carrier::echo_marks(Nanos until) {
    while (!marks_.empty() && marks_.front().at <= until) {
        say(fmt::format(R"({{"event":"mark","sequenceNumber":"4","streamSid":"{}",)"
                        R"("mark":{{"name":"{}"}}}})",
                        stream_sid_, marks_.front().name));
        marks_.pop_front();
    }
}

void Carrier::take(const Frame& frame) {
    if (frame.opcode == 8) return hang_up(false);
    if (frame.opcode != 1) return;
    std::string_view text = frame.text();
    // {"event":"media" and {"event":"mark" and {"event":"clear"
    if (text.starts_with(R"({"event":"med)"))
        take_media(text);
    else if (text.starts_with(R"({"event":"mar)"))
        marks_.push_back({played_until_, std::string(between(text, R"("name":")", '"'))});
    else if (text.starts_with(R"({"event":"cle)"))
        take_clear();
}

void Carrier::take_media(std::string_view text) {
    std::size_t at = text.find(R"("payload":")");
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 11);
    std::size_t characters = text.size() - 3;  // "}}
    played_until_ = std::max(played_until_, world_.woken) +
                    static_cast<Nanos>(characters / 4 * 3 / 8) * 1'000'000;
    ++world_.count.model_messages;
    auto take = [&](std::uint64_t stamp) {
        if (stamp < last_stamp_) ++world_.count.disorder;
        last_stamp_ = stamp;
        ++world_.count.model_received;
        if (Figures* into = figures(); into != nullptr)
            into->model.add(world_.woken - static_cast<Nanos>(stamp));
    };
    // A burst is one delta with one stamp, and too long to be joined.
    if (world_.options.bursts)
        take(read_hex(text.data(), stamp_digits));
    else
        each_stamp({text.data(), characters}, take);
}

Figures* Carrier::figures() const {
    return number_ < static_cast<std::size_t>(world_.options.calls) ? world_.figures : nullptr;
}

void Carrier::interrupted(Nanos at, bool was_playing) {
    if (!was_playing) return;
    interrupted_at_ = at;
    ++world_.count.interrupted;
}

void Carrier::take_clear() {
    played_until_ = world_.woken;
    echo_marks(INT64_MAX);
    if (interrupted_at_ == 0) return;
    ++world_.count.cleared;
    if (Figures* into = figures(); into != nullptr)
        into->barge_in.add(world_.woken - interrupted_at_);
    interrupted_at_ = 0;
}

void Carrier::hang_up(bool politely) {
    if (phase_ == Phase::streaming && politely)
        say(fmt::format(R"({{"event":"stop","sequenceNumber":"9","streamSid":"{}","stop":{{)"
                        R"("accountSid":"{}","callSid":"{}"}}}})",
                        stream_sid_, world_.options.account, call_sid_));
    phase_ = Phase::idle;
    stream_.close();
    partial_.clear();
    if (model != nullptr) model->forget_call();
    model = nullptr;
}

}  // namespace pa::bench
