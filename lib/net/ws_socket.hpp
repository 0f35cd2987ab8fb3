// An open WebSocket on a stream, of a server or a client (RFC 6455). net/*.cpp only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/stream.hpp"
#include "net/ws.hpp"
#include "net/ws_frame.hpp"

namespace pa::net {

/// Reading: what has come is read into one buffer of the loop's, and frames are unmasked and handed
/// out where they lie. Only a frame that is cut off is copied. What one turn reads is a batch: the
/// handler knows of each message whether more waits behind it, and when all of it was told.
///
/// Writing: a message goes out at once if nothing waits before it. What a handler sends while it is
/// told of something is gathered and goes out in one write, and so does the answer to several
/// messages that came together: the later a loop is, the less each message costs.
class WsSocket final : public WsPeer, private StreamOwner, private Deferred {
public:
    /// Told after the handler that the connection is over.
    class Owner {
    public:
        virtual void socket_over() = 0;

    protected:
        ~Owner() = default;
    };
    WsSocket(EventLoop::Impl& loop, std::unique_ptr<Stream> stream, WsHandler& handler,
             const WsLimits& limits, bool client, Owner& owner);
    ~WsSocket();

    /// Begins: tells the handler, and takes `bytes` that were read with the handshake.
    void open(std::string bytes);
    /// The connection is over: tells the handler, if it was not told yet.
    void over();
    /// Calls the handler no more, and lets go of the stream.
    void forget_handler();
    /// A callback of the handler's is on the stack.
    [[nodiscard]] bool inside() const { return inside_; }

    bool send_text(std::string_view text) override;
    void close(std::uint16_t code, std::string_view reason) override;
    void drop() override;
    void leave(std::string_view message, Taker taker) override;
    [[nodiscard]] std::size_t queued_bytes() const override { return queue_.size() - head_; }
    [[nodiscard]] bool more_waits() const override { return loop_.more_waits; }

    /// EventLoop::Impl::flush_gathered(): what was gathered for this one.
    void write_out(const char* bytes, std::size_t size);

private:
    void ready(bool readable, bool writable) override;
    void deferred() override;

    // reading
    void read_some();
    void take(char* bytes, std::size_t size, bool more_behind);
    [[nodiscard]] std::size_t take_frames(char* bytes, std::size_t size, bool more_behind);
    void end_batch();
    [[nodiscard]] bool refused(const FrameHead& head);
    void frame(const FrameHead& head, char* payload);
    void data(const FrameHead& head, char* payload);
    void deliver(char* bytes, std::size_t size);
    void hand_on(std::string_view rest);
    void peer_closes(std::string_view payload);
    void broke_the_rules();

    // writing
    void send(Opcode opcode, std::string_view payload);
    void send_queue();
    void broken();
    template <class Tell>
    void tell(Tell tell);
    void look_at_clock();
    void linger();

    EventLoop::Impl& loop_;
    std::unique_ptr<Stream> stream_;  // null: over
    WsHandler* handler_;
    Owner& owner_;
    const WsLimits limits_;
    const bool client_;
    bool inside_ = false;

    std::vector<char> partial_;  // a frame that has not come as a whole
    std::vector<char> message_;  // pieces of a message, until the last
    std::size_t skip_ = 0;       // bytes of a frame that nobody wants
    std::size_t binary_bytes_ = 0;
    bool in_message_ = false, binary_ = false;

    struct Leaving {
        std::string message;
        Taker taker;
    };
    std::unique_ptr<Leaving> leaving_;  // once the message that is being told has been

    std::vector<char> queue_;  // whole frames; sent up to head_
    std::size_t head_ = 0;

    std::uint64_t heard_at_ = 0;  // loop's clock [ms]
    bool pinged_ = false;         // since then
    bool closing_ = false;        // either side has begun
    bool ours_ = false;           // we have: the peer's close frame is the answer
    bool answered_ = false;       // we have answered the peer's: over when that is sent
    bool broken_ = false;
    std::uint16_t code_ = 1006;
    std::string reason_;
    Timer clock_;  // of pings and of waiting for a close
};

}  // namespace pa::net
