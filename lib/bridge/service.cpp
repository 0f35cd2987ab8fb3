#include "bridge/service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/descriptors.hpp"
#include "bridge/public_base.hpp"
#include "cli/background.hpp"
#include "cli/console.hpp"
#include "cli/service_manager.hpp"
#include "cli/waiter.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {
namespace {

using Clock = std::chrono::steady_clock;

/// Of some five thousand calls; 128 KiB of the kernel's memory.
constexpr std::size_t descriptors_without_growing = 16'384;

/// Where the bridges of one agent meet.
std::string takeover_socket(const config::Settings& settings) {
    return settings.operator_socket + ".takeover";
}

/// Closed once another bridge serves in our place: the other end can be waited for.
struct Superseded {
    Fd told, tell;
    [[nodiscard]] static Result<Superseded> make() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Errc::io, "no pipe can be made"};
        return Superseded{Fd(ends[0]), Fd(ends[1])};
    }
};

/// One for each worker; the first is the front desk's, too.
using Loops = std::vector<std::unique_ptr<net::EventLoop>>;
Result<Loops> make_loops(int count) {
    Loops loops;
    for (int i = 0; i < count; ++i) {
        auto loop = net::EventLoop::create({});
        if (!loop) return loop.error();
        loops.push_back(std::move(*loop));
    }
    return loops;
}

std::vector<net::EventLoop*> all_of(const Loops& loops) {
    std::vector<net::EventLoop*> all;
    for (const auto& loop : loops) all.push_back(loop.get());
    return all;
}

/// Runs them, each in a thread, until the desk has nothing more to do: told to stop it drains, for
/// at most `patience`, and then ends what still runs.
class Running {
public:
    Running(const Loops& loops, FrontDesk& desk) : loops_(loops), desk_(desk) {
        for (const auto& loop : loops)
            threads_.emplace_back([running = loop.get()] { running->run(); });
    }
    void stop(std::chrono::seconds patience) {
        net::EventLoop& first = *loops_.front();
        std::atomic<bool> drained = false;
        first.post([&] {
            desk_.drain([&] {
                drained = true;
                for (const auto& loop : loops_) loop->stop();
            });
        });
        std::thread limit([&] {
            auto end = Clock::now() + patience;
            while (!drained && Clock::now() < end)
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            if (!drained) first.post([&] { desk_.end_all("stopped"); });
        });
        for (std::thread& thread : threads_) thread.join();
        limit.join();
    }

private:
    const Loops& loops_;
    FrontDesk& desk_;
    std::vector<std::thread> threads_;
};

/// What was left to us, if we are to take over and there is somebody.
Result<Bequest> inherit(Succession& succession, bool take_over, const config::Settings& settings) {
    Bequest ours;
    ours.carrier = cli::activated_socket();
    const std::string path = takeover_socket(settings);
    if (!take_over) {
        if (net::connect_channel(path))
            return Error{Errc::config,
                         fmt::format("{}: a bridge runs for this agent already; stop it first, or "
                                     "take its place with --takeover",
                                     path)};
        return ours;
    }
    auto left = succession.take_over();
    if (!left) return left.error();
    if (!*left) {
        cli::note("--takeover: no bridge runs for this agent; starting as the first");
        return ours;
    }
    return std::move(**left);
}

/// A public base that has changed. Whoever waits for it sees that the pipeline is up.
std::optional<std::string> new_base(PublicBaseSource& source) {
    auto base = source.update(Clock::now());
    if (base) cli::say("serving behind " + *base);
    return base;
}

/// Waits for what may end the service, telling the desk each public base on the way.
void watch(const cli::Waiter& waiter, PublicBaseSource& source, int superseded,
           net::EventLoop& loop, FrontDesk& desk) {
    auto look = [&] {
        if (auto base = new_base(source))
            loop.post([&desk, base = *base] { desk.set_public_base(base); });
    };
    for (;;) {
        if (source.fd() < 0) look();
        auto until = source.fd() < 0 ? source.next() : Clock::time_point::max();
        cli::Waiter::Woken woken = waiter.wait(until, {source.fd(), superseded});
        if (woken.why == cli::Waiter::Why::stopped || woken.why == cli::Waiter::Why::reader_gone)
            return;
        if (woken.why != cli::Waiter::Why::readable) continue;
        if (woken.fd == superseded) return;
        look();
        if (source.ended()) return;
    }
}

}  // namespace

Status serve(ServiceOptions options) {
    raise_descriptor_limit(descriptors_without_growing);
    make_room_for_descriptors(descriptors_without_growing);  // before any thread
    cli::Waiter waiter(cli::Waiter::Signals::take);          // before any thread
    cli::Background lines;  // the loop waits for no reader of stdout or stderr
    const config::Settings& settings = options.bridge.settings;
    auto source = PublicBaseSource::open(options.public_url, settings);
    if (!source) return source.error();
    for (const auto& folder : {settings.call_log_dir, settings.directory + "/run"})
        if (Status made = make_directory(folder); !made) return made;
    auto loops = make_loops(options.workers);
    if (!loops) return loops.error();
    net::EventLoop& first = *loops->front();
    auto superseded = Superseded::make();
    if (!superseded) return superseded.error();
    Succession succession(first, takeover_socket(settings));
    auto inherited = inherit(succession, options.take_over, settings);
    if (!inherited) return inherited.error();
    if (source->only_loopback() && !inherited->public_base.empty())
        source = PublicBaseSource::open(inherited->public_base, settings);
    if (!source) return source.error();
    options.bridge.superseded = [&superseded] { superseded->tell.reset(); };
    auto made =
        FrontDesk::create(all_of(*loops), options.bridge, succession, std::move(*inherited));
    if (!made) return made.error();
    std::unique_ptr<FrontDesk> desk = std::move(*made);
    if (source->only_loopback())
        cli::say(
            fmt::format("no public URL: serving on http://127.0.0.1:{} only; start pa-tunnel, or "
                        "set PUBLIC_URL",
                        desk->port()));
    desk->adopt(store::find_leftovers(settings.call_log_dir));
    // Before anybody is served: a carrier that comes back at once is not to be turned away.
    if (source->fd() < 0)
        if (auto base = new_base(*source)) desk->set_public_base(*base);
    Running running(*loops, *desk);
    // In this order: the old one may end at once, and must not be the manager's main process then.
    cli::tell_manager_ready();
    first.post([&succession] { succession.announce(); });

    watch(waiter, *source, superseded->told.get(), first, *desk);

    running.stop(options.drain);
    desk.reset();
    return Done{};
}

}  // namespace pa::bridge
