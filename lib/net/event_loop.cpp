#include "net/event_loop.hpp"

#include <uv.h>

#include <algorithm>
#include <cstdlib>

#include "base/descriptors.hpp"
#include "base/http_message.hpp"
#include "net/loop_impl.hpp"
#include "net/ws_socket.hpp"

namespace pa::net {
namespace {

// lws allocates some 16 bytes for each file descriptor that may ever be open; a container's limit
// can be a thousand million.
constexpr std::size_t most_descriptors = 131'072;

Error uv_error(const char* doing, int code) {
    return {Errc::unavailable, std::string("event loop: ") + doing + ": " + uv_strerror(code)};
}

}  // namespace

std::chrono::milliseconds since_update(const uv_loop_t& loop) {
    const std::uint64_t now = uv_hrtime() / 1'000'000, then = uv_now(&loop);
    return std::chrono::milliseconds(now > then ? now - then : 0);
}

Status EventLoop::Impl::start_uv() {
    auto loop = std::make_unique<uv_loop_t>();
    if (int code = uv_loop_init(loop.get()); code != 0) return uv_error("start", code);
    uv = loop.release();
    timers = std::make_unique<TimerQueue>(uv);
    if (Status opened = mailbox.open(uv, [this] { wake(); }); !opened) return opened;
    not_waiting = new uv_idle_t;
    uv_idle_init(uv, not_waiting);
    before_wait = new uv_prepare_t;
    before_wait->data = this;
    uv_prepare_init(uv, before_wait);
    uv_prepare_start(before_wait, [](uv_prepare_t* prepare) {
        auto* self_of = static_cast<Impl*>(prepare->data);
        self_of->run_deferred();
        self_of->bury();
        self_of->wait_or_not();
        const std::uint64_t before = uv_now(prepare->loop);
        uv_update_time(prepare->loop);  // the wait is reckoned from it
        self_of->count_turn(std::chrono::milliseconds(uv_now(prepare->loop) - before));
    });
    uv_unref(reinterpret_cast<uv_handle_t*>(before_wait));
    after_wait = new uv_check_t;
    after_wait->data = this;
    uv_check_init(uv, after_wait);
    uv_check_start(after_wait, [](uv_check_t* check) {
        auto* self_of = static_cast<Impl*>(check->data);
        self_of->wake();
        self_of->mailbox.look();
        self_of->worked += since_update(*check->loop) +
                           std::chrono::milliseconds(uv_now(check->loop) - self_of->woke_at);
    });
    uv_unref(reinterpret_cast<uv_handle_t*>(after_wait));
    return Done{};
}

Result<std::unique_ptr<EventLoop>> EventLoop::create(const Options& options) {
    raise_descriptor_limit(most_descriptors);
    std::unique_ptr<EventLoop> loop(new EventLoop);
    if (Status started = loop->impl_->start_uv(); !started) return started.error();
    if (Status started = loop->impl_->start_lws(options); !started) return started.error();
    if (options.ca_file.empty())
        loop->impl_->load_tls();
    else
        loop->impl_->tls_ready = true;
    return loop;
}

void EventLoop::Impl::load_tls() {
    tls_loader = std::thread([this] {
        self.post([this, put_into = load_authorities()] {
            put_into(*client_tls);
            tls_ready = true;
            for (auto& [endpoint, ready] : std::exchange(tls_waiters, {})) ready();
        });
    });
}

void EventLoop::Impl::wake() {
    if (woke_at == 0) woke_at = uv_now(uv);
}

void EventLoop::Impl::count_turn(std::chrono::milliseconds more) {
    const auto took = std::exchange(worked, {}) + more;
    woke_at = 0;
    ++turns.count;
    if (took.count() > 5) ++turns.long_ones;
    turns.longest = std::max(turns.longest, took);
    turns.smoothed_ms += (static_cast<double>(took.count()) - turns.smoothed_ms) / 32;
}

const EventLoop::Turns& EventLoop::turns() const { return impl_->turns; }

Deferred::~Deferred() {
    auto& waiting = deferred_by_.deferred_;
    if (waits_) std::replace(waiting.begin(), waiting.end(), this, static_cast<Deferred*>(nullptr));
}

void Deferred::defer() {
    if (std::exchange(waits_, true)) return;
    deferred_by_.deferred_.push_back(this);
}

void EventLoop::Impl::run_deferred() {
    // Each one once: who comes back has the next turn.
    for (std::size_t left = deferred_.size(); left > 0; --left) {
        Deferred* next = deferred_.front();
        deferred_.erase(deferred_.begin());
        if (next == nullptr) continue;
        next->waits_ = false;
        next->deferred();
    }
}

/// The next wait is none if somebody is there for the next turn.
void EventLoop::Impl::wait_or_not() {
    if (deferred_.empty())
        uv_idle_stop(not_waiting);
    else
        uv_idle_start(not_waiting, [](uv_idle_t*) {});
}

void EventLoop::Impl::gather_for(WsSocket& socket) {
    if (gathered_for == &socket) return;
    flush_gathered();
    gathered_for = &socket;
}

void EventLoop::Impl::flush_gathered() {
    constexpr std::size_t most_kept = 256 * 1024;
    WsSocket* socket = std::exchange(gathered_for, nullptr);
    if (socket != nullptr) socket->write_out(outbox.data(), outbox.size());
    outbox.clear();
    if (outbox.capacity() > most_kept) outbox.shrink_to_fit();
}

void EventLoop::Impl::drop_gathered(const WsSocket& socket) {
    if (gathered_for != &socket) return;
    gathered_for = nullptr;
    outbox.clear();
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>(*this)) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() { uv_run(impl_->uv, UV_RUN_DEFAULT); }

void EventLoop::stop() {
    post([uv = impl_->uv] { uv_stop(uv); });
}

void EventLoop::resolve_ahead(const std::string& text) {
    Url url;
    if (!Url::parse(text, url) || url.loopback()) return;
    post([this, host = url.host] { impl_->resolver->resolve(host, [](const auto&) {}); });
}

void EventLoop::post(std::function<void()> task) { impl_->mailbox.post(std::move(task)); }

}  // namespace pa::net
