#include "sim/byte_pump.hpp"

#include <poll.h>

namespace pa::sim {

namespace {

constexpr std::size_t kMaxWaiting =
    256U << 10U;  // [bytes] a side that reads slowly holds the other back
constexpr Stream::Timeout kLastWords{2000};

/// One direction.
struct Flow {
    Stream& from;
    Stream& to;
    std::string waiting;
    bool ended = false;   // nothing more will come
    bool broken = false;  // nothing more can be sent

    [[nodiscard]] bool wants_input() const { return !ended && waiting.size() < kMaxWaiting; }

    void move() {
        char bytes[16384];
        while (wants_input()) {
            const long n = from.read_some(bytes, sizeof bytes);
            if (n < 0) ended = true;
            if (n <= 0) break;
            waiting.append(bytes, static_cast<std::size_t>(n));
        }
        while (!waiting.empty()) {
            const long n = to.write_some(waiting.data(), waiting.size());
            if (n < 0) broken = true;
            if (n <= 0) return;
            waiting.erase(0, static_cast<std::size_t>(n));
        }
    }
};

}  // namespace

void pump(Stream& client, Stream& upstream, std::string to_client, std::string to_upstream) {
    Flow up{client, upstream, std::move(to_upstream)}, down{upstream, client, std::move(to_client)};
    while (true) {
        up.move();
        down.move();
        if (up.ended || down.ended || up.broken || down.broken) break;
        auto events = [](const Flow& in, const Flow& out) {
            return static_cast<short>((in.wants_input() ? POLLIN : 0) |
                                      (out.waiting.empty() ? 0 : POLLOUT));
        };
        pollfd fds[2] = {{client.fd(), events(up, down), 0}, {upstream.fd(), events(down, up), 0}};
        if (poll(fds, 2, up.wants_input() && client.pending() ? 0 : -1) < 0) break;
        auto gone = [](const pollfd& p, const Flow& in) {
            return (p.revents & (POLLHUP | POLLERR)) != 0 && !in.wants_input();
        };
        if (gone(fds[0], up) || gone(fds[1], down)) break;
    }
    if (!up.broken) up.to.write(up.waiting, kLastWords);
    if (!down.broken) down.to.write(down.waiting, kLastWords);
}

}  // namespace pa::sim
