// Threads for what may wait on a disk or a program: nothing of that kind runs on a call's loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pa::bridge {

/// Runs tasks in order of arrival on `threads` threads.
class TaskPool {
public:
    explicit TaskPool(int threads);
    ~TaskPool() { finish(); }
    TaskPool(const TaskPool&) = delete;
    TaskPool& operator=(const TaskPool&) = delete;

    void run(std::function<void()> task);
    /// Runs what is queued and waits; nothing may be given to it afterwards.
    void finish();
    /// Tasks that no thread has begun.
    [[nodiscard]] std::size_t waiting();

private:
    void work();
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace pa::bridge
