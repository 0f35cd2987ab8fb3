#include "net/ws_socket.hpp"

#include <uv.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace pa::net {
namespace {

constexpr std::size_t kPadding = WsHandler::padding;
// What one turn takes of one connection: whoever floods us delays the others by a fraction of a ms.
constexpr std::size_t kMaxRead = 16 * 1024;
constexpr int kMaxRecords = 4;  // likewise, of TLS
constexpr std::size_t kMaxGathered = 64 * 1024;
constexpr std::chrono::seconds kLinger{2};

// An idle buffer holds on to nothing: a call has four of them. (`= {}` would keep its memory.)
void clear(std::vector<char>& buffer) { std::vector<char>().swap(buffer); }

// At most 123 bytes (RFC 6455 section 5.5), cut between two characters.
std::string_view cut_reason(std::string_view reason) {
    std::size_t size = std::min<std::size_t>(reason.size(), 123);
    if (size < reason.size())
        while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0U) == 0x80U) --size;
    return reason.substr(0, size);
}

}  // namespace

static_assert(sizeof(WsSocket) >= WsPeer::looked_at);

WsSocket::WsSocket(EventLoop::Impl& loop, std::unique_ptr<Stream> stream, WsHandler& handler,
                   const WsLimits& limits, bool client, Owner& owner)
    : Deferred(loop),
      loop_(loop),
      stream_(std::move(stream)),
      handler_(&handler),
      owner_(owner),
      limits_(limits),
      client_(client),
      heard_at_(uv_now(loop.uv)),
      clock_(loop.self, [this] { look_at_clock(); }) {
    if (loop_.inbox.empty()) loop_.inbox.resize(kMaxRead + kPadding);
    stream_->give_to(*this);
}

WsSocket::~WsSocket() { loop_.drop_gathered(*this); }

void WsSocket::open(std::string bytes) {
    clock_.arm(limits_.ping_after);
    stream_->watch(true, false);
    tell([this] { handler_->opened(*this); });
    if (!bytes.empty() && stream_ != nullptr) {
        bytes.resize(bytes.size() + kPadding);
        take(bytes.data(), bytes.size() - kPadding, false);
        end_batch();
    }
    if (stream_ != nullptr && stream_->holds_more()) read_some();
}

/// Whatever the handler sends meanwhile goes out together.
template <class Tell>
void WsSocket::tell(Tell tell) {
    if (handler_ == nullptr) return;
    inside_ = true;
    ++loop_.gathering;
    tell();
    --loop_.gathering;
    inside_ = false;
    if (!loop_.more_waits) loop_.flush_gathered();
}

void WsSocket::ready(bool readable, bool writable) {
    loop_.wake();
    if (writable) send_queue();
    if (readable) read_some();
}

void WsSocket::deferred() {
    if (broken_)
        over();
    else
        read_some();
}

// --- reading ---

void WsSocket::read_some() {
    heard_at_ = uv_now(loop_.uv);
    pinged_ = false;
    for (int records = 0; stream_ != nullptr; ++records) {
        if (records == kMaxRecords) {
            defer();
            break;
        }
        if (handler_ != nullptr) handler_->comes_soon();
        const long got = stream_->read(loop_.inbox.data(), kMaxRead);
        const bool more = got > 0 && stream_->holds_more();
        if (got < 0) over();
        if (got > 0) take(loop_.inbox.data(), static_cast<std::size_t>(got), more);
        if (!more) break;
    }
    end_batch();
}

/// What has come together ends here, as far as it was to be told.
void WsSocket::end_batch() {
    loop_.more_waits = false;
    if (handler_ != nullptr)
        tell([this] { handler_->all_told(); });
    else
        loop_.flush_gathered();
}

/// `bytes` have kPadding bytes of room behind them. `more_behind`: of the same batch.
void WsSocket::take(char* bytes, std::size_t size, bool more_behind) {
    if (partial_.empty()) {
        std::size_t used = take_frames(bytes, size, more_behind);
        if (leaving_) return hand_on({bytes + used, size - used});
        if (stream_ != nullptr) partial_.assign(bytes + used, bytes + size);
    } else {
        partial_.insert(partial_.end(), bytes, bytes + size);
        size = partial_.size();
        partial_.resize(size + kPadding);
        std::size_t used = take_frames(partial_.data(), size, more_behind);
        partial_.resize(size);
        if (leaving_) return hand_on({partial_.data() + used, size - used});
        partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(used));
        if (partial_.empty()) clear(partial_);
    }
}

