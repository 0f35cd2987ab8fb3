#include "bridge/service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "bridge/public_base.hpp"
#include "cli/background.hpp"
#include "cli/console.hpp"
#include "cli/service_manager.hpp"
#include "cli/waiter.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {
namespace {

using Clock = std::chrono::steady_clock;

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

/// Waits for what may end the service, telling the bridge each public base on the way.
void watch(const cli::Waiter& waiter, PublicBaseSource& source, int superseded,
           net::EventLoop& loop, Bridge& bridge) {
    auto tell = [&](const std::optional<std::string>& base) {
        if (!base) return;
        cli::note("public URL " + *base);
        loop.post([&bridge, base] { bridge.set_public_base(*base); });
    };
    for (;;) {
        if (source.fd() < 0) tell(source.update(Clock::now()));
        auto until = source.fd() < 0 ? source.next() : Clock::time_point::max();
        cli::Waiter::Woken woken = waiter.wait(until, {source.fd(), superseded});
        if (woken.why == cli::Waiter::Why::stopped || woken.why == cli::Waiter::Why::reader_gone)
            return;
        if (woken.why != cli::Waiter::Why::readable) continue;
        if (woken.fd == superseded) return;
        tell(source.update(Clock::now()));
        if (source.ended()) return;
    }
}

}  // namespace

Status serve(ServiceOptions options) {
    cli::Waiter waiter(cli::Waiter::Signals::take);  // before any thread
    cli::Background lines;  // the loop waits for no reader of stdout or stderr
    const config::Settings& settings = options.bridge.settings;
    auto source = PublicBaseSource::open(options.public_url, settings);
    if (!source) return source.error();
    for (const auto& folder : {settings.call_log_dir, settings.directory + "/run"})
        if (Status made = make_directory(folder); !made) return made;
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    auto superseded = Superseded::make();
    if (!superseded) return superseded.error();
    Succession succession(**loop, takeover_socket(settings));
    auto inherited = inherit(succession, options.take_over, settings);
    if (!inherited) return inherited.error();
    if (source->only_loopback() && !inherited->public_base.empty())
        source = PublicBaseSource::open(inherited->public_base, settings);
    if (!source) return source.error();
    options.bridge.superseded = [&superseded] { superseded->tell.reset(); };
    auto made = Bridge::create(**loop, options.bridge, succession, std::move(*inherited));
    if (!made) return made.error();
    std::unique_ptr<Bridge> bridge = std::move(*made);
    if (source->only_loopback())
        cli::say(
            fmt::format("no public URL: serving on http://127.0.0.1:{} only; start pa-tunnel, or "
                        "set PUBLIC_URL",
                        bridge->port()));
    bridge->adopt(store::find_leftovers(settings.call_log_dir));
    std::thread thread([&] { (*loop)->run(); });
    // In this order: the old one may end at once, and must not be the manager's main process then.
    cli::tell_manager_ready();
    (*loop)->post([&succession] { succession.announce(); });

    watch(waiter, *source, superseded->told.get(), **loop, *bridge);

    std::atomic<bool> drained = false;
    (*loop)->post([&] {
        bridge->drain([&] {
            drained = true;
            (*loop)->stop();
        });
    });
    std::thread limit([&] {
        auto end = Clock::now() + options.drain;
        while (!drained && Clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (!drained) (*loop)->post([&] { bridge->end_all("stopped"); });
    });
    thread.join();
    drained = true;
    limit.join();
    bridge.reset();
    return Done{};
}

}  // namespace pa::bridge
