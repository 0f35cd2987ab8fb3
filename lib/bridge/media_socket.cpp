#include "bridge/media_socket.hpp"

#include "bridge/call_driver.hpp"

namespace pa::bridge {

MediaSocket::MediaSocket(StreamGate& gate, Question::Way way)
    : gate_(gate),
      way_(way),
      start_deadline_(std::in_place, gate.loop(), [this] { refuse("no start within 5 s"); }) {
    gate_.socket_waiting(+1);
}

MediaSocket::~MediaSocket() {
    welcome();
    if (call_ != nullptr) call_->media_closed(*this, 1006, "dropped");
}

/// No longer among those that wait.
void MediaSocket::welcome() {
    if (!waiting_) return;
    waiting_ = false;
    start_deadline_.reset();
    gate_.socket_waiting(-1);
}

void MediaSocket::opened(net::WsPeer& peer) {
    peer_ = &peer;
    start_deadline_->arm(std::chrono::milliseconds(5000));
}

void MediaSocket::text(std::span<char> message) {
    gate_.tools().read_at = net::Clock::now();
    if (peer_ == nullptr) return;
    if (call_ != nullptr)
        if (auto audio = twilio::read_caller_audio({message.data(), message.size()}))
            return call_->feed(*audio, peer_->more_waits());
    if (call_ == nullptr) start_.assign(message.data(), message.size());  // parsing changes it
    twilio::StreamStart start;
    auto event = twilio::parse_event(gate_.tools().parser.parse_in_place(message), start);
    if (!event) return;
    if (call_ != nullptr) {
        // A second `start` on one stream is out of turn.
        if (!std::holds_alternative<call::StreamStarted>(*event))
            call_->feed(*event, peer_->more_waits());
        return;
    }
    if (std::holds_alternative<call::StreamStarted>(*event)) begin(start, *event);
}

void MediaSocket::all_told() {
    if (call_ != nullptr) call_->all_told();
}

void MediaSocket::begin(const twilio::StreamStart& start, const call::Event& event) {
    Admission admission = gate_.admit(start, way_);
    if (admission.elsewhere) {
        welcome();  // waits no more, here
        return peer_->leave(start_, std::move(admission.elsewhere));
    }
    if (admission.call == nullptr && !admission.over) return refuse("no such call");
    welcome();
    if (admission.over) return peer_->close(1000, "call ended");
    std::string().swap(start_);  // with its room
    call_ = admission.call;
    call_->attach(*this, *peer_, event);
}

void MediaSocket::refuse(std::string_view why) {
    if (peer_ != nullptr) peer_->close(1008, why);
}

void MediaSocket::closed(std::uint16_t code, std::string_view reason) {
    peer_ = nullptr;
    welcome();
    if (CallDriver* call = std::exchange(call_, nullptr); call != nullptr)
        call->media_closed(*this, code, reason);
}

void MediaSocket::let_go() { call_ = nullptr; }

}  // namespace pa::bridge
