// An open WebSocket on a wsi, of a server or a client. net/*.cpp only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/loop_impl.hpp"
#include "net/ws.hpp"
#include "net/ws_frame.hpp"

namespace pa::net {

/// Frames that carry data are ours: built, masked and queued here, and passed through lws as bytes
/// (its own way costs a read of /dev/urandom per frame and a send per message). Control frames are
/// lws's; it puts them between two of our writes, so every write ends with a frame. The close frame
/// is ours again: where lws runs on libuv, Debian's 4.1.6 closes twice when told to close (it was
/// built with a self-test), and the second time is without manners.
///
/// A message is written at once, from whatever callback is running, if nothing waits before it:
/// against lws's advice ("only when told WRITEABLE"), but a quarter of the work, and safe on the
/// loop's thread with HTTP/1.1 while lws holds no unsent bytes [lws_partial_buffered].
class WsSocket final : public WsPeer {
public:
    WsSocket(EventLoop::Impl& loop, Endpoint& endpoint, WsHandler& handler, const WsLimits& limits,
             bool client);
    ~WsSocket();

    bool send_text(std::string_view text) override;
    void close(std::uint16_t code, std::string_view reason) override;
    void drop() override;
    [[nodiscard]] std::size_t queued_bytes() const override;

    // What lws tells; results are for lws (-1: close).
    void opened() { handler_->opened(*this); }
    int received(const char* bytes, std::size_t size);
    int writable();
    int peer_closes(const char* bytes, std::size_t size);
    /// The connection is over: tells the handler.
    void ended();

    /// Calls the handler no more.
    void forget_handler() { handler_ = nullptr; }

private:
    [[nodiscard]] bool write(const char* bytes, std::size_t size);
    [[nodiscard]] bool must_wait() const;
    void send(Opcode opcode, std::string_view payload);
    void enqueue(Opcode opcode, std::string_view payload);
    void build(char* out, Opcode opcode, std::string_view payload) const;
    int take_text(const char* bytes, std::size_t size, bool last);
    int take_binary(std::size_t size, bool last);
    int too_large();
    int deliver(char* bytes, std::size_t size);
    void linger();

    EventLoop::Impl& loop_;
    Endpoint& endpoint_;
    WsHandler* handler_;
    const WsLimits limits_;
    const bool client_;

    std::vector<char> queue_;  // whole frames; sent up to head_
    std::size_t head_ = 0;
    std::size_t last_write_ = 0;  // bytes; lws may hold some of them
    std::vector<char> message_;   // pieces of a message, until the last
    std::size_t binary_bytes_ = 0;

    bool closing_ = false;  // either side has begun
    bool ours_ = false;     // we have: the peer's close frame is the answer
    std::uint16_t code_ = 1006;
    std::string reason_;
    std::unique_ptr<Timer> linger_;
};

}  // namespace pa::net
