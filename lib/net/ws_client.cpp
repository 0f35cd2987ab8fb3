#include "net/ws_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>
#include <optional>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "net/http_status.hpp"
#include "net/ws_socket.hpp"

namespace pa::net {
namespace {

constexpr std::size_t kMaxHead = 16 * 1024;  // of the answer
// For one address while there are others: the first SYN may be lost, the second goes after 1 s
// (RFC 6298 section 2.1).
constexpr std::chrono::seconds kMaxAttempt{2};

std::string status_text(int status) {
    std::string_view reason = http_reason(status);
    return reason.empty() ? std::to_string(status) : fmt::format("{} {}", status, reason);
}

// A numeric address as connect() wants it; the size is 0 if it is none.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    SocketAddress(const std::string& address, int port) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
        auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
        const auto wire_port = htons(static_cast<std::uint16_t>(port));
        if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
            v4.sin_family = AF_INET;
            v4.sin_port = wire_port;
            size = sizeof v4;
        } else if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
            v6.sin6_family = AF_INET6;
            v6.sin6_port = wire_port;
            size = sizeof v6;
        }
    }
};

// Without waiting; an error is in errno.
Fd begin_connect(const SocketAddress& to) {
    Fd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return fd;
    int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const auto* address = reinterpret_cast<const sockaddr*>(&to.storage);
    if (::connect(fd.get(), address, to.size) == 0 || errno == EINPROGRESS) return fd;
    int why = errno;
    fd.reset();
    errno = why;
    return fd;
}

/// To know whether there is a way to an address the kernel need not send anything.
bool has_a_way(const std::string& address) {
    const SocketAddress to(address, 443);
    Fd fd(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    return fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to.storage), to.size) == 0;
}

/// Those are no second chance that, say, are IPv6 where there is only IPv4. All, if it is the same
/// with all.
Resolver::Addresses within_reach(const Resolver::Addresses& all) {
    if (all.size() == 1) return all;
    Resolver::Addresses some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), has_a_way);
    return some.empty() ? all : some;
}

std::string accept_for(const std::string& key) {
    std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3
    unsigned char hash[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
    return base64_encode({reinterpret_cast<const char*>(hash), sizeof hash});
}

// The value of a header in the head of an answer, "" without.
std::string_view header_of(std::string_view head, std::string_view name) {
    for (std::string_view line : split(head, '\n')) {
        std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && same_header(line.substr(0, colon), name))
            return trim(line.substr(colon + 1));
    }
    return {};
}

/// From the name to the answer to the upgrade. An open socket needs nothing of it: most of a
/// connection's memory goes with it.
class Attempt final : public Endpoint, public StreamOwner {
public:
    /// Is told one of them, from the loop; then the attempt is over.
    class Owner {
    public:
        /// `behind`: what was read of the first messages.
        virtual void opened(std::unique_ptr<Stream> stream, const WsLimits& limits,
                            std::string behind) = 0;
        virtual void failed(std::string_view reason) = 0;

    protected:
        ~Owner() = default;
    };
    Attempt(EventLoop::Impl& loop, const WsConnect& options, Owner& owner);
    /// Nothing that is under way comes back.
    void give_up();

    int on(int, void*, std::size_t) override { return 0; }
    void gone() override {}

private:
    enum class Phase { resolving, connecting, shaking_hands, upgrading };

    void start();
    void resolved(const Result<Resolver::Addresses>& addresses);
    void try_next(int cause);
    void not_connected(std::string why);
    void late();
    [[nodiscard]] TimePoint end_of_attempt() const;
    void ready(bool readable, bool writable) override;
    void connected();
    void start_tls();
    void shake_hands();
    void shaken(const Handshakes::Outcome& step);
    void ask();
    void send_request();
    void read_answer();
    void take_answer(std::size_t head);
    void fail(std::string_view reason);
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string bare_host() const;
    [[nodiscard]] TlsSession& last_session();

    EventLoop::Impl& loop_;
    WsConnect options_;
    Owner& owner_;
    Url url_;
    Phase phase_ = Phase::resolving;
    std::uint64_t ticket_ = 0;
    Resolver::Addresses addresses_;  // empty unless connecting
    std::size_t tried_ = 0;          // of them
    std::string key_, request_, answer_;
    TimePoint until_;  // of all
    Timer deadline_;   // of all, or of an attempt at one of several addresses
    std::unique_ptr<Stream> stream_;
    ssl_st* tls_ = nullptr;   // stream_'s
    std::uint64_t step_ = 0;  // of its handshake, being taken elsewhere; 0: none
};

Attempt::Attempt(EventLoop::Impl& loop, const WsConnect& options, Owner& owner)
    : loop_(loop),
      options_(options),
      owner_(owner),
      until_(Clock::now() + options.timeout),
      deadline_(loop.self, [this] { late(); }) {
    start();
}

