#include "net/ws_socket.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "net/lws_context.hpp"
#include "net/ws_frame.hpp"

namespace pa::net {
namespace {

constexpr std::size_t kPadding = 16;  // zero bytes behind a message: what parse_in_place wants
constexpr std::size_t kMaxWrite = 64 * 1024;  // as tx_packet_size
constexpr std::size_t kMaxKept = 16 * 1024;   // capacity that an idle buffer may hold on to
constexpr std::chrono::seconds kLinger{2};

void clear(std::vector<char>& buffer) {
    buffer.clear();
    if (buffer.capacity() > kMaxKept) buffer.shrink_to_fit();
}

// At most 123 bytes (RFC 6455 section 5.5), cut between two characters.
std::string_view cut_reason(std::string_view reason) {
    std::size_t size = std::min<std::size_t>(reason.size(), 123);
    if (size < reason.size())
        while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0U) == 0x80U) --size;
    return reason.substr(0, size);
}

}  // namespace

WsSocket::WsSocket(EventLoop::Impl& loop, Endpoint& endpoint, WsHandler& handler,
                   const WsLimits& limits, bool client)
    : loop_(loop), endpoint_(endpoint), handler_(&handler), limits_(limits), client_(client) {}

WsSocket::~WsSocket() = default;

std::size_t WsSocket::queued_bytes() const {
    bool partial = endpoint_.wsi() != nullptr && lws_partial_buffered(endpoint_.wsi()) != 0;
    return queue_.size() - head_ + (partial ? last_write_ : 0);
}

bool WsSocket::write(const char* bytes, std::size_t size) {
    last_write_ = size;
    // LWS_WRITE_HTTP on a WebSocket: bytes as they are. lws writes nothing to the buffer then.
    auto* buffer = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes));
    return lws_write(endpoint_.wsi(), buffer, size, LWS_WRITE_HTTP) >= 0;
}

void WsSocket::build(char* out, Opcode opcode, std::string_view payload) const {
    if (!client_) return write_frame(out, opcode, payload, nullptr);
    MaskKey key = next_mask_key();
    write_frame(out, opcode, payload, &key);
}

bool WsSocket::must_wait() const {
    return queue_.size() != head_ || lws_partial_buffered(endpoint_.wsi()) != 0;
}

bool WsSocket::send_text(std::string_view text) {
    if (closing_ || endpoint_.wsi() == nullptr) return false;
    if (frame_size(text.size(), client_) + queued_bytes() > limits_.max_queued) {
        close(1013, "the peer does not keep up");
        return false;
    }
    send(Opcode::text, text);
    return true;
}

void WsSocket::send(Opcode opcode, std::string_view payload) {
    if (must_wait()) return enqueue(opcode, payload);
    std::size_t size = frame_size(payload.size(), client_);
    if (loop_.outbox.size() < size) loop_.outbox.resize(size);
    build(loop_.outbox.data(), opcode, payload);
    if (write(loop_.outbox.data(), size)) return;
    closing_ = true;  // it has broken off: closed() will tell
    loop_.kill(endpoint_);
}

void WsSocket::enqueue(Opcode opcode, std::string_view payload) {
    if (head_ > queue_.size() / 2) {
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    std::size_t at = queue_.size();
    queue_.resize(at + frame_size(payload.size(), client_));
    build(queue_.data() + at, opcode, payload);
    lws_callback_on_writable(endpoint_.wsi());
}

void WsSocket::close(std::uint16_t code, std::string_view reason) {
    if (closing_ || endpoint_.wsi() == nullptr) return;
    closing_ = ours_ = true;
    code_ = code;
    reason_ = cut_reason(reason);
    linger();
    std::string payload = {static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
    send(Opcode::close, payload + reason_);
}

void WsSocket::drop() {
    if (closing_ || endpoint_.wsi() == nullptr) return;
    closing_ = true;
    loop_.kill(endpoint_);
}

void WsSocket::linger() {
    if (linger_ == nullptr)
        linger_ = std::make_unique<Timer>(loop_.self, [this] { loop_.kill(endpoint_); });
    linger_->arm(kLinger);
}

int WsSocket::writable() {
    lws* wsi = endpoint_.wsi();
    while (head_ < queue_.size() && lws_partial_buffered(wsi) == 0) {
        std::string_view waiting(queue_.data() + head_, queue_.size() - head_);
        std::size_t size = whole_frames(waiting, kMaxWrite);
        if (!write(waiting.data(), size)) return -1;
        head_ += size;
        if (linger_ != nullptr) linger();
    }
    if (head_ == queue_.size()) {
        clear(queue_);
        head_ = 0;
    }
    if (must_wait()) lws_callback_on_writable(wsi);
    return 0;
}

int WsSocket::received(const char* bytes, std::size_t size) {
    if (closing_) return 0;  // RFC 6455 lets us read on until the close frame, but nobody wants it
    bool last = lws_is_final_fragment(endpoint_.wsi()) != 0;
    return lws_frame_is_binary(endpoint_.wsi()) != 0 ? take_binary(size, last)
                                                     : take_text(bytes, size, last);
}

int WsSocket::take_text(const char* bytes, std::size_t size, bool last) {
    if (message_.size() + size > limits_.max_message) return too_large();
    if (!last || !message_.empty()) {
        message_.insert(message_.end(), bytes, bytes + size);
        if (!last) return 0;
        std::size_t whole = message_.size();
        message_.resize(whole + kPadding);
        int result = deliver(message_.data(), whole);
        clear(message_);
        return result;
    }
    if (loop_.inbox.size() < size + kPadding) loop_.inbox.resize(size + kPadding);
    if (size != 0) std::memcpy(loop_.inbox.data(), bytes, size);
    std::memset(loop_.inbox.data() + size, 0, kPadding);
    return deliver(loop_.inbox.data(), size);
}

int WsSocket::deliver(char* bytes, std::size_t size) {
    handler_->text({bytes, size});
    return handler_ == nullptr ? -1 : 0;  // the owner may have let go meanwhile
}

int WsSocket::take_binary(std::size_t size, bool last) {
    binary_bytes_ += size;
    if (binary_bytes_ > limits_.max_message) return too_large();
    if (!last) return 0;
    handler_->binary(std::exchange(binary_bytes_, 0));
    return handler_ == nullptr ? -1 : 0;
}

int WsSocket::too_large() {
    close(1009, "message too large");
    message_ = {};
    return 0;
}

int WsSocket::peer_closes(const char* bytes, std::size_t size) {
    if (ours_) return -1;  // both have said it: nothing is left to wait for
    closing_ = true;
    code_ = 1005;  // "no code": RFC 6455 section 7.1.5
    reason_.clear();
    if (size < 2) return 0;
    code_ = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U |
                                       static_cast<unsigned char>(bytes[1]));
    reason_ = to_utf8({bytes + 2, size - 2});
    return 0;  // lws answers
}

void WsSocket::ended() {
    closing_ = true;
    linger_.reset();
    if (WsHandler* handler = std::exchange(handler_, nullptr); handler != nullptr)
        handler->closed(code_, reason_);
}

}  // namespace pa::net
