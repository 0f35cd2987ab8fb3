// What is to be done and when: the one clock of a simulated machine. Time is passed in.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "call/time.hpp"

namespace pa::sim {

class Agenda {
public:
    using Task = std::function<void()>;

    /// Tasks of the same time run in the order in which they were put down.
    void at(call::TimePoint due, Task task) {
        tasks_.emplace(std::pair{due, count_++}, std::move(task));
    }
    [[nodiscard]] std::optional<call::TimePoint> next() const {
        return tasks_.empty() ? std::nullopt : std::optional(tasks_.begin()->first.first);
    }
    /// Runs what is due by `now`, each with `clock` set to its own time; tasks may put down more.
    void run(call::TimePoint now, call::TimePoint& clock) {
        while (!tasks_.empty() && tasks_.begin()->first.first <= now) {
            auto node = tasks_.extract(tasks_.begin());
            clock = std::max(clock, node.key().first);
            node.mapped()();
        }
        clock = std::max(clock, now);
    }
    void clear() { tasks_.clear(); }

private:
    std::map<std::pair<call::TimePoint, std::uint64_t>, Task> tasks_;
    std::uint64_t count_ = 0;
};

}  // namespace pa::sim
