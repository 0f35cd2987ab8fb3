// What other threads have for a loop. net/*.cpp only.
#pragma once

#include <atomic>
#include <functional>

#include "base/file.hpp"
#include "base/result.hpp"

struct uv_loop_s;
struct uv_poll_s;

namespace pa::net {

/// Tasks from any thread, run on the loop's, in the order of posting. The loop waits for no sender:
/// one that gives way to it may be stopped at any point of post(), on the one core there is for
/// both. (libuv's uv_async_t waits then, in sched_yield(), for milliseconds.)
class Mailbox {
public:
    Mailbox() = default;
    /// Runs nothing more. No other thread may be posting by now.
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Before the first post(). `woken` is called on the loop's thread before tasks are run.
    [[nodiscard]] Status open(uv_loop_s* uv, std::function<void()> woken);
    /// On the loop's thread, which is not woken any more: what is posted from now on is dropped
    /// with the mailbox.
    void close();
    /// From any thread.
    void post(std::function<void()> task);
    /// On the loop's thread, in a turn it has anyway: runs what is there, whoever has yet to ring.
    void look();

private:
    struct Letter {
        std::function<void()> task;
        Letter* next;
    };
    void ring() const;
    void rung();
    void run();
    [[nodiscard]] Letter* take_all();

    std::atomic<Letter*> newest_ = nullptr;  // each knows the one before
    // Whoever puts in a first letter rings. Linux has one descriptor for both ends: its locks are
    // held by nobody who can be stopped, and those of a pipe are.
    Fd bell_, other_end_;
    uv_poll_s* watch_ = nullptr;
    std::function<void()> woken_;
};

}  // namespace pa::net
