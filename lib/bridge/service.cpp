#include "bridge/service.hpp"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "bridge/public_base.hpp"
#include "cli/console.hpp"
#include "cli/waiter.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {
namespace {

using Clock = std::chrono::steady_clock;

/// Waits for what may end the service, telling the bridge each public base on the way.
void watch(const cli::Waiter& waiter, PublicBaseSource& source, net::EventLoop& loop,
           Bridge& bridge) {
    auto tell = [&](const std::optional<std::string>& base) {
        if (!base) return;
        cli::note("public URL " + *base);
        loop.post([&bridge, base] { bridge.set_public_base(*base); });
    };
    for (;;) {
        if (source.fd() < 0) tell(source.update(Clock::now()));
        auto until = source.fd() < 0 ? source.next() : Clock::time_point::max();
        cli::Waiter::Woken woken = waiter.wait(until, {source.fd()});
        if (woken.why == cli::Waiter::Why::stopped || woken.why == cli::Waiter::Why::reader_gone)
            return;
        if (woken.why != cli::Waiter::Why::readable) continue;
        tell(source.update(Clock::now()));
        if (source.ended()) return;
    }
}

}  // namespace

Status serve(ServiceOptions options) {
    cli::Waiter waiter(cli::Waiter::Signals::take);  // before any thread
    const config::Settings& settings = options.bridge.settings;
    auto source = PublicBaseSource::open(options.public_url, settings);
    if (!source) return source.error();
    for (const auto& folder : {settings.call_log_dir, settings.directory + "/run"})
        if (Status made = make_directory(folder); !made) return made;
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    auto made = Bridge::create(**loop, options.bridge);
    if (!made) return made.error();
    std::unique_ptr<Bridge> bridge = std::move(*made);
    if (source->only_loopback())
        cli::say(
            fmt::format("no public URL: serving on http://127.0.0.1:{} only; start pa-tunnel, or "
                        "set PUBLIC_URL",
                        bridge->port()));
    bridge->adopt(store::find_leftovers(settings.call_log_dir));
    std::thread thread([&] { (*loop)->run(); });

    watch(waiter, *source, **loop, *bridge);

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
