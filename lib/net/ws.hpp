// WebSockets as the rest of the program sees them: a peer to send to, a handler that is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/fetch_ahead.hpp"
#include "base/file.hpp"

namespace pa::net {

/// The other end of an open WebSocket. Borrowed: valid from WsHandler::opened until closed returns.
class WsPeer {
public:
    /// So much of a WsSocket is looked at with each message [bytes].
    static constexpr std::size_t looked_at = 256;
    using Taker = std::function<void(Fd, std::string)>;
    /// Sends one text message: at once if nothing is queued and the socket takes it, else in order
    /// when it does. Copies `text`. No handler runs inside. False, and the connection is being
    /// closed with 1013, if more than the limit [bytes, WsLimits::max_queued] would wait.
    virtual bool send_text(std::string_view text) = 0;
    /// Something is about to be sent: asks for what that looks at [fetch_ahead()]. Not virtual, for
    /// the table of virtual functions is found by way of what is to be fetched; of a peer that is
    /// smaller something else is fetched, in vain.
    void send_comes_soon() const { fetch_ahead(this, looked_at); }
    /// Sends what is queued, then a close frame (code, reason cut to 123 bytes); closed() follows,
    /// with the same code and reason. A peer that takes or answers nothing for 2 s is dropped.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    /// Breaks the connection off, as a failing network does: nothing queued is sent, no close
    /// frame; closed() follows with 1006.
    virtual void drop() { close(1011, {}); }
    /// From inside text(): another process, or loop, goes on with this connection. As soon as
    /// text() has returned, `taker` gets a descriptor of it and the bytes that a server has to read
    /// first [Server::adopt]: `message` as if it had just come, and what stood behind it. The
    /// handler is told nothing more, and is destroyed. Without TLS, and while nothing waits to be
    /// sent; else the connection breaks off.
    virtual void leave(std::string_view message, Taker taker) = 0;
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    /// Inside text(): more has come behind this message, and WsHandler::all_told() will be called.
    [[nodiscard]] virtual bool more_waits() const = 0;

protected:
    ~WsPeer() = default;
};

/// What an endpoint does with a connection. All calls come on the loop's thread.
class WsHandler {
public:
    /// Zero bytes that stand behind a message, for readers that go by sixteen.
    static constexpr std::size_t padding = 16;
    virtual ~WsHandler() = default;
    virtual void opened(WsPeer& peer) = 0;
    /// Something has come and will be read now, which takes the kernel a microsecond: time to ask
    /// for what text() will look at [fetch_ahead()].
    virtual void comes_soon() const {}
    /// One whole message, at most WsLimits::max_message bytes; the bytes may be changed (parsed in
    /// place), `padding` stands behind them, and they are gone when this returns.
    virtual void text(std::span<char> message) = 0;
    /// All that had come together was told: what text() put off because more waited is due now.
    virtual void all_told() {}
    /// A binary message came: ignored by default.
    virtual void binary(std::size_t /*bytes*/) {}
    /// The connection is over, or could not be made (then opened() was never called, code is 0 and
    /// the reason tells why, e.g. "401 Unauthorized", "connection refused"). 1006: it broke off.
    /// Last call.
    virtual void closed(std::uint16_t code, std::string_view reason) = 0;
};

struct WsLimits {
    std::size_t max_message = 16U << 20U;  // [bytes] more closes with 1009
    std::size_t max_queued = 8U << 20U;    // [bytes]
    // A connection on which nothing proves the peer alive is pinged after `ping_after` and dropped
    // (1006) after `drop_after`; whole seconds, drop_after > ping_after.
    std::chrono::seconds ping_after{20}, drop_after{30};
};

}  // namespace pa::net
