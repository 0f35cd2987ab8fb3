// The bytes of a connected socket on the loop, plain or TLS. net/*.cpp only.
#pragma once

#include <cstddef>
#include <string>

#include "base/file.hpp"
#include "net/loop_impl.hpp"

struct ssl_st;

namespace pa::net {

/// Told when its stream can be read (or has ended), and when it takes bytes again. May destroy it.
class StreamOwner {
public:
    virtual void ready(bool readable, bool writable) = 0;

protected:
    ~StreamOwner() = default;
};

class Stream {
public:
    /// Watches nothing until told to.
    Stream(EventLoop::Impl& loop, Fd fd, StreamOwner& owner);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void watch(bool readable, bool writable);
    void give_to(StreamOwner& owner);
    /// From here on all goes through `tls`, which is freed with the stream if it is ours.
    void use_tls(ssl_st* tls, bool ours);

    /// Of a TLS client: where to put what the next connection can take up again, and what has come
    /// of that so far. `place` outlives the stream.
    void keep_session_in(TlsSession& place);
    /// Bytes read; 0: none for now, -1: the peer has gone.
    [[nodiscard]] long read(char* into, std::size_t room);
    /// Something is left to read that the kernel does not know of.
    [[nodiscard]] bool holds_more() const;
    /// Bytes taken, perhaps none; -1: the peer has gone.
    [[nodiscard]] long write(const char* bytes, std::size_t size);
    /// Another descriptor of the same connection; none of one that speaks TLS, which has a state.
    [[nodiscard]] Fd copy() const;
    /// What a connect() on it came to: an errno, 0 if it stands.
    [[nodiscard]] int connect_error() const;
    /// Why TLS failed: "certificate has expired"; "" if it was not the certificate.
    [[nodiscard]] std::string distrust() const;

private:
    struct Watch;
    Fd fd_;
    Watch* watch_;  // freed by the loop once it has closed the handle
    int watched_ = 0;
    ssl_st* tls_ = nullptr;
    bool ours_ = false;
    TlsSession session_;  // until keep_session_in()
};

}  // namespace pa::net
