#include "bridge/media_socket.hpp"

#include "bridge/call_driver.hpp"
#include "json/quick_reader.hpp"

namespace pa::bridge {
namespace {

constexpr std::chrono::seconds start_takes{5};
constexpr std::size_t most_held = 256U << 10U;  // [bytes] some 12 s of audio
constexpr std::size_t zeros = net::WsHandler::padding;
static_assert(zeros >= json::QuickReader::padding);

/// Whom nothing reaches any more.
class Nobody final : public net::WsPeer {
public:
    bool send_text(std::string_view) override { return true; }
    void close(std::uint16_t, std::string_view) override {}
    void leave(std::string_view, Taker) override {}
    [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
    [[nodiscard]] bool more_waits() const override { return false; }
};

}  // namespace

MediaSocket::MediaSocket(StreamGate& gate, Question::Way way)
    : gate_(gate), way_(way), start_deadline_(std::in_place, gate.loop(), [this] { too_late(); }) {
    gate_.socket_waiting(+1);
}

MediaSocket::~MediaSocket() {
    stop_holding();
    welcome();
    if (call_ != nullptr) call_->media_closed(*this, 1006, "dropped");
}

/// No longer among those that have shown nothing.
void MediaSocket::welcome() {
    if (std::exchange(waiting_, false)) gate_.socket_waiting(-1);
}

void MediaSocket::opened(net::WsPeer& peer) {
    peer_ = &peer;
    start_deadline_->arm(start_takes);
}

void MediaSocket::comes_soon() const {
    if (call_ != nullptr) call_->comes_soon();
}

void MediaSocket::text(std::span<char> message) {
    if (peer_ == nullptr) return;
    const net::TimePoint at = net::Clock::now();
    if (!held_.empty()) return hold({message.data(), message.size()});
    if (call_ != nullptr)
        if (auto audio = twilio::read_caller_audio(message))
            return call_->feed(*audio, at, peer_->more_waits());
    if (call_ == nullptr) start_.assign(message.data(), message.size());  // parsing changes it
    twilio::StreamStart start;
    auto event = twilio::parse_event(gate_.tools().parser.parse_in_place(message), start);
    if (!event) return;
    if (call_ != nullptr) {
        // A second `start` on one stream is out of turn.
        if (!std::holds_alternative<call::StreamStarted>(*event))
            call_->feed(*event, at, peer_->more_waits());
        return;
    }
    if (std::holds_alternative<call::StreamStarted>(*event)) begin(start, *event);
}

void MediaSocket::all_told() {
    if (call_ != nullptr) call_->all_told();
}

void MediaSocket::begin(const twilio::StreamStart& start, const call::Event& event) {
    Admission admission = gate_.admit(*this, start, way_);
    if (admission.later) {
        welcome();
        return hold(start_);
    }
    start_deadline_.reset();
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

/// Beyond a bound it is dropped: nobody has listened for seconds by then.
void MediaSocket::hold(std::string_view message) {
    const std::size_t takes = sizeof(std::string) + message.size() + zeros;
    if (held_bytes_ + takes > most_held) return;
    held_bytes_ += takes;
    held_.emplace_back(message).append(zeros, '\0');
}

std::vector<std::string> MediaSocket::held() {
    held_bytes_ = 0;
    return std::exchange(held_, {});
}

void MediaSocket::go_on() {
    for (std::string& message : held()) {
        text({message.data(), message.size() - zeros});
        if (call_ == nullptr) return;  // there is none, or it is over
    }
}

void MediaSocket::stop_holding() {
    if (!held().empty()) gate_.waits_no_more(*this, std::nullopt);
}

void MediaSocket::tell_of(GoneStream gone, StreamGate& gate) {
    Nobody nobody;
    MediaSocket socket(gate);
    socket.opened(nobody);
    socket.held_ = std::move(gone.messages);
    socket.go_on();
    socket.closed(gone.code, gone.reason);
}

void MediaSocket::too_late() {
    stop_holding();
    refuse(waiting_ ? "no start within 5 s" : "its call is not there within 5 s");
}

void MediaSocket::refuse(std::string_view why) {
    if (peer_ != nullptr) peer_->close(1008, why);
}

void MediaSocket::closed(std::uint16_t code, std::string_view reason) {
    peer_ = nullptr;
    if (start_deadline_) start_deadline_->disarm();
    if (!held_.empty()) gate_.waits_no_more(*this, GoneStream{held(), code, std::string(reason)});
    welcome();
    if (CallDriver* call = std::exchange(call_, nullptr); call != nullptr)
        call->media_closed(*this, code, reason);
}

void MediaSocket::let_go() { call_ = nullptr; }

}  // namespace pa::bridge
