// One accepted connection: HTTP exchanges one after the other, perhaps a WebSocket in the end.
// net/*.cpp only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/loop_impl.hpp"
#include "net/server.hpp"
#include "net/ws_socket.hpp"

namespace pa::net {

/// What the connections of one server share. Outlives them: the server abandons them first.
struct ServerShared {
    EventLoop::Impl& loop;
    ServerOptions options;
    Server::OnRequest on_request;
    Server::OnUpgrade on_upgrade;
    /// A connection that has come to its end.
    std::function<void(Endpoint&)> ended;
    bool ending = false;  // nothing more is accepted: clients are to come again elsewhere
};

class ServerConnection final : public Endpoint,
                               public StreamOwner,
                               public WsSocket::Owner,
                               private Deferred {
public:
    ServerConnection(ServerShared& shared, std::string peer);
    ~ServerConnection() override;

    /// A WebSocket that another process opened and left to us [WsPeer::leave]; there is no wsi.
    void adopt(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler);

    /// The server is going: no callback of its or a handler's runs any more. The handler is
    /// destroyed here, unless we are inside one of its callbacks.
    void abandon();

    /// Just accepted: what has come already is read, and perhaps answered, in this turn of the
    /// loop. (lws would wait for the next one, and for another with the body behind a head.) Not
    /// from inside a callback of lws.
    void read_now();

    int on(int reason, void* in, std::size_t size) override;
    void gone() override;

    /// From Responder, at any time while its slot points here.
    void answer(int status, std::string_view type, std::string_view body, const Headers& headers);

private:
    enum class State { idle, body, waiting, answered, refused };

    int began(const char* path, std::size_t size);
    int body(const char* bytes, std::size_t size);
    int body_complete();
    int complete();
    int respond();
    void deferred() override;
    void serve(int events);
    int refuse(int status);
    int upgrade(std::string_view to);
    int opened();
    void part();
    void open_socket(Fd fd, std::string bytes);
    void ready(bool, bool) override {}  // the socket's from the start
    void socket_over() override;
    void read_head(const char* path, std::size_t size);
    [[nodiscard]] std::string read_header(const std::string& name) const;

    EventLoop::Impl& loop_;
    ServerShared* shared_;  // null once abandoned
    std::string peer_;
    State state_ = State::idle;
    bool body_ended_ = false;
    TimePoint body_until_{};
    std::unique_ptr<ServerRequest> request_;
    std::weak_ptr<Responder::Slot> slot_;
    bool inside_ = false;  // a callback of the server's or the handler's
    std::string response_;
    std::unique_ptr<Timer> refused_;  // runs out when a refused client has had its time to read

    std::unique_ptr<WsHandler> handler_;
    std::optional<WsSocket> socket_;
    bool parted_ = false;  // the wsi has nothing to do with the socket any more
    bool over_ = false;    // the socket
};

/// The other side of a Responder.
struct Responder::Slot {
    ServerConnection* connection = nullptr;  // null once answered, or the client has gone
    Responder::Taker taker;                  // in place of a connection; none once answered
    ~Slot();
};

/// A whole response.
[[nodiscard]] std::string http_response(int status, std::string_view type, std::string_view body,
                                        const Headers& headers, bool head_only, bool close);

}  // namespace pa::net
