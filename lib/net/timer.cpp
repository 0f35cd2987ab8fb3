#include <uv.h>

#include <algorithm>
#include <optional>

#include "net/event_loop.hpp"
#include "net/loop_impl.hpp"

namespace pa::net {

// libuv counts in milliseconds from a clock that it reads once a turn, so a handle may fire up to a
// turn and a millisecond early: what counts is `at`. Moving the time back (the usual case: the
// deadline of a call follows every frame) costs a store; the handle wakes once in vain and is set
// again.
struct Timer::Impl {
    uv_timer_t handle{};
    std::function<void()> expired;
    std::optional<TimePoint> at;
    TimePoint set_for;  // when the handle, if active, fires

    void start();
    void fired();
};

void Timer::Impl::start() {
    set_for = *at;
    // libuv counts from its own clock. To set that would hide from the loop how long it has worked.
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(*at - Clock::now()) +
                since_update(*handle.loop);
    uv_timer_start(
        &handle, [](uv_timer_t* timer) { static_cast<Impl*>(timer->data)->fired(); },
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, wait.count())), 0);
}

void Timer::Impl::fired() {
    if (!at) return;
    if (Clock::now() < *at) return start();
    at.reset();
    expired();  // may arm, disarm or destroy the timer: nothing of ours is touched after
}

Timer::Timer(EventLoop& loop, std::function<void()> expired) : impl_(new Impl) {
    impl_->expired = std::move(expired);
    uv_timer_init(loop.impl().uv, &impl_->handle);
    impl_->handle.data = impl_;
}

Timer::~Timer() {
    impl_->at.reset();
    uv_close(reinterpret_cast<uv_handle_t*>(&impl_->handle),
             [](uv_handle_t* handle) { delete static_cast<Impl*>(handle->data); });
}

void Timer::arm(TimePoint at) {
    impl_->at = at;
    bool active = uv_is_active(reinterpret_cast<uv_handle_t*>(&impl_->handle)) != 0;
    if (!active || at < impl_->set_for) impl_->start();
}

void Timer::disarm() {
    impl_->at.reset();
    uv_timer_stop(&impl_->handle);
}

// What epoll does not take (a file, /dev/null) can always be read, as poll(2) has it.
struct ReadWatch::Impl {
    union {
        uv_handle_t handle;
        uv_poll_t poll;
        uv_idle_t idle;
    };
    std::function<void()> readable;
    Impl() : idle() {}
    ~Impl() = default;
};

ReadWatch::ReadWatch(EventLoop& loop, int fd, std::function<void()> readable) : impl_(new Impl) {
    impl_->readable = std::move(readable);
    if (uv_poll_init(loop.impl().uv, &impl_->poll, fd) == 0) {
        impl_->handle.data = impl_;
        // An error (the descriptor has been closed at the other end) is found by reading.
        uv_poll_start(&impl_->poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
            static_cast<Impl*>(poll->data)->readable();
        });
        return;
    }
    uv_idle_init(loop.impl().uv, &impl_->idle);
    impl_->handle.data = impl_;
    uv_idle_start(&impl_->idle,
                  [](uv_idle_t* idle) { static_cast<Impl*>(idle->data)->readable(); });
}

ReadWatch::~ReadWatch() {
    uv_close(&impl_->handle, [](uv_handle_t* handle) { delete static_cast<Impl*>(handle->data); });
}

}  // namespace pa::net
