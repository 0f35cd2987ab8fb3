#include "tunnel/tailscale.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::tunnel {
namespace {

/// "host.tailnet.ts.net:443" as the base of a URL; 443 is not written.
std::string public_base(std::string_view host_port) {
    if (host_port.ends_with(":443")) host_port.remove_suffix(4);
    return fmt::format("https://{}", host_port);
}

void add_offers(json::Value config, std::vector<Offer>& out) {
    config["Web"].for_each_member([&](std::string_view host_port, json::Value web) {
        std::string_view proxy = web["Handlers"]["/"]["Proxy"].text();
        if (proxy.empty() || !config["AllowFunnel"][host_port].boolean()) return;
        out.push_back({public_base(host_port), std::string(proxy), "tailscaled", port_of(proxy)});
    });
}

/// Output of a short command; stopped after 5 s.
Result<std::string> output_of(const std::vector<std::string>& argv) {
    ChildOptions options;
    options.argv = argv;
    options.pipe_stdout = true;
    auto child = ChildProcess::start(options);
    if (!child) return child.error();
    std::string out;
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        pollfd watched{child->out.get(), POLLIN, 0};
        int ready = left.count() > 0 ? ::poll(&watched, 1, static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return Error{Errc::later, fmt::format("{} does not answer", argv.at(0))};
        char buffer[4096];
        ssize_t n = ::read(child->out.get(), buffer, sizeof buffer);
        if (n <= 0) break;
        out.append(buffer, static_cast<std::size_t>(n));
    }
    child->stop();  // nothing, if it has ended as it should
    return out;
}

}  // namespace

Result<std::vector<Offer>> read_serve_status(std::string_view body) {
    auto document = json::Document::parse(body);
    if (!document) return document.error().in("tailscale funnel status");
    std::vector<Offer> out;
    json::Value root = document->root();
    add_offers(root, out);
    root["Foreground"].for_each_member(
        [&](std::string_view, json::Value session) { add_offers(session, out); });
    return out;
}

std::optional<Trouble> explain_tailscale(std::string_view line) {
    auto says = [&](std::string_view part) { return line.find(part) != std::string_view::npos; };
    if (says("HTTPS must be enabled"))
        return Trouble{
            "the tailnet has no HTTPS certificates: switch them on at "
            "https://login.tailscale.com/admin/dns",
            Errc::config};
    if (says("node attribute not set") || says("Funnel not available"))
        return Trouble{
            "this machine may not use funnel: give it the node attribute \"funnel\" at "
            "https://login.tailscale.com/admin/acls",
            Errc::config};
    if (says("is not allowed for funnel"))
        return Trouble{"funnel serves ports 443, 8443 and 10000 only", Errc::config};
    if (says("Logged out") || says("NeedsLogin"))
        return Trouble{"tailscale is logged out: run tailscale up", Errc::credentials};
    if (says("failed to connect to local tailscale") || says("doesn't appear to be running"))
        return Trouble{"tailscaled is not running: start it"};
    return std::nullopt;
}

Tailscale::Tailscale(Wanted wanted, Ask ask) : wanted_(std::move(wanted)), ask_(std::move(ask)) {
    if (!ask_) ask_ = [] { return output_of({"tailscale", "funnel", "status", "--json"}); };
}

Finding Tailscale::look() {
    auto body = ask_();
    if (!body) return {};
    auto offers = read_serve_status(*body);
    return offers ? choose(*offers, wanted_) : Finding{};
}

ChildOptions Tailscale::command() const {
    ChildOptions child;
    child.argv = {"tailscale", "funnel", "--yes", std::to_string(wanted_.port)};
    child.pipe_stdin = child.pipe_stdout = child.pipe_stderr = true;
    return child;
}

std::string_view Tailscale::install_hint() const {
    return "install it: https://tailscale.com/download";
}

}  // namespace pa::tunnel
