// The workers of a bridge, as its front desk reaches them: by call, or all. The first one shares
// the desk's loop and is called at once; the others through the mailboxes of their loops, in order,
// and what they answer comes back the same way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge/worker.hpp"

namespace pa::bridge {

/// All on the desk's thread; before the loops run, on the thread that makes them.
class Crew {
public:
    using Task = std::function<void(Worker&)>;

    /// One for each loop; the first loop is the desk's. What is borrowed outlives it.
    Crew(const std::vector<net::EventLoop*>& loops, Commons& commons, WorkerHost& host);

    [[nodiscard]] std::size_t size() const { return workers_.size(); }
    [[nodiscard]] Worker& first() const { return *workers_.front(); }
    [[nodiscard]] std::size_t of(std::string_view call_sid) const {
        return worker_of(call_sid, size());
    }
    void tell(std::size_t who, Task task);
    void tell_all(const Task& task);
    /// `answer` is given what it makes of a responder of the desk's, and may answer any time.
    using Answer = std::function<void(Worker&, net::Responder)>;
    void hand(std::size_t who, net::Responder responder, Answer answer);
    /// Things that were asked, or handed over, and not answered yet.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    /// How often something was handed over, ever.
    [[nodiscard]] std::uint64_t handed() const { return handed_; }
    /// When no loop runs any more: sends on what the carrier was asked for, until then at the
    /// latest. How many requests were dropped.
    [[nodiscard]] std::size_t finish_requests(net::TimePoint until);
    /// From any thread: into the mailbox, also of the first one.
    void post(std::size_t who, Task task) const;

    template <class T>
    void ask(std::size_t who, std::function<T(Worker&)> question, std::function<void(T)> done) {
        if (who == 0) return done(question(first()));
        ++waiting_;
        // `done` travels there and back, and is not touched on the way.
        tell(who, [this, question = std::move(question),
                   done = std::move(done)](Worker& worker) mutable {
            auto answer = std::make_shared<T>(question(worker));
            desk_.post([this, answer, done = std::move(done)] {
                --waiting_;
                done(std::move(*answer));
            });
        });
    }
    /// `done` gets the answers in the order of the workers.
    template <class T>
    void ask_all(const std::function<T(Worker&)>& question,
                 std::function<void(std::vector<T>)> done) {
        struct Round {
            std::vector<T> answers;
            std::size_t open;
            std::function<void(std::vector<T>)> done;
        };
        auto round =
            std::make_shared<Round>(Round{std::vector<T>(size()), size(), std::move(done)});
        for (std::size_t who = 0; who < size(); ++who)
            ask<T>(who, question, [round, who](T answer) {
                round->answers[who] = std::move(answer);
                if (--round->open == 0) round->done(std::move(round->answers));
            });
    }

private:
    net::EventLoop& desk_;
    std::vector<net::EventLoop*> loops_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::size_t waiting_ = 0;
    std::uint64_t handed_ = 0;
};

}  // namespace pa::bridge
