// Host names to addresses, off the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/event_loop.hpp"

namespace pa::net {

/// getaddrinfo(3) blocks for as long as the name servers please, so it runs in threads of its own:
/// at most four names at a time, each in a detached thread, because one that hangs can be neither
/// stopped nor waited for. Bad answers are not kept. A good one is
/// believed for 60 s; for a day after that it is given all the same, at once, while the name is
/// looked up anew for those who ask later: nobody waits for a name that was known.
class Resolver {
public:
    /// Numeric addresses, at least one, IPv4 first (a host without an IPv6 route still gets IPv6
    /// answers, and refuses them slowly).
    using Addresses = std::vector<std::string>;
    using Lookup = std::function<Result<Addresses>(const std::string& host)>;
    using OnDone = std::function<void(const Result<Addresses>&)>;

    explicit Resolver(EventLoop& loop);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// `done` comes from the loop, never from inside. Returns a ticket for cancel().
    std::uint64_t resolve(const std::string& host, OnDone done);
    /// `done` of that ticket will not be called. Nothing if it was.
    void cancel(std::uint64_t ticket);
    /// The answer that was kept is no good: who asks next waits for a new one.
    void forget(const std::string& host);

    /// Tests put a lookup of their own here; it is called in other threads.
    void set_lookup(Lookup lookup);
    void believe_for(std::chrono::milliseconds time);  // likewise
    /// How a lookup is run; by default in a detached thread. What it throws as std::system_error is
    /// a lookup that failed.
    using Start = std::function<void(std::function<void()> work)>;
    void set_start(Start start);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // held by lookups under way, too
};

/// The blocking lookup itself.
[[nodiscard]] Result<Resolver::Addresses> look_up(const std::string& host);

}  // namespace pa::net
