#include "bench/stream.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pa::bench {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int without_delay(int fd) {
    int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

ssl_ctx_st* tuned(ssl_ctx_st* context) {
    if (context == nullptr) give_up("TLS cannot be set up");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // a record in one read and not in two
    return context;
}

}  // namespace

void give_up(std::string_view what) {
    std::fprintf(stderr, "error: %.*s (%s)\n", static_cast<int>(what.size()), what.data(),
                 std::strerror(errno));
    std::exit(70);
}

void Stream::open(int epoll, int fd, void* tag, ssl_st* tls) {
    epoll_ = epoll;
    fd_ = fd;
    tag_ = tag;
    tls_ = tls;
    if (tls_ != nullptr) SSL_set_fd(tls_, fd);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = tag;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event) != 0) give_up("epoll_ctl");
}

void Stream::close() {
    if (fd_ < 0) return;
    SSL_free(std::exchange(tls_, nullptr));
    ::close(std::exchange(fd_, -1));
    queue_.clear();
    watching_out_ = false;
}

void Stream::want_out(bool wanted) {
    if (wanted == watching_out_) return;
    watching_out_ = wanted;
    epoll_event event{};
    event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = tag_;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd_, &event);
}

std::size_t Stream::write(std::string_view bytes) {
    if (tls_ == nullptr) {
        ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    std::size_t sent = 0;
    SSL_write_ex(tls_, bytes.data(), bytes.size(), &sent);
    return sent;
}

void Stream::send(std::string_view bytes) {
    if (fd_ < 0) return;
    if (queue_.empty()) bytes.remove_prefix(write(bytes));
    if (bytes.empty()) return;
    queue_ += bytes;
    // In a TLS handshake it is input that is waited for; drain() comes back here.
    if (tls_ == nullptr || SSL_is_init_finished(tls_) != 0) want_out(true);
}

void Stream::flush() {
    while (!queue_.empty()) {
        std::size_t sent = write(queue_);
        if (sent == 0) break;
        queue_.erase(0, sent);
    }
    want_out(!queue_.empty() && (tls_ == nullptr || SSL_is_init_finished(tls_) != 0));
}

long Stream::receive(char* into, std::size_t room) {
    if (fd_ < 0) return -1;
    if (tls_ == nullptr) {
        ssize_t got = ::recv(fd_, into, room, 0);
        if (got > 0) return got;
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
    }
    std::size_t got = 0;
    if (SSL_read_ex(tls_, into, room, &got) == 1) return static_cast<long>(got);
    int why = SSL_get_error(tls_, 0);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

int listen_on(int port) {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = loopback(port);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) give_up("bind");
    if (::listen(fd, 4096) != 0) give_up("listen");
    return fd;
}

int connect_to(int port) {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
        ::close(fd);
        return -1;
    }
    return fd < 0 ? fd : without_delay(fd);
}

int accept_from(int listener) {
    int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? fd : without_delay(fd);
}

ssl_ctx_st* tls_server(const std::string& certificate, const std::string& key) {
    ssl_ctx_st* context = tuned(SSL_CTX_new(TLS_server_method()));
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
        give_up("certificate " + certificate);
    return context;
}

ssl_ctx_st* tls_client() { return tuned(SSL_CTX_new(TLS_client_method())); }

ssl_st* new_tls(ssl_ctx_st* context, bool server) {
    if (context == nullptr) return nullptr;
    ssl_st* tls = SSL_new(context);
    server ? SSL_set_accept_state(tls) : SSL_set_connect_state(tls);
    return tls;
}

}  // namespace pa::bench
