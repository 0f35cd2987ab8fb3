#include "sim/tls_stream.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pa::sim {

namespace {

using SteadyClock = std::chrono::steady_clock;

void prepare(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

std::string last_tls_error() {
    char text[256] = "unknown";
    if (const auto code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
    return text;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void Stream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

Result<TlsContext> TlsContext::create(const std::string& certificate_file,
                                      const std::string& key_file) {
    TlsContext c;
    c.context_.reset(SSL_CTX_new(TLS_server_method()));
    if (!c.context_) return Error{Errc::bug, "no TLS: " + last_tls_error()};
    if (SSL_CTX_use_certificate_chain_file(c.get(), certificate_file.c_str()) != 1)
        return Error{Errc::io, certificate_file + ": " + last_tls_error()};
    if (SSL_CTX_use_PrivateKey_file(c.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        return Error{Errc::io, key_file + ": " + last_tls_error()};
    SSL_CTX_set_mode(c.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return c;
}

Stream::Stream(Fd socket) : socket_(std::move(socket)) { prepare(fd()); }
Stream::~Stream() = default;

std::unique_ptr<Stream> Stream::accept(const TlsContext& context, Fd socket, Timeout timeout) {
    auto stream = std::make_unique<Stream>(std::move(socket));
    stream->ssl_.reset(SSL_new(context.get()));
    if (!stream->ssl_ || SSL_set_fd(stream->ssl_.get(), stream->fd()) != 1) return nullptr;
    const auto until = SteadyClock::now() + timeout;
    while (true) {
        const int result = SSL_accept(stream->ssl_.get());
        if (result == 1) return stream;
        if (stream->told(result) < 0 || !stream->wait(stream->wants_write_, until)) return nullptr;
    }
}

bool Stream::pending() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

long Stream::told(int result) {
    wants_read_ = wants_write_ = false;
    if (result > 0) return result;
    const int error = SSL_get_error(ssl_.get(), result);
    ERR_clear_error();
    wants_read_ = error == SSL_ERROR_WANT_READ;
    wants_write_ = error == SSL_ERROR_WANT_WRITE;
    return wants_read_ || wants_write_ ? 0 : -1;
}

long Stream::read_some(char* to, std::size_t size) {
    if (ssl_) return told(SSL_read(ssl_.get(), to, static_cast<int>(size)));
    const auto n = recv(fd(), to, size, 0);
    if (n > 0) return n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

long Stream::write_some(const char* from, std::size_t size) {
    if (size == 0) return 0;
    if (ssl_) return told(SSL_write(ssl_.get(), from, static_cast<int>(size)));
    const auto n = send(fd(), from, size, MSG_NOSIGNAL);
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

bool Stream::wait(bool to_write, SteadyClock::time_point until) {
    const auto left = std::chrono::duration_cast<Timeout>(until - SteadyClock::now()).count();
    pollfd p{fd(), static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
    return left > 0 && poll(&p, 1, static_cast<int>(std::min<long long>(left, 1 << 30))) > 0;
}

bool Stream::read(std::string& to, Timeout timeout) {
    const auto until = SteadyClock::now() + timeout;
    char bytes[16384];
    while (true) {
        const long n = read_some(bytes, sizeof bytes);
        if (n > 0) to.append(bytes, static_cast<std::size_t>(n));
        if (n != 0) return n > 0;
        if (!wait(wants_write_, until)) return false;
    }
}

bool Stream::write(std::string_view text, Timeout timeout) {
    const auto until = SteadyClock::now() + timeout;
    while (!text.empty()) {
        const long n = write_some(text.data(), text.size());
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
        if (n == 0 && !wait(!wants_read_, until)) return false;
    }
    return true;
}

void Stream::close() {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::shutdown(fd(), SHUT_WR);
}

std::unique_ptr<Stream> connect_local(int port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!socket ||
        connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        return nullptr;
    return std::make_unique<Stream>(std::move(socket));
}

}  // namespace pa::sim
