#include "net/handshakes.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <system_error>

#include "net/stream.hpp"

namespace pa::net {
namespace {

/// Of this thread alone; where that cannot be said, it takes its turn like any other.
void give_way() {
#ifdef __linux__
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10);
#endif
}

Handshakes::Outcome take_step(ssl_st* tls) {
    ERR_clear_error();
    Handshakes::Outcome outcome;
    outcome.result = SSL_do_handshake(tls);
    if (outcome.result == 1) return outcome;
    outcome.why = SSL_get_error(tls, outcome.result);
    if (const char* reason = ERR_reason_error_string(ERR_peek_last_error()); reason != nullptr)
        outcome.reason = reason;
    ERR_clear_error();
    return outcome;
}

}  // namespace

struct Handshakes::Waiting {
    OnStep done;                     // null: abandoned
    std::unique_ptr<Stream> stream;  // of one that was
};

Handshakes::Handshakes(EventLoop& loop) : loop_(loop) {}

Handshakes::~Handshakes() {
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::uint64_t Handshakes::step(ssl_st* tls, OnStep done) {
    const std::uint64_t ticket = ++last_ticket_;
    waiting_[ticket] = std::make_unique<Waiting>(Waiting{std::move(done), nullptr});
    try {
        if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {  // none is to be had: then here, and late
        loop_.post([this, ticket, outcome = take_step(tls)] { stepped(ticket, outcome); });
        return ticket;
    }
    {
        std::lock_guard lock(mutex_);
        jobs_.push_back({ticket, tls});
    }
    wake_.notify_one();
    return ticket;
}

void Handshakes::abandon(std::uint64_t ticket, std::unique_ptr<Stream>&& stream) {
    if (auto found = waiting_.find(ticket); found != waiting_.end())
        *found->second = {nullptr, std::move(stream)};
}

void Handshakes::work() {
    give_way();
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
        if (closing_) return;
        const Job job = jobs_.front();
        jobs_.pop_front();
        lock.unlock();
        loop_.post([this, ticket = job.ticket, outcome = take_step(job.tls)] {
            stepped(ticket, outcome);
        });
    }
}

void Handshakes::stepped(std::uint64_t ticket, const Outcome& outcome) {
    auto waiting = std::move(waiting_.extract(ticket).mapped());
    if (waiting->done) waiting->done(outcome);
}

}  // namespace pa::net
