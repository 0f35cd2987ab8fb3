// A non-blocking TCP connection in an epoll set, plain or TLS, for both programs of the benchmark.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

struct ssl_st;
struct ssl_ctx_st;

namespace pa::bench {

/// Written directly; what the kernel does not take waits for EPOLLOUT.
class Stream {
public:
    Stream() = default;
    ~Stream() { close(); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Takes over `fd` (and `tls`, null: plain) and watches it in `epoll` with `tag`.
    void open(int epoll, int fd, void* tag, ssl_st* tls = nullptr);
    void close();
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

    void send(std::string_view bytes);
    /// The kernel takes more now.
    void flush();
    [[nodiscard]] std::size_t queued() const { return queue_.size(); }

    /// Gives what has come to `take(char*, size)`, piece by piece. False: the peer has gone.
    template <class Take>
    [[nodiscard]] bool drain(char* buffer, std::size_t room, Take take) {
        for (;;) {
            long got = receive(buffer, room);
            if (got < 0) return false;
            if (got > 0) take(buffer, static_cast<std::size_t>(got));
            // A TLS record may wait inside of OpenSSL, where epoll does not see it.
            if (got == 0 || (tls_ == nullptr && static_cast<std::size_t>(got) < room)) break;
        }
        if (tls_ != nullptr && !queue_.empty()) flush();  // waited for the handshake
        return true;
    }

private:
    [[nodiscard]] long receive(char* into, std::size_t room);  // 0: nothing now, -1: over
    [[nodiscard]] std::size_t write(std::string_view bytes);
    void want_out(bool wanted);

    int epoll_ = -1, fd_ = -1;
    void* tag_ = nullptr;
    ssl_st* tls_ = nullptr;
    std::string queue_;
    bool watching_out_ = false;
};

/// Listens on 127.0.0.1:`port`; aborts with a sentence if it cannot.
[[nodiscard]] int listen_on(int port);
/// Begins to connect to 127.0.0.1:`port`; -1 if that failed at once.
[[nodiscard]] int connect_to(int port);
/// The next waiting connection, or -1.
[[nodiscard]] int accept_from(int listener);

/// Contexts for the model's side. The client trusts whatever it meets: it is told 127.0.0.1 only.
[[nodiscard]] ssl_ctx_st* tls_server(const std::string& certificate, const std::string& key);
[[nodiscard]] ssl_ctx_st* tls_client();
[[nodiscard]] ssl_st* new_tls(ssl_ctx_st* context, bool server);

/// "error: WHAT" on stderr, and out.
[[noreturn]] void give_up(std::string_view what);

}  // namespace pa::bench
