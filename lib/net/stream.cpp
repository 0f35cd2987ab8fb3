#include "net/stream.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <uv.h>

#include <cassert>
#include <cerrno>

#include "base/fetch_ahead.hpp"
#include "net/ws.hpp"

namespace pa::net {

struct Stream::Watch {
    uv_poll_t poll{};
    Stream* stream = nullptr;
    StreamOwner* owner = nullptr;  // here, so that both come at once and not one by the other
};

Stream::Stream(EventLoop::Impl& loop, Fd fd, StreamOwner& owner)
    : fd_(std::move(fd)), watch_(new Watch) {
    watch_->stream = this;
    watch_->owner = &owner;
    watch_->poll.data = watch_;
    [[maybe_unused]] int code = uv_poll_init(loop.uv, &watch_->poll, fd_.get());
    assert(code == 0);  // a socket that nobody else watches
}

Stream::~Stream() {
    uv_close(reinterpret_cast<uv_handle_t*>(&watch_->poll),
             [](uv_handle_t* handle) { delete static_cast<Watch*>(handle->data); });
    if (!ours_) return;
    // Freed without this, OpenSSL takes the session for a bad one and the next connection cannot
    // take it up again.
    if (SSL_is_init_finished(tls_) != 0)
        SSL_set_shutdown(tls_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(tls_);
}

void Stream::give_to(StreamOwner& owner) { watch_->owner = &owner; }

void Stream::watch(bool readable, bool writable) {
    int wanted = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    if (wanted == watched_) return;
    watched_ = wanted;
    if (wanted == 0) {
        uv_poll_stop(&watch_->poll);
        return;
    }
    uv_poll_start(&watch_->poll, wanted, [](uv_poll_t* poll, int status, int events) {
        const Watch& watch = *static_cast<Watch*>(poll->data);
        // Before the call below: its table is found by way of the owner.
        fetch_ahead(watch.owner, WsPeer::looked_at);
        fetch_ahead(*watch.stream);
        // On an error libuv stops watching; reading tells what it is.
        if (status < 0) watch.stream->watched_ = 0;
        watch.owner->ready(status < 0 || (events & UV_READABLE) != 0,
                           status < 0 || (events & UV_WRITABLE) != 0);
    });
}

void Stream::use_tls(ssl_st* tls, bool ours) {
    tls_ = tls;
    ours_ = ours;
    if (ours) SSL_set_fd(tls, fd_.get());
    if (ours) SSL_set_app_data(tls, &session_);
    // A write may be cut short, and what is left be written from another place.
    SSL_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void Stream::keep_session_in(TlsSession& place) {
    if (session_ != nullptr) place = std::move(session_);
    SSL_set_app_data(tls_, &place);
}

long Stream::read(char* into, std::size_t room) {
    if (tls_ == nullptr) {
        ssize_t got = ::recv(fd_.get(), into, room, 0);
        if (got > 0) return got;
        bool later = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        return later ? 0 : -1;
    }
    ERR_clear_error();
    std::size_t got = 0;
    if (SSL_read_ex(tls_, into, room, &got) == 1) return static_cast<long>(got);
    int why = SSL_get_error(tls_, 0);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool Stream::holds_more() const { return tls_ != nullptr && SSL_has_pending(tls_) != 0; }

long Stream::write(const char* bytes, std::size_t size) {
    if (tls_ == nullptr) {
        ssize_t sent = ::send(fd_.get(), bytes, size, MSG_NOSIGNAL);
        if (sent >= 0) return sent;
        bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        return later ? 0 : -1;
    }
    ERR_clear_error();
    std::size_t sent = 0;
    if (SSL_write_ex(tls_, bytes, size, &sent) == 1) return static_cast<long>(sent);
    int why = SSL_get_error(tls_, 0);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

Fd Stream::copy() const {
    return Fd(tls_ != nullptr ? -1 : ::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
}

int Stream::connect_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

std::string Stream::distrust() const {
    long result = tls_ == nullptr ? X509_V_OK : SSL_get_verify_result(tls_);
    return result == X509_V_OK ? "" : X509_verify_cert_error_string(result);
}

}  // namespace pa::net
