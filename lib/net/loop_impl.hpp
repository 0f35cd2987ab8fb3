// The inside of an EventLoop. net/*.cpp only.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/endpoint.hpp"
#include "net/event_loop.hpp"
#include "net/handshakes.hpp"
#include "net/mailbox.hpp"
#include "net/resolver.hpp"

struct lws;
struct ssl_ctx_st;
struct ssl_session_st;
struct lws_context;
struct uv_check_s;
struct uv_idle_s;
struct uv_loop_s;
struct uv_prepare_s;
struct uv_timer_s;

namespace pa::net {

struct FreeTls {
    void operator()(ssl_ctx_st* tls) const;
    void operator()(ssl_session_st* session) const;
};
using ClientTls = std::unique_ptr<ssl_ctx_st, FreeTls>;
using TlsSession = std::unique_ptr<ssl_session_st, FreeTls>;
/// TLS of our clients: nothing older than TLS 1.2, the authorities of `ca_file`; with "" none yet,
/// see load_authorities(). What the next connection to the same server can take up again goes to
/// the TlsSession that SSL_get_app_data() points to.
[[nodiscard]] Result<ClientTls> make_client_tls(const std::string& ca_file);
/// OpenSSL's default file and folder, or SSL_CERT_FILE: some 20 ms, in any thread. The result puts
/// them into a context.
[[nodiscard]] std::function<void(ssl_ctx_st&)> load_authorities();

/// Something that is to be done before the loop next waits, when no callback is on the stack.
class Deferred {
public:
    explicit Deferred(EventLoop::Impl& loop) : deferred_by_(loop) {}
    Deferred(const Deferred&) = delete;
    Deferred& operator=(const Deferred&) = delete;

protected:
    ~Deferred();
    void defer();

private:
    friend struct EventLoop::Impl;
    virtual void deferred() = 0;
    EventLoop::Impl& deferred_by_;
    bool waits_ = false;
};

/// The armed timers of a loop behind one of libuv's, whose handle is twice the size of a Timer: a
/// call has three of them.
class TimerQueue {
public:
    class Entry {
    public:
        [[nodiscard]] bool waits() const { return place_ != nowhere; }
        [[nodiscard]] TimePoint waits_for() const { return at_; }

    protected:
        ~Entry() = default;

    private:
        friend class TimerQueue;
        static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
        /// It waits no more; it may be put, and entries destroyed.
        virtual void due() = 0;
        TimePoint at_{};
        std::uint64_t order_ = 0;  // of those for the same time
        std::size_t place_ = nowhere;
    };
    explicit TimerQueue(uv_loop_s* uv);
    ~TimerQueue();
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// Anew, if it waits already.
    void put(Entry& entry, TimePoint at);
    void take_out(Entry& entry);

private:
    [[nodiscard]] static bool before(const Entry& a, const Entry& b);
    void stand(Entry& entry, std::size_t place);
    void settle(Entry& entry);
    void set(std::chrono::milliseconds least);
    void fired();
    uv_timer_s* handle_;
    TimePoint set_for_{};  // if it is active
    std::vector<Entry*> heap_;
    std::uint64_t orders_ = 0;
    bool firing_ = false;
    TimePoint due_by_{};  // while it is firing
};

class WsSocket;

struct EventLoop::Impl {
    explicit Impl(EventLoop& loop);
    ~Impl();

    EventLoop& self;
    uv_loop_s* uv = nullptr;
    std::unique_ptr<TimerQueue> timers;
    Mailbox mailbox;
    uv_prepare_s* before_wait = nullptr;
    uv_idle_s* not_waiting = nullptr;     // while it is started
    uv_check_s* after_wait = nullptr;     // behind the callbacks of what was waited for
    std::uint64_t woke_at = 0;            // libuv's time [ms] after the wait; 0: see wake()
    std::chrono::milliseconds worked{0};  // in this turn so far
    Turns turns;
    lws_context* context = nullptr;
    ClientTls client_tls;
    bool tls_ready = false;  // the authorities are loaded
    std::thread tls_loader;
    std::map<Endpoint*, std::function<void()>> tls_waiters;  // called when they are
    std::map<std::string, TlsSession> tls_sessions;          // by host:port
    std::unique_ptr<Resolver> resolver;
    std::unique_ptr<Handshakes> handshakes;

    // Of all sockets, one at a time [WsSocket].
    std::vector<char> inbox;   // what was read
    std::vector<char> outbox;  // frames to write, for `gathered_for`
    WsSocket* gathered_for = nullptr;
    int gathering = 0;        // > 0: more may come for it
    bool more_waits = false;  // another message is in the inbox
    /// Makes `socket` the one that is gathered for; what there was for another is written.
    void gather_for(WsSocket& socket);
    void flush_gathered();
    void drop_gathered(const WsSocket& socket);

    [[nodiscard]] Status start_uv();
    [[nodiscard]] Status start_lws(const Options& options);

    /// Takes over an endpoint that its owner has done with. It is freed from the loop, once its wsi
    /// has gone.
    void release(std::unique_ptr<Endpoint> endpoint);
    /// Likewise, for one whose wsi may or may not exist: lws did not say.
    void release_uncertain(std::unique_ptr<Endpoint> endpoint);
    /// Called when the last callback of an endpoint's wsi has come.
    void wsi_gone(Endpoint& endpoint);
    /// Frees what was released and has no wsi.
    void bury();
    void run_deferred();
    void wait_or_not();
    /// Told by what a wait may have woken. (Where very many are ready libuv asks for more of them
    /// before the turn is over, and takes that for another wait.)
    void wake();
    /// `more`: that it has worked and is not in `worked` yet.
    void count_turn(std::chrono::milliseconds more);
    /// Loads the authorities in a thread, unless a file was named.
    void load_tls();

    /// Closes the endpoint's connection from the loop's next turn on, without manners.
    void kill(Endpoint& endpoint);
    /// lws arms its timers after input only; this is input.
    void kick();

private:
    std::vector<std::unique_ptr<Endpoint>> dead_;
    std::unordered_map<Endpoint*, std::unique_ptr<Endpoint>> dying_;
    friend class Deferred;
    std::vector<Deferred*> deferred_;
};

/// Since libuv last read its clock: when a wait was over, and before the timers.
[[nodiscard]] std::chrono::milliseconds since_update(const uv_loop_s& loop);

/// The last thing that lws said in its log on this thread, "" since clear_lws_log().
[[nodiscard]] std::string last_lws_log();
void clear_lws_log();

}  // namespace pa::net
