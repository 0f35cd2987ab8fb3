#include "net/ws_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/http_status.hpp"
#include "net/lws_context.hpp"
#include "net/ws_socket.hpp"

namespace pa::net {
namespace {

// Why a connect() failed: lws does not say. What the kernel knows at once (a refusal on loopback,
// no route) is asked from it again, without waiting; "" if it would have to ask the network.
std::string connect_reason(const std::string& address, int port) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_family = AF_INET;
    v6.sin6_family = AF_INET6;
    v4.sin_port = v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    bool is_v4 = ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
    ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr);
    Fd probe(::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = 0;
    if (is_v4 ? ::connect(probe.get(), reinterpret_cast<sockaddr*>(&v4), sizeof v4)
              : ::connect(probe.get(), reinterpret_cast<sockaddr*>(&v6), sizeof v6))
        error = errno;
    if (error == EINPROGRESS) {
        socklen_t size = sizeof error;
        ::getsockopt(probe.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    return error == 0 ? "" : to_lower(std::strerror(error));
}

// "SSL error: certificate has expired (preverify_ok=0;err=10;depth=0)", from lws's log.
std::string certificate_reason() {
    std::string said = last_lws_log();
    if (!said.starts_with("SSL error: ")) return "";
    return said.substr(11, said.find(" (preverify") - 11);
}

std::string tls_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "" : fmt::format(": {}", reason);
}

std::string status_text(int status) {
    std::string_view reason = http_reason(status);
    return reason.empty() ? std::to_string(status) : fmt::format("{} {}", status, reason);
}

class Connection final : public Endpoint {
public:
    Connection(EventLoop::Impl& loop, const WsConnect& options, WsHandler& handler);
    /// The owner lets go: nobody is told of anything any more.
    void abandon();

    int on(int reason, void* in, std::size_t size) override;
    void gone() override {}

private:
    void start();
    void connect(const Result<Resolver::Addresses>& addresses);
    int append_headers(unsigned char** at, std::size_t room);
    int answered();
    int opened();
    void could_not_connect(std::string_view said);
    void fail(std::string_view reason);

    EventLoop::Impl& loop_;
    WsConnect options_;
    WsHandler* handler_;
    Url url_;
    std::string address_;
    std::uint64_t ticket_ = 0;
    bool connected_ = false;  // TCP is
    Timer deadline_;
    std::optional<WsSocket> socket_;
};

Connection::Connection(EventLoop::Impl& loop, const WsConnect& options, WsHandler& handler)
    : loop_(loop), options_(options), handler_(&handler), deadline_(loop.self, [this] {
          double seconds = static_cast<double>(options_.timeout.count()) / 1000;
          fail(fmt::format("timed out after {:g} s", seconds));
          loop_.kill(*this);
      }) {
    start();
}

void Connection::start() {
    deadline_.arm(options_.timeout);
    bool usable = Url::parse(options_.url, url_) && (url_.scheme == "ws" || url_.scheme == "wss");
    std::string host = url_.host;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (!usable) host = "0.0.0.0";  // answered from the loop, without a lookup
    ticket_ = loop_.resolver->resolve(host, [this, usable](const auto& addresses) {
        if (usable) return connect(addresses);
        fail("not a ws:// or wss:// URL: " + options_.url);
    });
}

void Connection::connect(const Result<Resolver::Addresses>& addresses) {
    if (!addresses) return fail(addresses.error().what);
    address_ = addresses->front();
    std::string host = url_.port == 0 ? url_.host : fmt::format("{}:{}", url_.host, url_.port);
    lws_client_connect_info info{};
    info.context = loop_.context;
    info.vhost = loop_.client_vhost;
    info.address = address_.c_str();
    info.port = url_.effective_port();
    info.host = host.c_str();  // also the name for SNI and for the certificate
    info.path = url_.target.c_str();
    info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (url_.secure() ? LCCSCF_USE_SSL : 0);
    info.local_protocol_name = protocols()->name;
    info.alpn = "http/1.1";
    info.opaque_user_data = static_cast<Endpoint*>(this);
    info.retry_and_idle_policy =
        loop_.liveness(options_.limits.ping_after, options_.limits.drop_after);
    clear_lws_log();
    if (lws_client_connect_via_info(&info) == nullptr) could_not_connect("");
    loop_.kick();
}

int Connection::append_headers(unsigned char** at, std::size_t room) {
    unsigned char* end = *at + room;
    for (const auto& [name, value] : options_.headers) {
        std::string field = to_lower(name) + ":";
        if (lws_add_http_header_by_name(wsi(),
                                        reinterpret_cast<const unsigned char*>(field.c_str()),
                                        reinterpret_cast<const unsigned char*>(value.data()),
                                        static_cast<int>(value.size()), at, end) != 0)
            return -1;
    }
    return 0;
}

int Connection::answered() {
    int status = static_cast<int>(lws_http_client_http_response(wsi()));
    if (status == 101) return 0;
    fail(status_text(status));
    return -1;
}

int Connection::opened() {
    if (handler_ == nullptr) return -1;
    deadline_.disarm();
    WsHandler& handler = *std::exchange(handler_, nullptr);
    socket_.emplace(loop_, *this, handler, options_.limits, true);
    socket_->opened();
    return 0;
}

// lws's words are "Unable to connect", "connect SSL err 1: …", "HS: …" and the like.
void Connection::could_not_connect(std::string_view said) {
    const std::string& host = url_.host;
    if (std::string why = certificate_reason(); !why.empty())
        return fail(fmt::format("certificate of {} not trusted: {}", host, why));
    if (said.find("SSL") != std::string_view::npos)
        return fail(fmt::format("TLS with {} failed{}", host, tls_reason()));
    if (!connected_) {
        std::string why = connect_reason(address_, url_.effective_port());
        return fail(why.empty()
                        ? fmt::format("cannot connect to {} port {}", host, url_.effective_port())
                        : why);
    }
    if (said.starts_with("HS:"))
        return fail("not a WebSocket answer: " + std::string(said.substr(4)));
    fail(fmt::format("connection to {} broke off", host));
}

void Connection::fail(std::string_view reason) {
    deadline_.disarm();
    if (WsHandler* handler = std::exchange(handler_, nullptr); handler != nullptr)
        handler->closed(0, reason);
}

void Connection::abandon() {
    handler_ = nullptr;
    deadline_.disarm();
    loop_.resolver->cancel(ticket_);
    if (socket_) socket_->forget_handler();
    loop_.kill(*this);
}

int Connection::on(int reason, void* in, std::size_t size) {
    const auto* bytes = static_cast<const char*>(in);
    switch (reason) {
        case LWS_CALLBACK_WSI_CREATE: connected_ = true; return 0;
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
            connected_ = true;
            return append_headers(static_cast<unsigned char**>(in), size);
        case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: return answered();
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            could_not_connect(bytes == nullptr ? std::string_view()
                                               : std::string_view(bytes, size));
            return 0;
        case LWS_CALLBACK_CLIENT_ESTABLISHED: return opened();
        case LWS_CALLBACK_CLIENT_RECEIVE: return socket_ ? socket_->received(bytes, size) : -1;
        case LWS_CALLBACK_CLIENT_WRITEABLE: return socket_ ? socket_->writable() : 0;
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            return socket_ ? socket_->peer_closes(bytes, size) : -1;
        case LWS_CALLBACK_CLIENT_CLOSED:
            if (socket_) socket_->ended();
            fail("connection broke off");
            return 0;
        default: return 0;
    }
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