/// Returns how many bytes are done with.
std::size_t WsSocket::take_frames(char* bytes, std::size_t size, bool more_behind) {
    std::size_t used = 0;
    while (used < size && stream_ != nullptr && !broken_ && !leaving_) {
        if (skip_ != 0) {
            std::size_t skipped = std::min(skip_, size - used);
            skip_ -= skipped;
            used += skipped;
            continue;
        }
        FrameHead head;
        HeadState state = read_head({bytes + used, size - used}, head);
        if (state == HeadState::cut) return used;
        if (state == HeadState::bad || head.masked == client_) {
            broke_the_rules();
            return size;
        }
        if (refused(head)) {
            used += head.head;
            skip_ = head.payload;
            continue;
        }
        if (size - used - head.head < head.payload) return used;
        char* payload = bytes + used + head.head;
        used += head.head + head.payload;
        if (head.masked) unmask(payload, head.payload, head.key);
        loop_.more_waits = used < size || more_behind;
        frame(head, payload);
    }
    return stream_ == nullptr ? size : used;
}

/// Data that is not wanted any more, or too much of it.
bool WsSocket::refused(const FrameHead& head) {
    if (head.opcode >= Opcode::close) return false;
    if (closing_) return true;
    if (message_.size() + binary_bytes_ + head.payload <= limits_.max_message) return false;
    close(1009, "message too large");
    clear(message_);
    return true;
}

void WsSocket::frame(const FrameHead& head, char* payload) {
    switch (head.opcode) {
        case Opcode::close: return peer_closes({payload, head.payload});
        case Opcode::ping:
            if (!closing_ && queued_bytes() < limits_.max_queued)
                send(Opcode::pong, {payload, head.payload});
            return;
        case Opcode::pong: return;
        default: return data(head, payload);
    }
}

void WsSocket::data(const FrameHead& head, char* payload) {
    // A piece of nothing, or a message within another.
    if ((head.opcode == Opcode::more) != in_message_) return broke_the_rules();
    if (head.opcode != Opcode::more) binary_ = head.opcode == Opcode::binary;
    in_message_ = !head.final;
    if (binary_) {
        binary_bytes_ += head.payload;
        if (head.final) tell([this] { handler_->binary(std::exchange(binary_bytes_, 0)); });
        return;
    }
    if (head.final && message_.empty()) return deliver(payload, head.payload);
    message_.insert(message_.end(), payload, payload + head.payload);
    if (!head.final) return;
    std::size_t size = message_.size();
    message_.resize(size + kPadding);
    deliver(message_.data(), size);
    clear(message_);
}

/// The next frame may stand right behind: its bytes come back afterwards.
void WsSocket::deliver(char* bytes, std::size_t size) {
    char behind[kPadding];
    std::memcpy(behind, bytes + size, kPadding);
    std::memset(bytes + size, 0, kPadding);
    tell([&] { handler_->text({bytes, size}); });
    std::memcpy(bytes + size, behind, kPadding);
}

void WsSocket::peer_closes(std::string_view payload) {
    if (ours_) return over();  // both have said it
    closing_ = answered_ = true;
    code_ = 1005;  // "no code": RFC 6455 section 7.1.5
    if (payload.size() >= 2) {
        code_ = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                           static_cast<unsigned char>(payload[1]));
        reason_ = to_utf8(payload.substr(2));
    }
    linger();
    send(Opcode::close, payload.size() >= 2 ? payload : std::string_view());
    loop_.flush_gathered();
    if (queued_bytes() == 0 && !broken_) over();
}

void WsSocket::broke_the_rules() {
    if (!closing_) send(Opcode::close, std::string_view("\x03\xea", 2));  // 1002
    loop_.flush_gathered();
    code_ = 1006;
    reason_.clear();
    broken();
}

// --- writing ---

