#include "net/lws_context.hpp"

#include <fmt/format.h>
#include <uv.h>

#include <cassert>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::net {
namespace {

thread_local std::string last_log;

// Called by lws on the thread that did something wrong. The texts end in a newline.
void take_log(int, const char* line) { last_log = trim(line); }

// LWS_CALLBACK_OPENSSL_CONTEXT_REQUIRES_PRIVATE_KEY: lws 4.3 has neither name nor callback.
constexpr int requires_private_key = 37;

// Callbacks for which lws passes a wsi of its own making, or none: the opaque pointer is not ours;
// and those that are none of an endpoint's business.
bool has_endpoint(int reason) {
    switch (reason) {
        // Of an lws that lets others poll, as Debian 13's: -1 of an endpoint that wants to be
        // closed would keep its descriptor in the table for ever.
        case LWS_CALLBACK_ADD_POLL_FD:
        case LWS_CALLBACK_DEL_POLL_FD:
        case LWS_CALLBACK_CHANGE_MODE_POLL_FD:
        case LWS_CALLBACK_LOCK_POLL:
        case LWS_CALLBACK_UNLOCK_POLL:
        case LWS_CALLBACK_PROTOCOL_INIT:
        case LWS_CALLBACK_PROTOCOL_DESTROY:
        case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        case LWS_CALLBACK_GET_THREAD_ID:
        case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS:
        case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        case requires_private_key:
        case LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION:
        case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: return false;
        default: return true;
    }
}

int dispatch(lws* wsi, lws_callback_reasons reason, void*, void* in, size_t size) noexcept {
    if (wsi == nullptr || !has_endpoint(reason)) return 0;
    auto* endpoint = static_cast<Endpoint*>(lws_get_opaque_user_data(wsi));
    if (endpoint == nullptr) return 0;
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        lws_set_opaque_user_data(wsi, nullptr);
        endpoint->attach(nullptr);
        auto* loop = static_cast<EventLoop::Impl*>(lws_context_user(lws_get_context(wsi)));
        loop->wsi_gone(*endpoint);
        return 0;
    }
    endpoint->attach(wsi);
    return endpoint->on(reason, in, size);
}

}  // namespace

const lws_protocols* protocols() {
    // rx_buffer_size: lws reads no WebSocket for us. tx_packet_size is what one send takes at most.
    static const lws_protocols list[] = {
        {"pa", dispatch, 0, 128, 0, nullptr, 64 * 1024},
        {nullptr, nullptr, 0, 0, 0, nullptr, 0},
    };
    return list;
}

lws_context_creation_info vhost_info(const char* name) {
    lws_context_creation_info info{};
    info.vhost_name = name;
    info.protocols = protocols();
    info.alpn = "http/1.1";
    info.keepalive_timeout = 30;
    info.http_proxy_address = "";  // else lws would take the environment's, for loopback, too
    return info;
}

std::string last_lws_log() { return last_log; }
void clear_lws_log() { last_log.clear(); }

EventLoop::Impl::Impl(EventLoop& loop)
    : self(loop),
      resolver(std::make_unique<Resolver>(loop)),
      handshakes(std::make_unique<Handshakes>(loop)) {}

Status EventLoop::Impl::start_lws(const Options& options) {
    lws_set_log_level(LLL_ERR | LLL_WARN, take_log);
    auto tls = make_client_tls(options.ca_file);
    if (!tls) return tls.error();
    client_tls = std::move(*tls);
    void* loops[] = {uv};
    lws_context_creation_info info{};
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_LIBUV |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.foreign_loops = loops;
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.pt_serv_buf_size = 64 * 1024;
    info.max_http_header_data = 16 * 1024;
    info.timeout_secs = static_cast<unsigned>(request_time.count());
    info.user = this;
    info.pcontext = &context;
    context = lws_create_context(&info);
    if (context == nullptr)
        return Error{Errc::unavailable,
                     fmt::format("cannot start libwebsockets on libuv: {}; is the package "
                                 "libwebsockets-evlib-uv installed?",
                                 last_log)};
    return Done{};
}

// lws closes its handles from the loop, so the loop has to turn until it is empty.
EventLoop::Impl::~Impl() {
    resolver.reset();
    handshakes.reset();
    if (tls_loader.joinable()) tls_loader.join();
    if (uv == nullptr) return;
    mailbox.close();
    if (context != nullptr) {
        lws_context_destroy(context);
        uv_run(uv, UV_RUN_DEFAULT);
    }
    if (context != nullptr) lws_context_destroy(context);  // the second half, for a foreign loop
    if (after_wait != nullptr)
        uv_close(reinterpret_cast<uv_handle_t*>(after_wait),
                 [](uv_handle_t* h) { delete reinterpret_cast<uv_check_t*>(h); });
    if (before_wait != nullptr)
        uv_close(reinterpret_cast<uv_handle_t*>(before_wait),
                 [](uv_handle_t* h) { delete reinterpret_cast<uv_prepare_t*>(h); });
    if (not_waiting != nullptr)
        uv_close(reinterpret_cast<uv_handle_t*>(not_waiting),
                 [](uv_handle_t* h) { delete reinterpret_cast<uv_idle_t*>(h); });
    bury();
    dying_.clear();
    bury();
    timers.reset();
    uv_run(uv, UV_RUN_DEFAULT);
    [[maybe_unused]] int open = uv_loop_close(uv);
    assert(open == 0 && "a ReadWatch outlives its EventLoop");
    delete uv;
}

void EventLoop::Impl::release(std::unique_ptr<Endpoint> endpoint) {
    if (endpoint == nullptr) return;
    if (endpoint->wsi() == nullptr)
        dead_.push_back(std::move(endpoint));
    else
        release_uncertain(std::move(endpoint));
}

void EventLoop::Impl::release_uncertain(std::unique_ptr<Endpoint> endpoint) {
    dying_[endpoint.get()] = std::move(endpoint);
}

void EventLoop::Impl::wsi_gone(Endpoint& endpoint) {
    auto found = dying_.find(&endpoint);
    if (found == dying_.end()) return endpoint.gone();
    dead_.push_back(std::move(found->second));
    dying_.erase(found);
}

void EventLoop::Impl::bury() {
    while (!dead_.empty()) {
        auto now = std::exchange(dead_, {});  // a destructor may release more
        now.clear();
    }
}

void EventLoop::Impl::kill(Endpoint& endpoint) {
    if (endpoint.wsi() == nullptr) return;
    lws_set_timeout(endpoint.wsi(), PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    kick();
}

void EventLoop::Impl::kick() { lws_cancel_service(context); }

}  // namespace pa::net
