// An HTTP/1.1 and WebSocket server on one listening socket, TCP or unix.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/http_message.hpp"
#include "base/result.hpp"
#include "net/event_loop.hpp"
#include "net/ws.hpp"

namespace pa::net {

struct ServerRequest {
    std::string method;  // as sent
    std::string path;    // decoded and normalised by lws: sign against the fixed path, not this
    Form query;          // decoded
    std::string body;
    std::string peer;  // address of the other end, "" on a unix socket
    Headers headers;   // those named in ServerOptions::headers that were sent; names lower case
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Answers one request, now or later, from the loop's thread. If the client has gone meanwhile the
/// answer is dropped. Copyable; the first answer counts. If all copies die unanswered, 500 is sent.
class Responder {
public:
    void answer(int status, std::string_view content_type, std::string_view body,
                const Headers& headers = {}) const;

    /// Whoever asked is not behind a connection of ours: the answer goes to `taker`.
    using Taker = std::function<void(int status, std::string_view type, std::string_view body)>;
    [[nodiscard]] static Responder to(Taker taker);

    struct Slot;
    explicit Responder(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}

private:
    std::shared_ptr<Slot> slot_;
};

/// What to do with an upgrade request: a handler to take the connection, or an HTTP status to
/// refuse it with. The handler is owned by the connection and destroyed after closed().
struct Upgrade {
    std::unique_ptr<WsHandler> handler;
    int refuse = 403;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    int port = 0;             // 0: the kernel chooses
    std::string unix_socket;  // path; then address and port are not used. Mode 0600; a stale one is
                              // replaced
    int listening_fd = -1;    // an inherited listening socket, taken over in place of the above
    std::string certificate_file, key_file;  // PEM: serves TLS
    std::vector<std::string> headers;  // request headers to hand on, e.g. "x-twilio-signature"
    std::size_t max_body = 1U << 20U;  // [bytes] more is answered with 413
    WsLimits ws;
};

/// HTTP: any method but the unknown; `Transfer-Encoding` in a request is answered with 411. A
/// request whose head or body is not there within 10 s is dropped. Keep-alive is used.
class Server {
public:
    using OnRequest = std::function<void(const ServerRequest&, Responder)>;
    using OnUpgrade = std::function<Upgrade(const ServerRequest&)>;

    /// Listens when this returns. Errc::io names address and reason ("address already in use").
    /// Without `on_upgrade` upgrades are refused with 404.
    [[nodiscard]] static Result<std::unique_ptr<Server>> listen(EventLoop& loop,
                                                                ServerOptions options,
                                                                OnRequest on_request,
                                                                OnUpgrade on_upgrade = {});
    /// One that listens to nothing, for connections that others have opened [adopt].
    [[nodiscard]] static std::unique_ptr<Server> without_listener(EventLoop& loop, WsLimits limits);
    /// Closes the listener and drops its connections silently: handlers are destroyed, not told.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int port() const;
    [[nodiscard]] int listening_fd() const;
    /// Accepts nothing more; what is connected goes on, and is told with each answer to close.
    void stop_listening();
    /// Goes on with a WebSocket that another process, or another loop of ours, has opened and left
    /// [WsPeer::leave].
    void adopt(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler);

    struct Impl;

private:
    Server();
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::net
