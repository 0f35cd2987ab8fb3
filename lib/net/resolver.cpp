#include "net/resolver.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace pa::net {
namespace {

constexpr std::size_t kMaxThreads = 4;
constexpr std::chrono::seconds kBelieve{60};
constexpr std::chrono::hours kKeep{24};

struct Answer {
    Resolver::Addresses addresses;
    TimePoint at;
};

}  // namespace

Result<Resolver::Addresses> look_up(const std::string& host) {
    // RFC 6761 §6.3: this name is loopback, whether or not a hosts file says so.
    if (host == "localhost") return Resolver::Addresses{"127.0.0.1", "::1"};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (failed == EAI_NONAME || failed == EAI_ADDRFAMILY) {  // only loopback is configured, perhaps
        hints.ai_flags = 0;
        failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    }
    if (failed != 0)
        return Error{Errc::later,
                     fmt::format("cannot resolve {}: {}", host, ::gai_strerror(failed))};
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    Resolver::Addresses v4, v6;
    for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
        char text[NI_MAXHOST];
        if (::getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, nullptr, 0,
                          NI_NUMERICHOST) == 0)
            (a->ai_family == AF_INET ? v4 : v6).emplace_back(text);
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    if (v4.empty()) return Error{Errc::later, fmt::format("cannot resolve {}: no address", host)};
    return v4;
}

// Everything but `mutex`'s two belongs to the loop's thread.
struct Resolver::Impl : std::enable_shared_from_this<Impl> {
    explicit Impl(EventLoop& l) : loop(&l) {}

    [[nodiscard]] Addresses at_hand(const std::string& host) const;
    [[nodiscard]] bool aged(const std::string& host) const;
    void ask(const std::string& host);
    void start_next();
    void post_finish(const std::string& host, const Result<Addresses>& result);
    void finish(const std::string& host, const Result<Addresses>& result);
    void deliver(std::uint64_t ticket, const Result<Addresses>& result);

    std::map<std::string, std::vector<std::uint64_t>> asked;  // names under way or in the queue
    std::map<std::uint64_t, OnDone> waiting;
    std::map<std::string, Answer> known;
    std::deque<std::string> queue;
    std::size_t running = 0;
    std::uint64_t last_ticket = 0;
    std::chrono::milliseconds believed = kBelieve;

    std::mutex mutex;
    EventLoop* loop;  // null once the resolver is gone: a late lookup has nowhere to post to
    Lookup lookup = look_up;
    Start start = [](std::function<void()> work) { std::thread(std::move(work)).detach(); };
};

Resolver::Addresses Resolver::Impl::at_hand(const std::string& host) const {
    in6_addr address;
    if (::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
        ::inet_pton(AF_INET6, host.c_str(), &address) == 1)
        return {host};
    auto found = known.find(host);
    if (found == known.end() || Clock::now() - found->second.at > kKeep) return {};
    return found->second.addresses;
}

bool Resolver::Impl::aged(const std::string& host) const {
    auto found = known.find(host);
    return found != known.end() && Clock::now() - found->second.at > believed;
}

void Resolver::Impl::ask(const std::string& host) {
    if (asked.try_emplace(host).second) queue.push_back(host);
    start_next();
}

void Resolver::Impl::deliver(std::uint64_t ticket, const Result<Addresses>& result) {
    auto found = waiting.find(ticket);
    if (found == waiting.end()) return;  // cancelled
    OnDone done = std::move(found->second);
    waiting.erase(found);
    done(result);
}

void Resolver::Impl::finish(const std::string& host, const Result<Addresses>& result) {
    --running;
    if (result) known[host] = Answer{*result, Clock::now()};
    std::vector<std::uint64_t> tickets = std::exchange(asked[host], {});
    asked.erase(host);
    start_next();
    for (std::uint64_t ticket : tickets) deliver(ticket, result);
}

void Resolver::Impl::start_next() {
    while (running < kMaxThreads && !queue.empty()) {
        ++running;
        std::string host = std::move(queue.front());
        queue.pop_front();
        std::unique_lock lock(mutex);
        auto work = [self = shared_from_this(), host, ask = lookup] {
            Result<Addresses> result = ask(host);
            self->post_finish(host, result);
        };
        lock.unlock();
        try {
            start(std::move(work));
        } catch (const std::system_error&) {  // no thread to be had
            post_finish(host,
                        Error{Errc::later, fmt::format("cannot resolve {}: out of threads", host)});
        }
    }
}

/// From any thread.
void Resolver::Impl::post_finish(const std::string& host, const Result<Addresses>& result) {
    std::lock_guard guard(mutex);
    if (loop != nullptr)
        loop->post([self = shared_from_this(), host, result] { self->finish(host, result); });
}

Resolver::Resolver(EventLoop& loop) : impl_(std::make_shared<Impl>(loop)) {}

Resolver::~Resolver() {
    std::lock_guard lock(impl_->mutex);
    impl_->loop = nullptr;
    impl_->waiting.clear();
    impl_->queue.clear();
}

std::uint64_t Resolver::resolve(const std::string& host, OnDone done) {
    std::uint64_t ticket = ++impl_->last_ticket;
    impl_->waiting[ticket] = std::move(done);
    if (auto addresses = impl_->at_hand(host); !addresses.empty()) {
        impl_->loop->post([self = impl_, ticket, addresses] { self->deliver(ticket, addresses); });
        if (impl_->aged(host)) impl_->ask(host);
        return ticket;
    }
    impl_->ask(host);
    impl_->asked[host].push_back(ticket);
    return ticket;
}

void Resolver::cancel(std::uint64_t ticket) { impl_->waiting.erase(ticket); }

void Resolver::forget(const std::string& host) { impl_->known.erase(host); }

void Resolver::believe_for(std::chrono::milliseconds time) { impl_->believed = time; }

void Resolver::set_lookup(Lookup lookup) {
    std::lock_guard lock(impl_->mutex);
    impl_->lookup = std::move(lookup);
}

void Resolver::set_start(Start start) { impl_->start = std::move(start); }

}  // namespace pa::net
