#include "sim/byte_pump.hpp"

#include <poll.h>

#include <algorithm>
#include <deque>

namespace pa::sim {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxWaiting =
    256U << 10U;  // [bytes] a side that reads slowly holds the other back
constexpr std::size_t kMaxLate = 4096;
constexpr Stream::Timeout kLastWords{2000};

/// One direction.
struct Flow {
    Stream& from;
    Stream& to;
    std::string waiting;  // to be sent
    std::chrono::milliseconds delay;
    struct Late {
        Clock::time_point due;
        std::string bytes;
    };
    std::deque<Late> late{};  // on their way
    bool ended = false;       // nothing more will come
    bool broken = false;      // nothing more can be sent

    [[nodiscard]] bool wants_input() const {
        return !ended && waiting.size() < kMaxWaiting && late.size() < kMaxLate;
    }
    void arrive(Clock::time_point now) {
        for (; !late.empty() && late.front().due <= now; late.pop_front())
            waiting += late.front().bytes;
    }

    void move() {
        char bytes[16384];
        while (wants_input()) {
            const long n = from.read_some(bytes, sizeof bytes);
            if (n < 0) ended = true;
            if (n <= 0) break;
            late.push_back({Clock::now() + delay, std::string(bytes, static_cast<std::size_t>(n))});
        }
        arrive(Clock::now());
        while (!waiting.empty()) {
            const long n = to.write_some(waiting.data(), waiting.size());
            if (n < 0) broken = true;
            if (n <= 0) return;
            waiting.erase(0, static_cast<std::size_t>(n));
        }
    }
};

/// Until the first of what is on its way arrives, rounded up [ms]; -1: nothing is.
int next_arrival(const Flow& up, const Flow& down) {
    int wait = -1;
    for (const Flow* flow : {&up, &down}) {
        if (flow->late.empty()) continue;
        auto left =
            std::chrono::ceil<std::chrono::milliseconds>(flow->late.front().due - Clock::now());
        const int ms = std::max(0, static_cast<int>(left.count()));
        wait = wait < 0 ? ms : std::min(wait, ms);
    }
    return wait;
}

}  // namespace

void pump(Stream& client, Stream& upstream, std::string to_client, std::string to_upstream,
          std::chrono::milliseconds delay) {
    Flow up{client, upstream, std::move(to_upstream), delay};
    Flow down{upstream, client, std::move(to_client), delay};
    while (true) {
        up.move();
        down.move();
        if (up.ended || down.ended || up.broken || down.broken) break;
        auto events = [](const Flow& in, const Flow& out) {
            return static_cast<short>((in.wants_input() ? POLLIN : 0) |
                                      (out.waiting.empty() ? 0 : POLLOUT));
        };
        pollfd fds[2] = {{client.fd(), events(up, down), 0}, {upstream.fd(), events(down, up), 0}};
        const bool more = up.wants_input() && client.pending();
        if (poll(fds, 2, more ? 0 : next_arrival(up, down)) < 0) break;
        auto gone = [](const pollfd& p, const Flow& in) {
            return (p.revents & (POLLHUP | POLLERR)) != 0 && !in.wants_input();
        };
        if (gone(fds[0], up) || gone(fds[1], down)) break;
    }
    for (Flow* flow : {&up, &down}) flow->arrive(Clock::time_point::max());
    if (!up.broken) up.to.write(up.waiting, kLastWords);
    if (!down.broken) down.to.write(down.waiting, kLastWords);
}

}  // namespace pa::sim