bool WsSocket::send_text(std::string_view text) {
    if (closing_ || stream_ == nullptr) return false;
    if (frame_size(text.size(), client_) + queued_bytes() > limits_.max_queued) {
        close(1013, "the peer does not keep up");
        return false;
    }
    send(Opcode::text, text);
    return !broken_;
}

void WsSocket::send(Opcode opcode, std::string_view payload) {
    bool waits = queued_bytes() != 0;
    if (!waits) loop_.gather_for(*this);
    std::vector<char>& out = waits ? queue_ : loop_.outbox;
    std::size_t at = out.size();
    out.resize(at + frame_size(payload.size(), client_));
    MaskKey key{};
    if (client_) key = next_mask_key();
    write_frame(out.data() + at, opcode, payload, client_ ? &key : nullptr);
    if (!waits && (loop_.gathering == 0 || out.size() >= kMaxGathered)) loop_.flush_gathered();
}

void WsSocket::write_out(const char* bytes, std::size_t size) {
    if (stream_ == nullptr) return;
    long sent = stream_->write(bytes, size);
    if (sent < 0) return broken();
    if (static_cast<std::size_t>(sent) == size) return;
    queue_.assign(bytes + sent, bytes + size);
    head_ = 0;
    stream_->watch(true, true);
}

void WsSocket::send_queue() {
    if (queued_bytes() != 0) {
        long sent = stream_->write(queue_.data() + head_, queued_bytes());
        if (sent < 0) return broken();
        head_ += static_cast<std::size_t>(sent);
        if (closing_ && sent > 0) linger();
    }
    if (queued_bytes() == 0) {
        clear(queue_);
        head_ = 0;
        stream_->watch(true, false);
        if (answered_) over();
    } else if (head_ > queue_.size() / 2) {
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

/// It has broken off: the handler is told from the loop, not from inside of whoever sends.
void WsSocket::broken() {
    closing_ = broken_ = true;
    defer();
}

// --- the end ---

void WsSocket::close(std::uint16_t code, std::string_view reason) {
    if (closing_ || stream_ == nullptr) return;
    closing_ = ours_ = true;
    code_ = code;
    reason_ = cut_reason(reason);
    linger();
    std::string payload = {static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
    send(Opcode::close, payload + reason_);
}

void WsSocket::drop() {
    if (closing_ || stream_ == nullptr) return;
    loop_.drop_gathered(*this);
    broken();
}

void WsSocket::leave(std::string_view message, Taker taker) {
    if (closing_ || stream_ == nullptr) return;
    closing_ = true;
    leaving_ = std::make_unique<Leaving>(Leaving{std::string(message), std::move(taker)});
}

void WsSocket::hand_on(std::string_view rest) {
    auto leaving = std::move(leaving_);
    Fd copy = queued_bytes() == 0 ? stream_->copy() : Fd();
    loop_.more_waits = false;
    if (!copy) return over();
    const MaskKey plain{};
    std::string bytes(frame_size(leaving->message.size(), true), '\0');
    write_frame(bytes.data(), Opcode::text, leaving->message, &plain);
    forget_handler();
    leaving->taker(std::move(copy), bytes.append(rest));
    owner_.socket_over();
}

void WsSocket::linger() { clock_.arm(kLinger); }

void WsSocket::look_at_clock() {
    if (stream_ == nullptr) return;
    if (closing_) return over();
    std::chrono::milliseconds idle(uv_now(loop_.uv) - heard_at_);
    if (idle >= limits_.drop_after) return over();
    if (idle >= limits_.ping_after && !std::exchange(pinged_, true)) send(Opcode::ping, {});
    clock_.arm((pinged_ ? limits_.drop_after : limits_.ping_after) - idle);
}

void WsSocket::over() {
    closing_ = true;
    clock_.disarm();
    loop_.drop_gathered(*this);
    stream_.reset();
    if (handler_ == nullptr) return;
    tell([this] { std::exchange(handler_, nullptr)->closed(code_, reason_); });
    owner_.socket_over();
}

void WsSocket::forget_handler() {
    handler_ = nullptr;
    closing_ = true;
    clock_.disarm();
    loop_.drop_gathered(*this);
    stream_.reset();
}

}  // namespace pa::net
