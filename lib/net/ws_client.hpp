// Outgoing WebSockets (ws:// and wss://).
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/http_message.hpp"
#include "net/event_loop.hpp"
#include "net/ws.hpp"

namespace pa::net {

struct WsConnect {
    std::string url;  // absolute, ws or wss
    Headers headers{};
    std::chrono::milliseconds timeout{10'000};  // name, connect, TLS and upgrade together
    WsLimits limits{};
};

/// One connection, from the attempt on. The name is looked up in another thread (answers are kept
/// for 60 s) and its addresses are tried one after the other, each for at most 2 s while there are
/// others, until one takes the connection; the certificate is checked against the host's name.
/// `handler` is borrowed and hears
/// opened() and closed() from the loop, never from inside the constructor. Destroying the object
/// drops the connection at once and silently.
class WsClient {
public:
    WsClient(EventLoop& loop, const WsConnect& connect, WsHandler& handler);
    ~WsClient();
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::net
