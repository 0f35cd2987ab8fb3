// Steps of TLS handshakes, away from the loop. net/*.cpp only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "net/event_loop.hpp"

struct ssl_st;

namespace pa::net {

class Stream;

/// A step takes up to a millisecond, in which every call of the loop would wait for its frame: so
/// they are taken in a thread, one after the other, and where one core has to do for both, that
/// thread gives way to the loop. It is started with the first handshake.
class Handshakes {
public:
    /// What SSL_do_handshake() came to.
    struct Outcome {
        int result = 0;      // 1: done
        int why = 0;         // SSL_get_error()
        std::string reason;  // of a failure, as OpenSSL words it; may be ""
    };
    using OnStep = std::function<void(const Outcome&)>;

    explicit Handshakes(EventLoop& loop);
    /// Waits for a step that is being taken.
    ~Handshakes();
    Handshakes(const Handshakes&) = delete;
    Handshakes& operator=(const Handshakes&) = delete;

    /// `done` comes from the loop. Until then nobody else touches `tls`, and it lives.
    std::uint64_t step(ssl_st* tls, OnStep done);
    /// `done` of that ticket will not be called; `stream`, which its `tls` belongs to, is dropped
    /// when the step has been taken.
    void abandon(std::uint64_t ticket, std::unique_ptr<Stream>&& stream);

private:
    struct Job {
        std::uint64_t ticket;
        ssl_st* tls;
    };
    struct Waiting;
    void work();
    void stepped(std::uint64_t ticket, const Outcome& outcome);

    EventLoop& loop_;
    std::map<std::uint64_t, std::unique_ptr<Waiting>> waiting_;  // on the loop's thread
    std::uint64_t last_ticket_ = 0;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;  // under mutex_
    bool closing_ = false;  // likewise
    std::thread thread_;
};

}  // namespace pa::net
