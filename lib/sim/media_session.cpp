#include "sim/media_session.hpp"

#include "sim/fetch_policy.hpp"
#include "twilio/signature.hpp"

namespace pa::sim {

namespace {

net::WsConnect upgrade_to(const std::string& url, const Secret& token) {
    net::WsConnect c;
    c.url = url;
    c.headers = {{"user-agent", "Twilio.TmeWs/1.0"},
                 {"x-twilio-signature", twilio::sign_socket(token, signed_url(url))}};
    return c;
}

}  // namespace

MediaSession::MediaSession(Carrier& carrier, Faults& faults, Phone& phone, MediaLeg::Ids ids,
                           const std::string& url, milliseconds network_delay, Hooks hooks)
    : carrier_(carrier),
      faults_(faults),
      phone_(phone),
      ids_(std::move(ids)),
      network_delay_(network_delay),
      hooks_(std::move(hooks)),
      leg_(std::make_unique<MediaLeg>(ids_, phone, carrier.loop.now())),
      delays_(carrier.loop),
      frame_timer_(carrier.loop, [this] { send_frames(); }),
      mark_timer_(carrier.loop, [this] { return_marks(); }) {
    facts_.stream_sid = ids_.stream_sid;
    client_ =
        std::make_unique<net::WsClient>(carrier.loop, upgrade_to(url, carrier.auth_token), *this);
}

void MediaSession::opened(net::WsPeer& peer) {
    peer_ = &peer;
    send(leg_->connected());
    const Fault* fault = faults_.next("carrier.start");
    if (fault == nullptr) return start();
    if (fault->what == "garbage") send("{\"event\":\"start\",");
    if (fault->what == "drop") return drop();
    if (fault->what == "delay" || fault->what == "slow")
        delays_.after(milliseconds(fault->ms), [this] { start(); });
    // lose, silent: the bridge waits for a start that does not come
}

void MediaSession::start() {
    if (over_ || peer_ == nullptr) return;
    start_sent_ = carrier_.loop.now();
    leg_ = std::make_unique<MediaLeg>(ids_, phone_, start_sent_);
    send(leg_->start());
    started_ = true;
    hooks_.started();
}

void MediaSession::send(std::string_view message) {
    if (peer_ != nullptr && !stopped_ && !silent_) peer_->send_text(message);
}

void MediaSession::frame(std::string_view audio, TimePoint spoken_at) {
    if (!started_ || over_) return;
    frames_.push_back({std::string(audio), spoken_at, spoken_at + network_delay_, 0});
    send_frames();
}

void MediaSession::key(char digit) {
    if (!started_ || over_) return;
    const auto now = carrier_.loop.now();
    frames_.push_back({{}, now, now + network_delay_, digit});
    send_frames();
}

void MediaSession::send_frames() {
    const auto now = carrier_.loop.now();
    while (!frames_.empty() && std::max(frames_.front().due, stalled_until_) <= now) {
        const Frame f = std::move(frames_.front());
        frames_.pop_front();
        if (f.key != 0) {
            send(leg_->dtmf(f.key));
            continue;
        }
        const Fault* fault = faults_.next("carrier.media");
        if (fault != nullptr && stall(*fault, now)) continue;
        send(leg_->media(f.audio, f.spoken_at + network_delay_));
        ++facts_.frames_sent;
        facts_.latest_frame_ms = std::max(facts_.latest_frame_ms, call::ms_between(f.due, now));
    }
    if (!frames_.empty()) frame_timer_.arm(std::max(frames_.front().due, stalled_until_));
}

/// True if this frame is gone.
bool MediaSession::stall(const Fault& fault, TimePoint now) {
    if (fault.what == "delay" || fault.what == "slow")
        stalled_until_ = now + milliseconds(fault.ms);
    if (fault.what == "garbage") send("{\"event\":\"media\",\"media\":{\"payload\":17}}");
    if (fault.what == "silent") silence();
    if (fault.what == "close") stop();
    if (fault.what == "drop") drop();
    return fault.what == "lose";
}

void MediaSession::text(std::span<char> bytes) {
    const std::string_view message(bytes.data(), bytes.size());
    const auto now = carrier_.loop.now();
    ++facts_.messages_received;
    record(message);
    const auto before = leg_->audio_received();
    if (auto complaint = leg_->receive(message, now)) hooks_.complained(*complaint);
    return_marks();
    if (facts_.first_media_ms < 0 && leg_->audio_received() > before && started_)
        facts_.first_media_ms = call::ms_between(start_sent_, facts_.first_media_at = now);
}

void MediaSession::binary(std::size_t bytes) {
    hooks_.complained({31950, "a binary message of " + std::to_string(bytes) + " bytes"});
}

void MediaSession::return_marks() {
    for (const auto& m : phone_.poll(carrier_.loop.now())) {
        const Fault* fault = faults_.next("carrier.mark");
        if (fault == nullptr) {
            send(leg_->mark(m.name));
        } else if (fault->what == "delay" || fault->what == "slow") {
            delays_.after(milliseconds(fault->ms),
                          [this, name = m.name] { send(leg_->mark(name)); });
        }
    }
    mark_timer_.arm(phone_.next_due());
}

void MediaSession::record(std::string_view message) {
    if (!carrier_.recorder.on()) return;
    carrier_.recorder.line("to-twilio.jsonl", [&](json::Writer& w) {
        w.member("stream", ids_.stream_sid).key("message");
        auto document = json::Document::parse(message);
        document ? w.value(document->root()) : w.value(message);
    });
}

void MediaSession::stop() {
    if (over_ || stopped_) return;
    if (peer_ == nullptr) return drop();  // still connecting
    if (started_) send(leg_->stop());
    stopped_ = true;
    peer_->close(1000, "");
}

void MediaSession::close(std::uint16_t code) {
    stopped_ = true;
    if (peer_ != nullptr) peer_->close(code, "");
}

void MediaSession::silence() { silent_ = true; }

void MediaSession::drop() {
    if (over_) return;
    delays_.after(milliseconds(0), [this] {  // not from inside one of the client's calls
        if (over_) return;
        facts_.broken_by_script = true;
        client_.reset();
        closed(1006, "dropped by the carrier");
    });
}

void MediaSession::closed(std::uint16_t code, std::string_view reason) {
    if (over_) return;
    over_ = true;
    peer_ = nullptr;
    facts_.close_code = code;
    facts_.close_reason = reason;
    frame_timer_.disarm();
    mark_timer_.disarm();
    hooks_.ended();
}

}  // namespace pa::sim
