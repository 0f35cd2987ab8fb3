// One accepted connection with TLS on it, or a plain one to the local port: both for the tunnel's
// threads, which block, but never for longer than they are told.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace pa::sim {

/// The server's certificate and key, shared by all connections.
class TlsContext {
public:
    /// PEM files. Errc::io names the one that cannot be used.
    [[nodiscard]] static Result<TlsContext> create(const std::string& certificate_file,
                                                   const std::string& key_file);
    [[nodiscard]] ssl_ctx_st* get() const { return context_.get(); }

private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

class Stream {
public:
    using Timeout = std::chrono::milliseconds;

    explicit Stream(Fd socket);  // plain
    /// The server's side of a handshake on `socket`; nullptr if it fails or takes longer.
    [[nodiscard]] static std::unique_ptr<Stream> accept(const TlsContext& context, Fd socket,
                                                        Timeout timeout);
    ~Stream();

    [[nodiscard]] int fd() const { return socket_.get(); }
    /// True if bytes are waiting that poll(2) does not know of.
    [[nodiscard]] bool pending() const;

    /// What can be read or written now: > 0 bytes, 0 nothing now, < 0 the end.
    [[nodiscard]] long read_some(char* to, std::size_t size);
    [[nodiscard]] long write_some(const char* from, std::size_t size);

    /// Adds at least one byte to `to`. False at the end, or after `timeout`.
    bool read(std::string& to, Timeout timeout);
    bool write(std::string_view text, Timeout timeout);
    void close();  // says goodbye; nothing can be sent after it

private:
    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    [[nodiscard]] long told(int result);
    bool wait(bool to_write, std::chrono::steady_clock::time_point until);

    Fd socket_;
    std::unique_ptr<ssl_st, Free> ssl_;
    bool wants_write_ = false;  // TLS must write before it can go on reading, or the reverse
    bool wants_read_ = false;
};

/// To 127.0.0.1:port; nullptr if nothing listens there.
[[nodiscard]] std::unique_ptr<Stream> connect_local(int port);

}  // namespace pa::sim