std::string Attempt::authority() const {
    return url_.port == 0 ? url_.host : fmt::format("{}:{}", url_.host, url_.port);
}

std::string Attempt::bare_host() const {
    return url_.host.starts_with('[') ? url_.host.substr(1, url_.host.size() - 2) : url_.host;
}

void Attempt::start() {
    deadline_.arm(until_);
    bool usable = Url::parse(options_.url, url_) && (url_.scheme == "ws" || url_.scheme == "wss");
    // One that is not is told so from the loop, without a lookup.
    ticket_ = loop_.resolver->resolve(usable ? bare_host() : "0.0.0.0",
                                      [this, usable](const auto& addresses) {
                                          if (usable) return resolved(addresses);
                                          fail("not a ws:// or wss:// URL: " + options_.url);
                                      });
}

void Attempt::resolved(const Result<Resolver::Addresses>& addresses) {
    if (!addresses) return fail(addresses.error().what);
    addresses_ = within_reach(*addresses);
    phase_ = Phase::connecting;
    try_next(0);
}

/// One address after the other, until one takes the connection [RFC 8305 section 5, without its
/// attempts side by side]. `cause`: the errno of the one before.
void Attempt::try_next(int cause) {
    stream_.reset();
    while (tried_ < addresses_.size()) {
        Fd fd = begin_connect(SocketAddress(addresses_[tried_++], url_.effective_port()));
        if (!fd) {
            cause = errno;
            continue;
        }
        stream_ = std::make_unique<Stream>(loop_, std::move(fd), *this);
        stream_->watch(false, true);
        return deadline_.arm(end_of_attempt());
    }
    not_connected(to_lower(std::strerror(cause)));
}

/// The last address has all the time there is.
TimePoint Attempt::end_of_attempt() const {
    const auto now = Clock::now();
    const auto with_this = static_cast<int>(addresses_.size() - tried_) + 1;
    if (with_this == 1) return until_;
    return now + std::min<Clock::duration>((until_ - now) / with_this, kMaxAttempt);
}

/// They may be the addresses of yesterday.
void Attempt::not_connected(std::string why) {
    if (addresses_.size() > 1)
        why += fmt::format(" (all {} addresses were tried)", addresses_.size());
    loop_.resolver->forget(bare_host());
    fail(why);
}

void Attempt::late() {
    if (tried_ < addresses_.size()) return try_next(ETIMEDOUT);
    double seconds = static_cast<double>(options_.timeout.count()) / 1000;
    std::string why = fmt::format("timed out after {:g} s", seconds);
    addresses_.empty() ? fail(why) : not_connected(std::move(why));
}

void Attempt::ready(bool readable, bool writable) {
    switch (phase_) {
        case Phase::resolving: return;
        case Phase::connecting: return connected();
        case Phase::shaking_hands: return shake_hands();
        case Phase::upgrading:
            if (writable && !request_.empty()) send_request();
            if (readable && stream_ != nullptr) read_answer();
    }
}

void Attempt::connected() {
    if (int error = stream_->connect_error(); error != 0) return try_next(error);
    Resolver::Addresses().swap(addresses_);  // what fails from here on is no matter of the address
    deadline_.arm(until_);
    if (!url_.secure()) return ask();
    stream_->watch(false, false);
    if (loop_.tls_ready)
        start_tls();
    else
        loop_.tls_waiters[this] = [this] { start_tls(); };
}

void Attempt::start_tls() {
    if (stream_ == nullptr) return;  // given up while it waited
    SSL* tls = SSL_new(loop_.client_tls.get());
    if (tls == nullptr) return fail("TLS: out of memory");
    const std::string host = bare_host();
    // The certificate must be for this very name or address.
    bool named = SocketAddress(host, 0).size != 0
                     ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1
                     : SSL_set1_host(tls, host.c_str()) == 1 &&
                           SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
    if (!named) {
        SSL_free(tls);
        return fail("TLS: out of memory");
    }
    static const unsigned char http[] = "\x08http/1.1";
    SSL_set_alpn_protos(tls, http, sizeof http - 1);
    if (TlsSession& last = last_session(); last != nullptr) SSL_set_session(tls, last.get());
    SSL_set_connect_state(tls);
    stream_->use_tls(tls, true);
    tls_ = tls;
    phase_ = Phase::shaking_hands;
    shake_hands();
}

TlsSession& Attempt::last_session() {
    return loop_.tls_sessions[fmt::format("{}:{}", bare_host(), url_.effective_port())];
}

void Attempt::shake_hands() {
    stream_->watch(false, false);
    step_ = loop_.handshakes->step(tls_, [this](const auto& step) { shaken(step); });
}

