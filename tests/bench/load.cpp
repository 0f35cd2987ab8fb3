// bench_load: N calls from both ends, for what stands between (the bridge or the relay).
//
// It plays the carrier (signed webhook, media stream with its token, 50 frames a second, marks
// echoed when they have been played) and the model (a Realtime server that answers and is
// interrupted). The audio carries the time it was sent at. One line of name=value comes out.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <random>

#include "bench/carrier.hpp"
#include "bench/model.hpp"
#include "sim/certificate.hpp"

namespace pa::bench {
namespace {

Nanos own_cpu() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1'000'000'000L + t.tv_nsec;
}

/// [s] Of what is measured: a call takes more the longer it is, for its transcript.
constexpr int memory_after = 4;

class Load {
public:
    explicit Load(LoadOptions options);
    void run();

private:
    void turn_until(Nanos end);
    void step(Nanos due);
    void wait(Nanos until);
    void begin_calls(std::size_t from, std::size_t to, Nanos over);
    template <class Work>
    void measure(Figures& into, Work work);
    void renew();
    void hang_up_early();
    [[nodiscard]] std::size_t streaming() const;
    void print();

    World world_;
    std::vector<std::unique_ptr<Carrier>> calls_;
    std::unique_ptr<ModelServer> model_;
    std::mt19937 random_{1};
    Nanos next_slot_ = 0, slot_ = 0, next_renewal_ = 0;
    std::size_t at_ = 0, renewed_ = 0;
    Figures steady_, storm_;
    Usage idle_, full_;
    std::size_t established_ = 0, orphans_ = 0;
    long missing_ = 0;  // neither established nor refused
};

Load::Load(LoadOptions options) {
    world_.options = std::move(options);
    world_.epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (!world_.options.certificate.empty())
        world_.tls = tls_server(world_.options.certificate, world_.options.key);
    int all = world_.options.calls + world_.options.storm;
    for (int i = 0; i < all; ++i)
        calls_.push_back(std::make_unique<Carrier>(world_, static_cast<std::size_t>(i)));
    model_ = std::make_unique<ModelServer>(world_, calls_);
    slot_ = tick / std::max(all, 1);
}

/// One call's caller and, half a round away, another call's model.
void Load::step(Nanos due) {
    if (world_.figures != nullptr) world_.figures->own_lag.add(now_ns() - due);
    calls_[at_]->step();
    Carrier& other = *calls_[(at_ + calls_.size() / 2) % calls_.size()];
    if (other.model != nullptr) other.model->step();
    at_ = (at_ + 1) % calls_.size();
}

void Load::wait(Nanos until) {
    epoll_event events[512];
    Nanos left = std::max<Nanos>(0, until - now_ns());
    timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
    int count = ::epoll_pwait2(world_.epoll, events, 512, &timeout, nullptr);
    world_.woken = now_ns();
    for (int i = 0; i < count; ++i)
        static_cast<Source*>(events[i].data.ptr)->ready(events[i].events);
}

void Load::turn_until(Nanos end) {
    if (next_slot_ == 0) next_slot_ = now_ns();
    for (;;) {
        Nanos now = now_ns();
        if (now >= end) return;
        for (int sent = 0; next_slot_ <= now && sent < 64; ++sent, next_slot_ += slot_)
            step(next_slot_);
        if (world_.options.churn > 0 && world_.figures != nullptr && now >= next_renewal_) renew();
        if (world_.options.model_delay > 0) model_->answer_when_due();
        if (world_.options.early > 0) hang_up_early();
        wait(std::min(end, next_slot_));
        model_->sweep();
    }
}

void Load::begin_calls(std::size_t from, std::size_t to, Nanos over) {
    Nanos start = now_ns();
    for (std::size_t i = from; i < to; ++i) {
        auto part = static_cast<double>(i - from) / static_cast<double>(to - from);
        turn_until(start + static_cast<Nanos>(static_cast<double>(over) * part));
        calls_[i]->start();
    }
}

/// One call ends, and another begins in its place.
void Load::renew() {
    next_renewal_ = now_ns() + 1'000'000'000 / world_.options.churn;
    Carrier& call = *calls_[renewed_++ % calls_.size()];
    call.hang_up(true);
    call.start();
}

void Load::hang_up_early() {
    std::uniform_int_distribution<Nanos> life(0, world_.options.early * 1'000'000L);
    for (auto& call : calls_)
        if (call->streaming() && world_.woken - call->streaming_since > life(random_))
            call->hang_up((random_() & 1U) != 0);
}

std::size_t Load::streaming() const {
    return static_cast<std::size_t>(std::count_if(
        calls_.begin(), calls_.end(), [](const auto& call) { return call->streaming(); }));
}

template <class Work>
void Load::measure(Figures& into, Work work) {
    const Nanos cpu = usage_of(world_.options.pid).cpu, own = own_cpu(), start = now_ns();
    world_.figures = &into;
    work();
    world_.figures = nullptr;
    into.cpu = usage_of(world_.options.pid).cpu - cpu;
    into.own = own_cpu() - own;
    into.elapsed = now_ns() - start;
}

void Load::run() {
    const LoadOptions& o = world_.options;
    idle_ = usage_of(o.pid);
    auto steady = static_cast<std::size_t>(o.calls);
    Nanos second = 1'000'000'000;
    begin_calls(0, steady, second * o.calls / o.ramp);
    // Every script has begun, and the last greeting is over.
    turn_until(now_ns() + (o.early > 0 ? o.seconds * second : 3 * second));
    established_ = streaming();
    missing_ = o.calls - static_cast<long>(established_) - world_.count.refused;
    measure(steady_, [&] {
        const Nanos start = now_ns();
        turn_until(start + std::min(o.seconds, memory_after) * second);
        full_ = usage_of(o.pid);
        turn_until(start + o.seconds * second);
    });
    if (o.storm > 0)
        measure(storm_, [&] {
            begin_calls(steady, calls_.size(), second);
            turn_until(now_ns() + second);
        });
    // What is on its way arrives.
    next_slot_ = INT64_MAX;
    turn_until(now_ns() + second);
    for (auto& call : calls_) call->hang_up(true);
    // A line that was cut may be taken up again for eight seconds.
    for (int i = 0; i < (o.early > 0 ? 140 : 50) && model_->open() > 0; ++i)
        turn_until(now_ns() + second / 10);
    orphans_ = model_->open();
    print();
}

void Load::print() {
    const Counters& c = world_.count;
    auto number = [](const char* name, double value) { std::printf("%s=%.3f ", name, value); };
    auto part = [&](const char* name, Samples& samples) {
        std::printf("%s_n=%zu %s_p50=%.3f %s_p99=%.3f %s_max=%.3f ", name, samples.count(), name,
                    samples.percentile(0.5), name, samples.percentile(0.99), name,
                    samples.percentile(1));
    };
    auto calls = static_cast<double>(world_.options.calls);
    std::printf("calls=%d seconds=%d established=%zu ", world_.options.calls,
                world_.options.seconds, established_);
    number("cpu_ms", 10 * steady_.cpu_percent() / calls);
    number("cpu_percent", steady_.cpu_percent());
    part("caller", steady_.caller);
    part("model", steady_.model);
    part("barge", steady_.barge_in);
    part("webhook", steady_.webhook);
    if (world_.options.storm > 0) {
        part("storm_caller", storm_.caller);
        part("storm_model", storm_.model);
        part("storm_webhook", storm_.webhook);
        number("storm_cpu_percent", storm_.cpu_percent());
        number("storm_own_percent", storm_.own_percent());
        number("storm_own_lag_p99", storm_.own_lag.percentile(0.99));
    }
    number("idle_kb", static_cast<double>(idle_.anonymous_kb));
    number("kb_per_call", static_cast<double>(full_.anonymous_kb - idle_.anonymous_kb) / calls);
    std::printf("caller_sent=%ld caller_received=%ld model_sent=%ld model_received=%ld ",
                c.caller_sent, c.caller_received, c.model_sent, c.model_received);
    // How many frames the bridge joined into one message.
    auto each = [](long frames, long messages) {
        return messages > 0 ? static_cast<double>(frames) / static_cast<double>(messages) : 0;
    };
    number("caller_joined", each(c.caller_received, c.caller_messages));
    number("model_joined", each(c.model_received, c.model_messages));
    std::printf(
        "lost=%ld disorder=%ld refused=%ld missing=%ld broken=%ld uncleared=%ld orphans=%zu ",
        c.caller_sent - c.caller_received + c.model_sent - c.model_received, c.disorder, c.refused,
        missing_, c.broken, c.interrupted - c.cleared, orphans_);
    number("own_percent", steady_.own_percent());
    number("own_lag_p99", steady_.own_lag.percentile(0.99));
    // Above this the figures are about the generator.
    const double busy = std::max(steady_.own_percent(), storm_.own_percent());
    const double lag = std::max(steady_.own_lag.percentile(0.99), storm_.own_lag.percentile(0.99));
    const bool is_void = busy > 92 || lag > 5;
    std::printf("void=%d\n", is_void ? 1 : 0);
    if (is_void)
        std::fprintf(stderr,
                     "bench_load: void: the generator was the bottleneck (%.0f %%, %.1f ms late)\n",
                     busy, lag);
    else if (busy > 85)
        std::fprintf(stderr, "bench_load: warning: the generator was %.0f %% busy\n", busy);
}

}  // namespace
}  // namespace pa::bench

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of write()
    pa::bench::LoadOptions o;
    CLI::App app{"Load for the bridge or the relay, from both ends"};
    app.add_option("--port", o.port, "Of what is measured");
    app.add_option("--model-port", o.model_port, "Ours: where it finds the model");
    app.add_option("--pid", o.pid, "Of what is measured");
    app.add_option("--calls", o.calls);
    app.add_option("--seconds", o.seconds);
    app.add_option("--ramp", o.ramp, "Calls begun per second");
    app.add_option("--churn", o.churn, "Calls per second that end and begin anew");
    app.add_option("--storm", o.storm, "So many more calls within one second, at the end");
    app.add_option("--early", o.early, "Each hangs up within so many ms");
    app.add_option("--model-delay", o.model_delay, "The model takes so many ms to open");
    app.add_option("--certificate", o.certificate, "The model speaks TLS with it");
    app.add_option("--key", o.key);
    app.add_flag("--bursts", o.bursts);
    app.add_flag("--direct", o.direct, "No webhook");
    app.add_flag("--mute", o.mute, "The model says one word and no more");
    app.add_flag("--verbose", o.verbose);
    std::string folder;
    app.add_option("--make-certificates", folder, "Makes a certificate for the model, and ends");
    CLI11_PARSE(app, argc, argv);
    if (!folder.empty()) return pa::sim::make_test_certificates(folder) ? 0 : 74;
    std::make_unique<pa::bench::Load>(std::move(o))->run();
}
