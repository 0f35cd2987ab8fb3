#include <uv.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <tuple>

#include "net/event_loop.hpp"
#include "net/loop_impl.hpp"

namespace pa::net {

// --- the queue: a heap, the next one first; of entries that know their place in it ---

TimerQueue::TimerQueue(uv_loop_s* uv) : handle_(new uv_timer_t) {
    uv_timer_init(uv, handle_);
    handle_->data = this;
}

TimerQueue::~TimerQueue() {
    assert(heap_.empty() && "a Timer outlives its EventLoop");
    uv_close(reinterpret_cast<uv_handle_t*>(handle_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

bool TimerQueue::before(const Entry& a, const Entry& b) {
    return std::tie(a.at_, a.order_) < std::tie(b.at_, b.order_);
}

void TimerQueue::stand(Entry& entry, std::size_t place) {
    heap_[place] = &entry;
    entry.place_ = place;
}

/// To where it belongs, from where it stands.
void TimerQueue::settle(Entry& entry) {
    std::size_t at = entry.place_;
    for (; at > 0 && before(entry, *heap_[(at - 1) / 2]); at = (at - 1) / 2)
        stand(*heap_[(at - 1) / 2], at);
    for (;;) {
        std::size_t next = 2 * at + 1;
        if (next + 1 < heap_.size() && before(*heap_[next + 1], *heap_[next])) ++next;
        if (next >= heap_.size() || !before(*heap_[next], entry)) break;
        stand(*heap_[next], at);
        at = next;
    }
    stand(entry, at);
}

/// One that is put by those that are due stands behind all of them, whatever its time.
void TimerQueue::put(Entry& entry, TimePoint at) {
    entry.at_ = firing_ ? std::max(at, due_by_) : at;
    entry.order_ = ++orders_;
    if (!entry.waits()) {
        entry.place_ = heap_.size();
        heap_.push_back(&entry);
    }
    settle(entry);
    if (!firing_) set(std::chrono::milliseconds(0));
}

void TimerQueue::take_out(Entry& entry) {
    if (!entry.waits()) return;
    Entry& last = *heap_.back();
    heap_.pop_back();
    if (&last != &entry) {
        stand(last, entry.place_);
        settle(last);
    }
    entry.place_ = Entry::nowhere;
    if (heap_.empty()) uv_timer_stop(handle_);
}

/// libuv counts in milliseconds from a clock that it reads once a turn. To set that would hide from
/// the loop how long it has worked. It may wake in vain for one that was taken out.
void TimerQueue::set(std::chrono::milliseconds least) {
    if (heap_.empty()) return;
    const TimePoint next = heap_.front()->at_;
    if (uv_is_active(reinterpret_cast<uv_handle_t*>(handle_)) != 0 && set_for_ <= next) return;
    set_for_ = next;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()) +
                      since_update(*handle_->loop);
    uv_timer_start(
        handle_, [](uv_timer_t* timer) { static_cast<TimerQueue*>(timer->data)->fired(); },
        static_cast<std::uint64_t>(std::max(wait, least).count()), 0);
}

/// What is armed meanwhile has another turn: whoever arms himself for now must not keep the loop.
/// (Nor may libuv, which runs what is set for 0 ms at once.)
void TimerQueue::fired() {
    due_by_ = Clock::now();
    const std::uint64_t last_order = orders_;
    firing_ = true;
    while (!heap_.empty() && heap_.front()->at_ <= due_by_ && heap_.front()->order_ <= last_order) {
        Entry& entry = *heap_.front();
        take_out(entry);
        entry.due();
    }
    firing_ = false;
    set(std::chrono::milliseconds(1));
}

// --- a timer ---

// Moving the time back (the usual case: the deadline of a call follows every frame) costs a store:
// it is looked at once in vain and put anew. What counts is `at`.
struct Timer::Impl final : TimerQueue::Entry {
    TimerQueue& queue;
    std::function<void()> expired;
    std::optional<TimePoint> at;
    bool inside = false, dropped = false;  // `expired` is running; its timer is gone

    Impl(TimerQueue& q, std::function<void()> f) : queue(q), expired(std::move(f)) {}
    void due() override;
};

void Timer::Impl::due() {
    if (!at) return;
    if (Clock::now() < *at) return queue.put(*this, *at);
    at.reset();
    inside = true;
    expired();  // may arm, disarm or destroy the timer
    inside = false;
    if (dropped) delete this;
}

Timer::Timer(EventLoop& loop, std::function<void()> expired)
    : impl_(new Impl(*loop.impl().timers, std::move(expired))) {}

Timer::~Timer() {
    impl_->at.reset();
    if (impl_->waits()) impl_->queue.take_out(*impl_);
    if (impl_->inside)
        impl_->dropped = true;
    else
        delete impl_;
}

void Timer::arm(TimePoint at) {
    impl_->at = at;
    if (!impl_->waits() || at < impl_->waits_for()) impl_->queue.put(*impl_, at);
}

void Timer::disarm() {
    impl_->at.reset();
    impl_->queue.take_out(*impl_);
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
