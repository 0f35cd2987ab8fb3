// One media stream of a simulated call: the signed socket to the bridge and what goes over it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "net/ws_client.hpp"
#include "sim/carrier.hpp"
#include "sim/delays.hpp"
#include "sim/media_leg.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

/// For the report of a call.
struct StreamFacts {
    std::string stream_sid;
    std::int64_t frames_sent = 0, messages_received = 0;
    std::int64_t first_media_ms = -1;  // from `start` to the bridge's first audio
    TimePoint first_media_at{};        // that moment
    std::int64_t dropped_at_end =
        0;  // bytes of audio, buffered when the stream ended before the call
    std::int64_t latest_frame_ms = 0;  // how much too late a frame was sent at most
    bool broken_by_script = false;     // a fault of the scenario, not the bridge, ended it
    int close_code = 0;                // 0: the socket never opened
    std::string close_reason;
};

class MediaSession final : public net::WsHandler {
public:
    struct Hooks {
        std::function<void()> started;  // connected and start have been sent
        std::function<void()> ended;    // the socket is closed, or never opened; last
        std::function<void(const Complaint&)> complained;
    };
    /// Connects at once. All but `ids` and `hooks` is borrowed.
    MediaSession(Carrier& carrier, Faults& faults, Phone& phone, MediaLeg::Ids ids,
                 const std::string& url, milliseconds network_delay, Hooks hooks);

    /// What leaves the phone now; it reaches the bridge after the network's delay.
    void frame(std::string_view audio, TimePoint spoken_at);
    void key(char digit);
    /// The call or the verb is over: `stop`, then a proper close. ended() follows.
    void stop();
    void drop();     // breaks off without a word; ended() follows
    void silence();  // nothing more is sent, the socket stays open
    void close(std::uint16_t code);

    [[nodiscard]] const StreamFacts& facts() const { return facts_; }
    [[nodiscard]] const MediaLeg& leg() const { return *leg_; }

private:
    void opened(net::WsPeer& peer) override;
    void text(std::span<char> message) override;
    void binary(std::size_t bytes) override;
    void closed(std::uint16_t code, std::string_view reason) override;
    void start();
    void send(std::string_view message);
    void send_frames();
    void return_marks();
    void record(std::string_view message);
    bool stall(const Fault& fault, TimePoint now);

    Carrier& carrier_;
    Faults& faults_;
    Phone& phone_;
    MediaLeg::Ids ids_;
    milliseconds network_delay_;
    Hooks hooks_;
    StreamFacts facts_;
    std::unique_ptr<MediaLeg> leg_;
    net::WsPeer* peer_ = nullptr;
    bool started_ = false, stopped_ = false, silent_ = false, over_ = false;
    TimePoint start_sent_{};
    struct Frame {
        std::string audio;
        TimePoint spoken_at;
        TimePoint due;
        char key = 0;
    };
    std::deque<Frame> frames_;  // on their way
    TimePoint stalled_until_{};
    Delays delays_;
    net::Timer frame_timer_, mark_timer_;
    std::unique_ptr<net::WsClient> client_;  // last: it borrows the rest
};

}  // namespace pa::sim
