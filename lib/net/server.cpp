#include "net/server.hpp"

#include <fmt/format.h>
#include <uv.h>

#include <cerrno>
#include <unordered_map>

#include "base/text.hpp"
#include "net/listening_socket.hpp"
#include "net/lws_context.hpp"
#include "net/server_connection.hpp"

namespace pa::net {
namespace {

// Out of descriptors: the connections stay in the backlog until some are free.
constexpr std::chrono::milliseconds kFullPause{100};

}  // namespace

std::string_view ServerRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_header(key, name)) return value;
    return {};
}

// An Endpoint without a wsi only to be released like one: it must outlive the callback of its own
// in which the server is destroyed.
struct Server::Impl final : Endpoint {
    Impl(EventLoop& loop, ServerOptions options, OnRequest on_request, OnUpgrade on_upgrade);
    ~Impl() override = default;
    int on(int, void*, std::size_t) override { return 0; }
    void gone() override {}

    [[nodiscard]] Status open();
    [[nodiscard]] Status make_vhost();
    void watch();
    void accept_some();
    void adopt(Fd fd, std::string peer);
    void adopt_socket(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler);
    void stop_listening();
    void close();

    ServerShared shared;
    Fd listener;
    int port = 0;
    uv_poll_t* watcher = nullptr;
    lws_vhost* vhost = nullptr;
    Timer retry;
    std::unordered_map<Endpoint*, std::unique_ptr<ServerConnection>> connections;
};

Server::Impl::Impl(EventLoop& loop, ServerOptions options, OnRequest on_request,
                   OnUpgrade on_upgrade)
    : shared{loop.impl(), std::move(options), std::move(on_request), std::move(on_upgrade), {},
             false},
      retry(loop, [this] { watch(); }) {
    for (std::string& name : shared.options.headers) name = to_lower(name);
    shared.ended = [this](Endpoint& endpoint) {
        auto found = connections.find(&endpoint);
        if (found == connections.end()) return;
        shared.loop.release(std::move(found->second));
        connections.erase(found);
    };
}

Status Server::Impl::open() {
    auto fd = open_listening_socket(shared.options);
    if (!fd) return fd.error();
    listener = std::move(*fd);
    port = port_of(listener.get());
    if (Status made = make_vhost(); !made) return made;
    watch();
    return Done{};
}

Status Server::Impl::make_vhost() {
    const ServerOptions& options = shared.options;
    lws_context_creation_info info = vhost_info("server");
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    // Its own pings would get between ours: a WebSocket is taken out of its hands [WsSocket].
    static const lws_retry_bo_t no_pings = {nullptr, 0, 0, 0xffff, 0xffff, 0};
    info.retry_and_idle_policy = &no_pings;
    if (!options.certificate_file.empty()) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.provided_client_ssl_ctx = shared.loop.client_tls.get();  // else lws makes one
        info.ssl_cert_filepath = options.certificate_file.c_str();
        info.ssl_private_key_filepath = options.key_file.c_str();
        for (const std::string& file : {options.certificate_file, options.key_file})
            if (auto text = read_file(file); !text) return Error{Errc::config, text.error().what};
    }
    clear_lws_log();
    vhost = lws_create_vhost(shared.loop.context, &info);
    if (vhost != nullptr) return Done{};
    return Error{Errc::config, fmt::format("{}: cannot serve TLS with it: {}",
                                           options.certificate_file, last_lws_log())};
}

void Server::Impl::watch() {
    watcher = new uv_poll_t;
    uv_poll_init(shared.loop.uv, watcher, listener.get());
    watcher->data = this;
    uv_poll_start(watcher, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { static_cast<Impl*>(poll->data)->accept_some(); });
}

/// Each may be read and answered at once, so a turn takes some only: the audio waits meanwhile.
void Server::Impl::accept_some() {
    constexpr int most = 16;
    std::string peer;
    for (int left = most; listener && left > 0; --left) {
        Fd fd = accept_connection(listener.get(), peer);
        if (fd) {
            adopt(std::move(fd), peer);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(watcher, nullptr)),
                     [](uv_handle_t* h) { delete reinterpret_cast<uv_poll_t*>(h); });
            return retry.arm(kFullPause);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

void Server::Impl::adopt(Fd fd, std::string peer) {
    auto connection = std::make_unique<ServerConnection>(shared, std::move(peer));
    lws_adopt_desc_t info{};
    info.vh = vhost;
    info.type =
        static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL);
    info.fd.sockfd = fd.release();  // closed by lws, also if it fails
    info.opaque = static_cast<Endpoint*>(connection.get());
    if (lws_adopt_descriptor_vhost_via_info(&info) == nullptr) {
        connection->abandon();
        return shared.loop.release_uncertain(std::move(connection));
    }
    ServerConnection& adopted = *connection;
    connections[&adopted] = std::move(connection);
    // With TLS there is a handshake first.
    if (shared.options.certificate_file.empty()) adopted.read_now();
}

void Server::Impl::adopt_socket(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler) {
    auto made = std::make_unique<ServerConnection>(shared, std::string());
    ServerConnection& connection = *made;
    connections[&connection] = std::move(made);
    connection.adopt(std::move(fd), std::move(bytes), std::move(handler));
}

void Server::Impl::stop_listening() {
    shared.ending = true;
    retry.disarm();
    if (watcher != nullptr)
        uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(watcher, nullptr)),
                 [](uv_handle_t* h) { delete reinterpret_cast<uv_poll_t*>(h); });
    if (listener && !shared.options.unix_socket.empty())
        remove_socket_file(listener.get(), shared.options.unix_socket);
    listener.reset();
}

void Server::Impl::close() {
    stop_listening();
    for (auto& [key, connection] : std::exchange(connections, {})) {
        connection->abandon();
        shared.loop.release(std::move(connection));
    }
    if (vhost != nullptr) lws_vhost_destroy(vhost);
}

Result<std::unique_ptr<Server>> Server::listen(EventLoop& loop, ServerOptions options,
                                               OnRequest on_request, OnUpgrade on_upgrade) {
    std::unique_ptr<Server> server(new Server);
    server->impl_ = std::make_unique<Impl>(loop, std::move(options), std::move(on_request),
                                           std::move(on_upgrade));
    if (Status opened = server->impl_->open(); !opened) return opened.error();
    return server;
}

std::unique_ptr<Server> Server::without_listener(EventLoop& loop, WsLimits limits) {
    std::unique_ptr<Server> server(new Server);
    ServerOptions options;
    options.ws = limits;
    server->impl_ = std::make_unique<Impl>(loop, std::move(options), nullptr, nullptr);
    return server;
}

Server::Server() = default;
Server::~Server() {
    impl_->close();
    EventLoop::Impl& loop = impl_->shared.loop;
    loop.release(std::move(impl_));
}

int Server::port() const { return impl_->port; }
int Server::listening_fd() const { return impl_->listener.get(); }
void Server::stop_listening() { impl_->stop_listening(); }
void Server::adopt(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler) {
    impl_->adopt_socket(std::move(fd), std::move(bytes), std::move(handler));
}

}  // namespace pa::net
