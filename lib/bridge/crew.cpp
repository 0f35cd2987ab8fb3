#include "bridge/crew.hpp"

namespace pa::bridge {

Crew::Crew(const std::vector<net::EventLoop*>& loops, Commons& commons, WorkerHost& host)
    : desk_(*loops.front()), loops_(loops) {
    for (std::size_t i = 0; i < loops.size(); ++i)
        workers_.push_back(std::make_unique<Worker>(i, loops.size(), *loops[i], commons, host));
}

void Crew::tell(std::size_t who, Task task) {
    who == 0 ? task(first()) : post(who, std::move(task));
}

void Crew::post(std::size_t who, Task task) const {
    loops_[who]->post([&worker = *workers_[who], task = std::move(task)] { task(worker); });
}

void Crew::tell_all(const Task& task) {
    for (std::size_t who = 0; who < size(); ++who) tell(who, task);
}

std::size_t Crew::finish_requests(net::TimePoint until) {
    std::size_t dropped = 0;  // all of them send meanwhile, whichever is waited for
    for (const auto& worker : workers_) dropped += worker->finish_requests(until);
    return dropped;
}

void Crew::hand(std::size_t who, net::Responder responder, Answer answer) {
    ++handed_;
    if (who == 0) return answer(first(), std::move(responder));
    ++waiting_;
    // The desk's responder travels there and back, and is not touched on the way.
    auto back = [this, responder = std::move(responder)](int status, std::string_view type,
                                                         std::string_view body) mutable {
        desk_.post([this, responder = std::move(responder), status, type = std::string(type),
                    body = std::string(body)] {
            --waiting_;
            responder.answer(status, type, body);
        });
    };
    tell(who, [answer = std::move(answer), back = std::move(back)](Worker& worker) mutable {
        answer(worker, net::Responder::to(std::move(back)));
    });
}

}  // namespace pa::bridge
