#include "bridge/left_behind.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pa::bridge {

LeftBehind::LeftBehind(net::EventLoop& loop, GiveUp give_up)
    : loop_(loop), give_up_(std::move(give_up)), timer_(loop, [this] { give_up_old(); }) {}

void LeftBehind::add(store::Leftover leftover, net::TimePoint now) {
    std::string sid = leftover.log.meta.call_sid;
    waiting_.insert_or_assign(std::move(sid), Waiting{std::move(leftover), now + patience});
    arm();
}

std::optional<store::Leftover> LeftBehind::take(std::string_view call_sid) {
    auto found = waiting_.find(call_sid);
    if (found == waiting_.end()) return {};
    auto leftover = std::move(found->second.leftover);
    waiting_.erase(found);
    arm();
    return leftover;
}

void LeftBehind::give_up_old() {
    std::vector<store::Leftover> old;
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        bool over = it->second.until <= loop_.now();
        if (over) old.push_back(std::move(it->second.leftover));
        it = over ? waiting_.erase(it) : std::next(it);
    }
    arm();
    for (store::Leftover& leftover : old) give_up_(std::move(leftover));
}

void LeftBehind::arm() {
    std::optional<net::TimePoint> next;
    for (const auto& [sid, w] : waiting_) next = std::min(next.value_or(w.until), w.until);
    timer_.arm(next);
}

}  // namespace pa::bridge
