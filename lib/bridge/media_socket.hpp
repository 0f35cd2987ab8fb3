// The carrier's end of a call: one Media Streams socket, from the upgrade to its last message.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/model_leg.hpp"
#include "bridge/neighbour.hpp"
#include "net/event_loop.hpp"
#include "net/ws.hpp"
#include "twilio/media.hpp"

namespace pa::bridge {

class CallDriver;
class MediaSocket;

struct Admission {
    CallDriver* call = nullptr;         // the one that a `start` belongs to
    net::WsPeer::Taker elsewhere = {};  // another worker, or bridge, may have it
    bool over = false;   // it has ended before its stream came: no fault of anybody's
    bool later = false;  // it is being prepared: MediaSocket::go_on() will be called
};

/// Of the carrier's sockets: its messages are some hundred bytes long.
[[nodiscard]] inline net::WsLimits media_limits() {
    net::WsLimits limits;
    limits.max_message = 64U << 10U;
    return limits;
}

/// What a stream has brought that went before its call was there.
struct GoneStream {
    std::vector<std::string> messages;  // the `start` first; zeros stand behind each
    std::uint16_t code = 0;
    std::string reason;
};

class StreamGate {
public:
    /// None of it, if its token is not good. `way`: which bridges may still have to be asked.
    [[nodiscard]] virtual Admission admit(MediaSocket& socket, const twilio::StreamStart& start,
                                          Question::Way way) = 0;
    /// One that was to come in later does not wait any more. `gone`: it was the carrier that went.
    virtual void waits_no_more(const MediaSocket& socket, std::optional<GoneStream> gone) = 0;
    virtual void socket_waiting(
        int change) = 0;  // +1, -1: sockets that have shown no valid start yet
    [[nodiscard]] virtual WireTools& tools() = 0;
    [[nodiscard]] virtual net::EventLoop& loop() = 0;

protected:
    ~StreamGate() = default;
};

/// Waits at most 5 s for a `start` with a valid token, and for its call if that is being prepared
/// (1008 otherwise), then belongs to that call. What comes while it waits for the call is kept for
/// it, up to 256 KiB.
class MediaSocket final : public net::WsHandler {
public:
    explicit MediaSocket(StreamGate& gate, Question::Way way = Question::Way::back);
    ~MediaSocket() override;

    void opened(net::WsPeer& peer) override;
    void comes_soon() const override;
    void text(std::span<char> message) override;
    void all_told() override;
    void closed(std::uint16_t code, std::string_view reason) override;

    /// The call that it waits for is there, or will not be.
    void go_on();
    /// Tells a call that is there by now of a stream that has gone: what was said, and its end.
    static void tell_of(GoneStream gone, StreamGate& gate);
    /// The call lets go of this socket (it is over, or another stream took its place).
    void let_go();

private:
    void too_late();
    void refuse(std::string_view why);
    void begin(const twilio::StreamStart& start, const call::Event& event);
    void welcome();
    void hold(std::string_view message);
    std::vector<std::string> held();
    void stop_holding();
    StreamGate& gate_;
    const Question::Way way_;
    std::string start_;  // as it came, while we wait for it
    net::WsPeer* peer_ = nullptr;
    CallDriver* call_ = nullptr;
    std::vector<std::string> held_;  // for the call that is being prepared, the `start` first;
    std::size_t held_bytes_ = 0;     // zeros stand behind each
    bool waiting_ = true;
    std::optional<net::Timer> start_deadline_;  // while it waits
};

}  // namespace pa::bridge