void Attempt::shaken(const Handshakes::Outcome& step) {
    step_ = 0;
    if (step.why == SSL_ERROR_WANT_READ || step.why == SSL_ERROR_WANT_WRITE)
        return stream_->watch(true, step.why == SSL_ERROR_WANT_WRITE);
    if (step.result == 1) {
        stream_->keep_session_in(last_session());
        return ask();
    }
    if (std::string why = stream_->distrust(); !why.empty())
        return fail(fmt::format("certificate of {} not trusted: {}", url_.host, why));
    fail(fmt::format("TLS with {} failed{}", url_.host,
                     step.reason.empty() ? "" : ": " + step.reason));
}

void Attempt::ask() {
    phase_ = Phase::upgrading;
    key_ = base64_encode(random_bytes(16));
    request_ = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n",
        url_.target, authority(), key_);
    for (const auto& [name, value] : options_.headers) {
        if (value.find_first_of("\r\n") != std::string::npos)
            return fail(fmt::format("the header {} has a line end in it", name));
        request_ += fmt::format("{}: {}\r\n", name, value);
    }
    request_ += "\r\n";
    send_request();
}

void Attempt::send_request() {
    long sent = stream_->write(request_.data(), request_.size());
    if (sent < 0) return fail(fmt::format("connection to {} broke off", url_.host));
    request_.erase(0, static_cast<std::size_t>(sent));
    stream_->watch(true, !request_.empty());
}

void Attempt::read_answer() {
    char bytes[4096];
    long got = 0;
    do {
        got = stream_->read(bytes, sizeof bytes);
        if (got < 0) return fail(fmt::format("connection to {} broke off", url_.host));
        answer_.append(bytes, static_cast<std::size_t>(got));
        std::size_t end = answer_.find("\r\n\r\n");
        if (end != std::string::npos) return take_answer(end + 4);
        if (answer_.size() > kMaxHead) return fail("not a WebSocket answer: its head is too long");
    } while (got > 0 && stream_->holds_more());
}

void Attempt::take_answer(std::size_t head_size) {
    std::string_view head = std::string_view(answer_).substr(0, head_size);
    int status = 0;
    if (head.starts_with("HTTP/1.") && head.size() > 12)
        std::from_chars(head.data() + 9, head.data() + 12, status);
    if (status < 100) return fail("not a WebSocket answer: no HTTP");
    if (status != 101) return fail(status_text(status));
    if (header_of(head, "sec-websocket-accept") != accept_for(key_))
        return fail("not a WebSocket answer: not to our key");
    deadline_.disarm();
    owner_.opened(std::move(stream_), options_.limits, answer_.substr(head_size));
}

void Attempt::fail(std::string_view reason) {
    give_up();
    owner_.failed(reason);
}

void Attempt::give_up() {
    deadline_.disarm();
    if (step_ != 0) loop_.handshakes->abandon(std::exchange(step_, 0), std::move(stream_));
    stream_.reset();
    loop_.resolver->cancel(ticket_);
    loop_.tls_waiters.erase(this);
}

class Connection final : public Endpoint, public Attempt::Owner, public WsSocket::Owner {
public:
    Connection(EventLoop::Impl& loop, const WsConnect& options, WsHandler& handler)
        : loop_(loop),
          handler_(&handler),
          attempt_(std::make_unique<Attempt>(loop, options, *this)) {}
    /// The owner lets go: nobody is told of anything any more.
    void abandon();

    int on(int, void*, std::size_t) override { return 0; }
    void gone() override {}

private:
    void opened(std::unique_ptr<Stream> stream, const WsLimits& limits,
                std::string behind) override;
    void failed(std::string_view reason) override;
    void socket_over() override {}

    EventLoop::Impl& loop_;
    WsHandler* handler_;                // null once the socket has it, or it was told of a failure
    std::unique_ptr<Attempt> attempt_;  // null once it is open
    std::optional<WsSocket> socket_;
};

void Connection::opened(std::unique_ptr<Stream> stream, const WsLimits& limits,
                        std::string behind) {
    socket_.emplace(loop_, std::move(stream), *std::exchange(handler_, nullptr), limits, true,
                    *this);
    loop_.release(std::move(attempt_));  // we are inside of it
    socket_->open(std::move(behind));
}

void Connection::failed(std::string_view reason) {
    if (WsHandler* handler = std::exchange(handler_, nullptr); handler != nullptr)
        handler->closed(0, reason);
}

void Connection::abandon() {
    handler_ = nullptr;
    if (attempt_) attempt_->give_up();
    if (socket_) socket_->forget_handler();
}

}  // namespace

struct WsClient::Impl {
    EventLoop::Impl& loop;
    std::unique_ptr<Connection> connection;

    Impl(EventLoop::Impl& l, std::unique_ptr<Connection> c) : loop(l), connection(std::move(c)) {}
    ~Impl() {
        connection->abandon();
        loop.release(std::move(connection));
    }
};

WsClient::WsClient(EventLoop& loop, const WsConnect& connect, WsHandler& handler)
    : impl_(std::make_unique<Impl>(loop.impl(),
                                   std::make_unique<Connection>(loop.impl(), connect, handler))) {}

WsClient::~WsClient() = default;

}  // namespace pa::net
