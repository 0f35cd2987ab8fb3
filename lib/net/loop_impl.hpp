// The inside of an EventLoop. net/*.cpp only.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/endpoint.hpp"
#include "net/event_loop.hpp"
#include "net/resolver.hpp"

struct lws;
struct ssl_ctx_st;
struct lws_context;
struct lws_vhost;
struct lws_retry_bo;
struct uv_async_s;
struct uv_loop_s;
struct uv_prepare_s;

namespace pa::net {

/// TLS of our clients: the authorities they trust, and nothing older than TLS 1.2. Made here and
/// not by lws, whose second context in a process loses track of the first one's. "" = OpenSSL's
/// default file and folder, or SSL_CERT_FILE.
struct FreeTls {
    void operator()(ssl_ctx_st* tls) const;
};
using ClientTls = std::unique_ptr<ssl_ctx_st, FreeTls>;
[[nodiscard]] Result<ClientTls> make_client_tls(const std::string& ca_file);

struct EventLoop::Impl {
    explicit Impl(EventLoop& loop);
    ~Impl();

    EventLoop& self;
    uv_loop_s* uv = nullptr;
    uv_async_s* mailbox = nullptr;
    uv_prepare_s* before_wait = nullptr;
    lws_context* context = nullptr;
    ClientTls client_tls;
    lws_vhost* client_vhost = nullptr;
    std::unique_ptr<Resolver> resolver;

    std::mutex mutex;
    std::vector<std::function<void()>> tasks;    // under `mutex`
    std::vector<std::function<void()>> running;  // swapped with `tasks`: no allocation per turn

    /// One message at a time is handed to a handler, from here [WsSocket].
    std::vector<char> inbox;
    /// A frame is built here before it is written [WsSocket].
    std::vector<char> outbox;

    [[nodiscard]] Status start_uv();
    [[nodiscard]] Status start_lws(const Options& options);

    /// Takes over an endpoint that its owner has done with. It is freed from the loop, once its wsi
    /// has gone.
    void release(std::unique_ptr<Endpoint> endpoint);
    /// Likewise, for one whose wsi may or may not exist: lws did not say.
    void release_uncertain(std::unique_ptr<Endpoint> endpoint);
    /// Called when the last callback of an endpoint's wsi has come.
    void wsi_gone(lws& wsi, Endpoint& endpoint);
    /// Frees what was released and has no wsi.
    void bury();

    /// Closes the endpoint's connection from the loop's next turn on, without manners.
    void kill(Endpoint& endpoint);
    /// lws arms its timers after input only; this is input.
    void kick();

    /// Liveness rules for connections, kept as long as the loop: lws keeps pointers to them.
    [[nodiscard]] const lws_retry_bo* liveness(std::chrono::seconds ping,
                                               std::chrono::seconds hang_up);

private:
    std::vector<std::unique_ptr<Endpoint>> dead_;
    std::unordered_map<Endpoint*, std::unique_ptr<Endpoint>> dying_;
    std::map<std::pair<long, long>, std::unique_ptr<lws_retry_bo>> liveness_;
};

/// The last thing that lws said in its log on this thread, "" since clear_lws_log().
[[nodiscard]] std::string last_lws_log();
void clear_lws_log();

}  // namespace pa::net
