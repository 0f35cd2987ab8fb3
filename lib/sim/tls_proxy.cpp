#include "sim/tls_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/byte_pump.hpp"
#include "sim/http_head.hpp"

namespace pa::sim {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHandshake{5000}, kWrite{10'000}, kIdle{60'000};
constexpr milliseconds kAnswer{120'000};  // for the upstream's response to begin
constexpr std::size_t kMaxHead = 32U << 10U, kMaxBody = 16U << 20U;

Result<Fd> listen_on(int port) {
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!fd || bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(fd.get(), 128) != 0)
        return Error{Errc::io, "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                   std::strerror(errno)};
    return fd;
}

int port_of(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

/// Reads until the head is whole; false if the peer ends, sends too much or is too slow.
bool read_head(Stream& from, std::string& received, milliseconds timeout) {
    while (received.find("\r\n\r\n") == std::string::npos) {
        if (received.size() > kMaxHead || !from.read(received, timeout)) return false;
    }
    return true;
}

std::optional<HttpHead> take_head(std::string& received) {
    const auto end = received.find("\r\n\r\n") + 4;
    auto head = HttpHead::parse(std::string_view(received).substr(0, end));
    received.erase(0, end);
    return head;
}

/// Moves exactly `size` bytes, those in `received` first.
bool relay(Stream& from, Stream& to, std::string& received, std::size_t size) {
    while (true) {
        const std::size_t n = std::min(size, received.size());
        if (!to.write(std::string_view(received).substr(0, n), kWrite)) return false;
        received.erase(0, n);
        size -= n;
        if (size == 0) return true;
        if (!from.read(received, kAnswer)) return false;
    }
}

std::string error_page(int status, std::string_view reason, std::string_view code,
                       std::string_view why) {
    const std::string body = "<!DOCTYPE html><html><body><h1>" + std::string(why) + "</h1><p>" +
                             std::string(code) + "</p></body></html>\n";
    return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) +
           "\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Until the peer has gone or `time` is over.
void linger(int fd, milliseconds time) {
    if (time.count() == 0) return;
    pollfd p{fd, POLLRDHUP, 0};
    poll(&p, 1, static_cast<int>(time.count()));
}

}  // namespace

struct TlsProxy::Connection {
    explicit Connection(Fd accepted)
        : socket(std::move(accepted)), control(fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)) {}
    Fd socket;
    Fd control;  // the same socket, so that it can be shut down whoever has closed his end
    std::unique_ptr<Stream> client, upstream;
    std::atomic<bool> done = false;
    std::thread thread;
};

TlsProxy::TlsProxy(ProxyOptions options) : options_(std::move(options)) {}

Result<std::unique_ptr<TlsProxy>> TlsProxy::start(ProxyOptions options) {
    std::unique_ptr<TlsProxy> proxy(new TlsProxy(std::move(options)));
    auto tls = TlsContext::create(proxy->options_.certificate_file, proxy->options_.key_file);
    if (!tls) return tls.error();
    proxy->tls_ = std::move(*tls);
    auto listener = listen_on(proxy->options_.port);
    if (!listener) return listener.error();
    proxy->listener_ = std::move(*listener);
    proxy->port_ = port_of(proxy->listener_.get());
    proxy->acceptor_ = std::thread([p = proxy.get()] { p->accept_all(); });
    return proxy;
}

TlsProxy::~TlsProxy() {
    stopping_ = true;
    if (listener_) shutdown(listener_.get(), SHUT_RDWR);  // wakes accept
    if (acceptor_.joinable()) acceptor_.join();
    drop_all();
    for (auto& c : connections_) c->thread.join();
}

void TlsProxy::set_offline(bool offline) {
    offline_ = offline;
    if (offline) drop_all();
}

void TlsProxy::drop_all() {
    const std::lock_guard lock(mutex_);
    for (auto& c : connections_) {
        shutdown(c->control.get(), SHUT_RDWR);
        if (c->upstream) shutdown(c->upstream->fd(), SHUT_RDWR);
    }
}

void TlsProxy::accept_all() {
    while (true) {
        Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (stopping_) return;
        if (!fd) {
            if (errno == EMFILE || errno == ENFILE) poll(nullptr, 0, 50);  // others will close
            continue;
        }
        const std::lock_guard lock(mutex_);
        reap();
        if (connections_.size() >= static_cast<std::size_t>(options_.max_connections)) continue;
        auto& c = *connections_.emplace_back(std::make_unique<Connection>(std::move(fd)));
        c.thread = std::thread([this, &c] { serve(c); });
    }
}

void TlsProxy::reap() {
    connections_.remove_if([](const auto& c) {
        if (!c->done) return false;
        c->thread.join();
        return true;
    });
}

void TlsProxy::serve(Connection& c) {
    sigset_t broken_pipe;  // OpenSSL writes without MSG_NOSIGNAL
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    c.client = Stream::accept(*tls_, std::move(c.socket), kHandshake);
    if (c.client) linger(c.control.get(), 4 * options_.delay);
    std::string received;
    while (c.client && !stopping_ && serve_request(c, received)) {
    }
    {
        const std::lock_guard lock(mutex_);
        c.upstream.reset();
    }
    if (c.client) c.client->close();
    shutdown(c.control.get(), SHUT_RDWR);
    c.client.reset();
    c.done = true;
}

bool TlsProxy::serve_request(Connection& c, std::string& received) {
    if (!read_head(*c.client, received, kIdle)) return false;
    auto request = take_head(received);
    if (!request) return false;
    if (offline_) {
        c.client->write(error_page(404, "Not Found", "ERR_NGROK_3200", "the endpoint is offline"),
                        kWrite);
        return false;
    }
    if (refuse(c, request->upgrade())) return false;
    if (!request->header("transfer-encoding").empty()) {
        c.client->write(
            "HTTP/1.1 411 Length Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            kWrite);
        return false;
    }
    return forward(c, *request, received);
}

bool TlsProxy::refuse(Connection& c, bool upgrade) {
    const auto fault = options_.fault ? options_.fault(upgrade) : std::nullopt;
    if (!fault) return false;
    if (const int status = http_status(*fault); status != 0) {
        c.client->write(error_page(status, "Error", fault->code, "the tunnel failed"), kWrite);
        return true;
    }
    if (fault->what == "delay" || fault->what == "slow") {
        linger(c.control.get(), milliseconds(fault->ms));
        return false;
    }
    if (fault->what == "garbage")
        c.client->write("\x16\x03 this is not HTTP \x01\x02\r\n\r\n", kWrite);
    if (fault->what == "silent" || fault->what == "lose") linger(c.control.get(), kAnswer * 5);
    return true;  // drop, close and the rest of these: the connection ends
}

bool TlsProxy::forward(Connection& c, HttpHead& request, std::string& received) {
    const std::size_t body = request.content_length().value_or(0);
    auto upstream = connect_local(options_.upstream_port);
    if (!upstream || body > kMaxBody) {
        c.client->write(
            error_page(502, "Bad Gateway", "ERR_NGROK_8012", "nothing listens on the local port"),
            kWrite);
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        c.upstream = std::move(upstream);
    }
    add_forwarding(request, "127.0.0.1");
    if (!request.upgrade()) request.set("Connection", "close");
    std::string answer;
    linger(c.control.get(), options_.delay);
    if (!c.upstream->write(request.text(), kWrite) ||
        !relay(*c.client, *c.upstream, received, body) ||
        !read_head(*c.upstream, answer, kAnswer)) {
        c.client->write(
            error_page(502, "Bad Gateway", "ERR_NGROK_3004", "no valid answer from the local port"),
            kWrite);
        return false;
    }
    auto response = take_head(answer);
    if (!response) return false;
    linger(c.control.get(), options_.delay);
    if (response->status() == 101) {
        const bool sent = c.client->write(response->text(), kWrite);
        if (sent)
            pump(*c.client, *c.upstream, std::move(answer), std::move(received), options_.delay);
        return false;
    }
    const bool empty =
        response->status() == 204 || response->status() == 304 || request.method() == "HEAD";
    const auto length = empty ? 0 : response->content_length();
    response->set("Connection", length ? "keep-alive" : "close");
    if (!c.client->write(response->text(), kWrite)) return false;
    if (length) return relay(*c.upstream, *c.client, answer, *length);
    do {
        if (!c.client->write(answer, kWrite)) break;
        answer.clear();
    } while (c.upstream->read(answer, kAnswer));
    return false;
}

}  // namespace pa::sim
