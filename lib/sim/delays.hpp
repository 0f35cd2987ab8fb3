// Things to do a little later on an event loop.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "net/event_loop.hpp"

namespace pa::sim {

/// One-shot timers without names. What is still waiting when this is destroyed never happens.
class Delays {
public:
    explicit Delays(net::EventLoop& loop) : loop_(loop) {}

    void after(std::chrono::milliseconds time, std::function<void()> act) {
        waiting_.remove_if([](const auto& w) { return w->done; });
        auto& w = *waiting_.emplace_back(std::make_unique<Waiting>());
        w.act = std::move(act);
        w.timer = std::make_unique<net::Timer>(loop_, [&w] {
            w.done = true;
            const auto now = std::move(w.act);  // it may call after(), which sweeps `w` away
            now();
        });
        w.timer->arm(time);
    }
    /// Forgets all that waits.
    void cancel() {
        for (auto& w : waiting_) {
            w->timer->disarm();
            w->done = true;
        }
    }

private:
    struct Waiting {
        std::function<void()> act;
        bool done = false;
        std::unique_ptr<net::Timer> timer;
    };
    net::EventLoop& loop_;
    std::list<std::unique_ptr<Waiting>> waiting_;
};

}  // namespace pa::sim
