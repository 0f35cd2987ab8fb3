// The public side of a simulated tunnel: HTTPS and secure WebSockets on loopback, forwarded to a
// local port with the headers that ngrok adds and answered with its error pages where nothing
// listens.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "sim/scenario.hpp"
#include "sim/tls_stream.hpp"

namespace pa::sim {

struct ProxyOptions {
    std::string certificate_file, key_file;  // PEM
    int port = 0;                            // 0: the kernel chooses
    int upstream_port = 0;
    int max_connections = 256;  // more are closed at once
    /// One way, for all bytes. A connection costs two round trips before its first byte: TCP's and
    /// TLS 1.3's.
    std::chrono::milliseconds delay{0};
    /// What goes wrong with a request, or with an upgrade to a WebSocket; asked once for each, from
    /// the connection's thread.
    std::function<std::optional<Fault>(bool upgrade)> fault;
};

/// A thread per connection. HTTP connections are kept alive; a request may have a body with a
/// Content-Length, not in chunks (411).
class TlsProxy {
public:
    /// Listens on 127.0.0.1 when this returns.
    [[nodiscard]] static Result<std::unique_ptr<TlsProxy>> start(ProxyOptions options);
    /// Drops all connections and waits for their threads.
    ~TlsProxy();
    TlsProxy(const TlsProxy&) = delete;
    TlsProxy& operator=(const TlsProxy&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
    /// Offline, every request gets 404 with ERR_NGROK_3200; what is connected is dropped, as when
    /// the agent has lost the service. From any thread.
    void set_offline(bool offline);

private:
    struct Connection;
    explicit TlsProxy(ProxyOptions options);
    void accept_all();
    void serve(Connection& connection);
    bool serve_request(Connection& connection, std::string& received);
    bool refuse(Connection& connection, bool upgrade);
    bool forward(Connection& connection, struct HttpHead& request, std::string& received);
    void drop_all();
    void reap();

    ProxyOptions options_;
    std::optional<TlsContext> tls_;
    Fd listener_;
    int port_ = 0;
    std::atomic<bool> offline_ = false, stopping_ = false;
    std::mutex mutex_;  // of connections_
    std::list<std::unique_ptr<Connection>> connections_;
    std::thread acceptor_;
};

}  // namespace pa::sim
