// pa-tunnel: finds or starts the public tunnel to the local port and prints its URL when it works.
#include <fmt/format.h>

#include "cli/tool.hpp"
#include "cli/waiter.hpp"
#include "config/settings.hpp"
#include "net/http.hpp"
#include "tunnel/keeper.hpp"

namespace {

using pa::Error;
using pa::Result;
using pa::cli::Exit;
using Why = pa::cli::Waiter::Why;

struct Options {
    int port = 0;  // 0: PORT
    bool once = false;
    std::string provider = "ngrok";
    std::string url;  // reserved public name
};

void declare(CLI::App& app, Options& o) {
    app.add_option("-p,--port", o.port, "Local port of pa-bridge (default: PORT, 8082)")
        ->check(CLI::Range(1, 65535))
        ->type_name("PORT");
    app.add_flag("--once", o.once, "Only look: print the URL of a running tunnel, or end with 1");
    app.add_option("--provider", o.provider, "ngrok, cloudflared or tailscale")
        ->check(CLI::IsMember({"ngrok", "cloudflared", "tailscale"}))
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--url", o.url, "Reserved public name to use (ngrok)")->type_name("NAME");
}

Result<pa::tunnel::Wanted> wanted(const Options& o, const pa::config::Settings& settings) {
    pa::tunnel::Wanted w;
    if (o.port == 0)
        if (auto ok = settings.require({"PORT"}); !ok) return ok.error();
    w.port = o.port != 0 ? o.port : settings.port;
    if (!o.url.empty()) {
        if (o.provider != "ngrok") return Error{pa::Errc::usage, "--url is for ngrok only"};
        pa::Url url;
        bool ok = pa::Url::parse(
            o.url.find("://") == std::string::npos ? "https://" + o.url : o.url, url);
        if (!ok || url.scheme != "https" || url.target != "/")
            return Error{pa::Errc::usage, fmt::format("--url {}: not the name of a host", o.url)};
        w.host = url.host;
    }
    w.api_url = settings.ngrok_api_url;
    w.only_api_url = w.api_url != pa::config::Settings{}.ngrok_api_url;
    w.authtoken = settings.ngrok_authtoken;
    return w;
}

Result<Exit> look_once(pa::tunnel::Provider& provider, int port) {
    pa::tunnel::Finding found = provider.look();
    if (!found.url.empty()) {
        pa::cli::print(found.url);
        return Exit::yes;
    }
    std::string others = pa::tunnel::describe(found.strangers);
    return Error{pa::Errc::no, fmt::format("no {} tunnel to port {}{}{}", provider.name(), port,
                                           others.empty() ? "" : "; there is ", others)};
}

Result<Exit> keep(pa::tunnel::Provider& provider, pa::net::Http& http) {
    pa::cli::Waiter waiter(pa::cli::Waiter::Signals::take);
    bool reader_gone = false;
    pa::tunnel::Keeper keeper(
        provider, http,
        {[&](const std::string& url) { reader_gone = !pa::cli::print(url); }, pa::cli::say});
    while (!reader_gone) {
        if (std::chrono::steady_clock::now() >= keeper.next())
            if (auto ok = keeper.step(std::chrono::steady_clock::now()); !ok) return ok.error();
        auto woken = waiter.wait(keeper.next(), {keeper.child_out(), keeper.child_err()});
        if (woken.why == Why::readable) keeper.read_child(woken.fd);
        if (woken.why == Why::stopped || woken.why == Why::reader_gone) break;
    }
    keeper.stop();
    return Exit::yes;
}

Result<Exit> run(const Options& o) {
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    auto w = wanted(o, *settings);
    if (!w) return w.error();
    pa::net::CurlHttp http;
    int port = w->port;
    auto provider = pa::tunnel::make_provider(o.provider, std::move(*w), http);
    if (!provider) return provider.error();
    return o.once ? look_once(**provider, port) : keep(**provider, http);
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-tunnel",
         "Find or start the public tunnel to the local port; print its URL when it works.",
         "Examples:\n"
         "  pa-tunnel --port 8082 | pa-webhook-sync | pa-bridge --port 8082 --public-url -\n"
         "  pa-tunnel --once               the URL of the tunnel that runs, or status 1\n"
         "  pa-tunnel --provider cloudflared"},
        argc, argv, declare, run);
}
