#include "net/event_loop.hpp"

#include <sys/resource.h>
#include <uv.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "base/http_message.hpp"
#include "net/loop_impl.hpp"

namespace pa::net {
namespace {

// lws allocates some 16 bytes for each file descriptor that may ever be open; a container's limit
// can be a thousand million.
constexpr rlim_t kMaxFiles = 131'072;

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    rlim_t wanted = std::min(limit.rlim_max, kMaxFiles);
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void run_tasks(EventLoop::Impl& loop) {
    {
        std::lock_guard lock(loop.mutex);
        loop.running.swap(loop.tasks);
    }
    for (auto& task : loop.running) task();
    loop.running.clear();
}

Error uv_error(const char* doing, int code) {
    return {Errc::unavailable, std::string("event loop: ") + doing + ": " + uv_strerror(code)};
}

}  // namespace

Status EventLoop::Impl::start_uv() {
    auto loop = std::make_unique<uv_loop_t>();
    if (int code = uv_loop_init(loop.get()); code != 0) return uv_error("start", code);
    uv = loop.release();
    mailbox = new uv_async_t;
    mailbox->data = this;
    int code = uv_async_init(
        uv, mailbox, [](uv_async_t* async) { run_tasks(*static_cast<Impl*>(async->data)); });
    if (code != 0) return uv_error("mailbox", code);
    before_wait = new uv_prepare_t;
    before_wait->data = this;
    uv_prepare_init(uv, before_wait);
    uv_prepare_start(before_wait,
                     [](uv_prepare_t* prepare) { static_cast<Impl*>(prepare->data)->bury(); });
    uv_unref(reinterpret_cast<uv_handle_t*>(before_wait));
    return Done{};
}

Result<std::unique_ptr<EventLoop>> EventLoop::create(const Options& options) {
    raise_file_limit();
    std::unique_ptr<EventLoop> loop(new EventLoop);
    if (Status started = loop->impl_->start_uv(); !started) return started.error();
    if (Status started = loop->impl_->start_lws(options); !started) return started.error();
    return loop;
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

void EventLoop::post(std::function<void()> task) {
    {
        std::lock_guard lock(impl_->mutex);
        impl_->tasks.push_back(std::move(task));
    }
    if (impl_->mailbox != nullptr) uv_async_send(impl_->mailbox);
}

}  // namespace pa::net
