#include "net/mailbox.hpp"

#include <unistd.h>
#include <uv.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>

namespace pa::net {
namespace {

/// Both ends, non-blocking; an error is a code of libuv's.
int make_bell(Fd& bell, [[maybe_unused]] Fd& other_end) {
#ifdef __linux__
    bell = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    return bell ? 0 : uv_translate_sys_error(errno);
#else
    uv_file ends[2];
    if (int code = uv_pipe(ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE); code != 0) return code;
    bell = Fd(ends[0]);
    other_end = Fd(ends[1]);
    return 0;
#endif
}

}  // namespace

Mailbox::~Mailbox() {
    close();
    // What a task holds may post when it goes.
    while (Letter* letter = take_all())
        while (letter != nullptr) delete std::exchange(letter, letter->next);
}

Status Mailbox::open(uv_loop_s* uv, std::function<void()> woken) {
    woken_ = std::move(woken);
    int code = make_bell(bell_, other_end_);
    if (code == 0) {
        watch_ = new uv_poll_t;
        watch_->data = this;
        code = uv_poll_init(uv, watch_, bell_.get());
        if (code != 0) delete std::exchange(watch_, nullptr);
    }
    if (code != 0)
        return Error{Errc::unavailable, std::string("event loop: mailbox: ") + uv_strerror(code)};
    uv_poll_start(watch_, UV_READABLE,
                  [](uv_poll_t* watch, int, int) { static_cast<Mailbox*>(watch->data)->rung(); });
    return Done{};
}

void Mailbox::close() {
    if (watch_ == nullptr) return;
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(watch_, nullptr)),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
}

void Mailbox::post(std::function<void()> task) {
    auto* letter = new Letter{std::move(task), nullptr};
    Letter* before = newest_.load(std::memory_order_relaxed);
    do {
        letter->next = before;
    } while (!newest_.compare_exchange_weak(before, letter, std::memory_order_release,
                                            std::memory_order_relaxed));
    // It is in the box: the loop may have freed it by now.
    if (before == nullptr) ring();
}

/// Of a bell that is full, nothing is lost: it rings.
void Mailbox::ring() const {
    const std::uint64_t once = 1;
    (void)!::write((other_end_ ? other_end_ : bell_).get(), &once, sizeof once);
}

void Mailbox::rung() {
    // Before the letters are taken: who finds the box empty after that rings anew, and that is to
    // be heard.
    std::uint64_t rings[8];
    while (::read(bell_.get(), rings, sizeof rings) == sizeof rings) {
    }
    run();
}

void Mailbox::look() {
    if (watch_ != nullptr && newest_.load(std::memory_order_relaxed) != nullptr) run();
}

void Mailbox::run() {
    woken_();
    for (Letter* letter = take_all(); letter != nullptr;) {
        letter->task();
        delete std::exchange(letter, letter->next);
    }
}

/// The oldest first.
Mailbox::Letter* Mailbox::take_all() {
    Letter* oldest = nullptr;
    for (Letter* letter = newest_.exchange(nullptr, std::memory_order_acquire); letter != nullptr;)
        oldest = std::exchange(letter, std::exchange(letter->next, oldest));
    return oldest;
}

}  // namespace pa::net
