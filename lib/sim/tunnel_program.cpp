#include "sim/tunnel_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/file.hpp"
#include "base/wall_time.hpp"
#include "cli/console.hpp"
#include "config/directory.hpp"
#include "json/writer.hpp"
#include "sim/ngrok_sim.hpp"
#include "sim/stop_switch.hpp"

namespace pa::sim {

namespace {

std::string environment(const char* name, std::string otherwise = {}) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::move(otherwise) : std::string(value);
}

int port_from(const char* name) { return port_of_address(environment(name)); }

std::string temporary_folder() {
    return fmt::format("{}/pa-sim-{}", environment("TMPDIR", "/tmp"), getuid());
}

/// The value of --name=value or --name value, or "".
std::string option(const std::vector<std::string_view>& arguments, std::string_view name) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == name && i + 1 < arguments.size()) return std::string(arguments[i + 1]);
        if (arguments[i].starts_with(name) && arguments[i].substr(name.size()).starts_with('='))
            return std::string(arguments[i].substr(name.size() + 1));
    }
    return {};
}

bool has(const std::vector<std::string_view>& arguments, std::string_view word) {
    return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
}

struct World {
    std::unique_ptr<StopSwitch> stop_switch = std::make_unique<StopSwitch>();
    std::unique_ptr<net::EventLoop> loop;
    TestCertificates certificates;
    std::vector<Fault> faults;
};

Result<World> make_world() {
    World w;
    if (const auto scenario = environment("PA_SIM_SCENARIO"); !scenario.empty()) {
        auto share = config::share_directory();
        if (!share) return share.error();
        auto loaded = Scenario::load(scenario, *share);
        if (!loaded) return loaded.error();
        w.faults = loaded->faults;
    }
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    w.loop = std::move(*loop);
    auto certificates =
        make_test_certificates(environment("PA_SIM_CERTIFICATES", default_certificate_folder()));
    if (!certificates) return certificates.error();
    w.certificates = std::move(*certificates);
    return w;
}

// --- ngrok ---

/// A line of the agent's log in the form that was asked for.
class NgrokLog {
public:
    explicit NgrokLog(const std::vector<std::string_view>& arguments)
        : on_(option(arguments, "--log") == "stdout"),
          json_(option(arguments, "--log-format") == "json") {}

    void line(std::string_view level, std::string_view message, const Form& fields) const {
        if (!on_) return;
        Form all{{"t", to_iso(wall_now(), false)},
                 {"lvl", std::string(level)},
                 {"msg", std::string(message)}};
        all.insert(all.end(), fields.begin(), fields.end());
        cli::print(json_ ? as_json(all) : as_logfmt(all));
    }

private:
    static std::string as_json(const Form& fields) {
        json::Writer w;
        w.object();
        for (const auto& [name, value] : fields) w.member(name, value);
        return w.end().str();
    }
    static std::string as_logfmt(const Form& fields) {
        std::string out;
        for (const auto& [name, value] : fields) {
            const bool quote = value.find_first_of(" \r\n") != std::string::npos;
            out += fmt::format("{}{}={}", out.empty() ? "" : " ", name,
                               quote ? fmt::format("\"{}\"", value) : value);
        }
        return out;
    }
    bool on_, json_;
};

int ngrok_fails(const NgrokLog& log, std::string_view why) {
    log.line("eror", "failed to reconnect session",
             {{"obj", "tunnels.session"}, {"err", std::string(why)}});
    log.line("crit", "command failed", {{"err", std::string(why)}});
    fmt::print(stderr, "ERROR:  {}\n", why);
    return 1;
}

Result<std::string> ngrok_token(const std::vector<std::string_view>& arguments) {
    auto token = option(arguments, "--authtoken");
    return token.empty() ? environment("NGROK_AUTHTOKEN") : token;
}

int run_ngrok(const std::vector<std::string_view>& arguments) {
    const NgrokLog log(arguments);
    if (arguments.size() < 2 || arguments[0] != "http") {
        fmt::print(stderr, "ERROR:  usage: ngrok http PORT\n");
        return 1;
    }
    if (const auto why = ngrok_refusal(*ngrok_token(arguments)); why) return ngrok_fails(log, *why);
    auto world = make_world();
    if (!world) return ngrok_fails(log, world.error().what);

    NgrokOptions o;
    o.certificates = world->certificates;
    o.faults = world->faults;
    o.public_port = port_from("PA_SIM_PUBLIC_PORT");
    o.api_port = port_from("PA_SIM_NGROK_API_PORT");
    o.api_search = o.api_port == 0;
    if (o.api_search) o.api_port = 4040;
    if (const auto url = option(arguments, "--url"); !url.empty())
        o.public_port = port_of_address(url);
    o.tell = [&log](std::string_view json) {
        auto event = json::Document::parse(json);
        if (event) log.line("info", "tunnel " + std::string(event->root()["event"].text()), {});
    };
    log.line("info", "no configuration paths supplied", {});
    auto sim = NgrokSim::start(*world->loop, std::move(o));
    if (!sim) return ngrok_fails(log, sim.error().what);
    log.line("info", "starting web service",
             {{"obj", "web"}, {"addr", fmt::format("127.0.0.1:{}", (*sim)->api_port())}});
    const auto name = option(arguments, "--name");
    auto tunnel = (*sim)->agent().start(name.empty() ? "command_line" : name, arguments[1]);
    if (!tunnel) return ngrok_fails(log, tunnel.error().what);
    log.line("info", "started tunnel",
             {{"obj", "tunnels"},
              {"name", tunnel->name},
              {"addr", tunnel->addr},
              {"url", tunnel->public_url}});
    world->stop_switch->run(*world->loop);
    return 0;
}

// --- cloudflared ---

int run_cloudflared(const std::vector<std::string_view>& arguments) {
    const int port = port_of_address(option(arguments, "--url"));
    auto world = make_world();
    if (!world || port == 0 || !has(arguments, "tunnel")) {
        fmt::print(
            stderr, "ERR {}\n",
            world ? "usage: cloudflared tunnel --url http://127.0.0.1:PORT" : world.error().what);
        return 1;
    }
    PublicSide side(world->certificates, port, {});
    auto url = side.open(port_from("PA_SIM_PUBLIC_PORT"));
    if (!url) return 1;
    net::ServerOptions o;
    o.port = port_of_address(option(arguments, "--metrics"));
    auto metrics = net::Server::listen(
        *world->loop, std::move(o), [&side](const auto& request, auto responder) {
            json::Writer w;
            if (request.path == "/quicktunnel") {
                w.object().member("hostname", fmt::format("localhost:{}", side.port())).end();
            } else if (request.path == "/ready") {
                w.object()
                    .member("status", 200)
                    .member("readyConnections", 1)
                    .member("connectorId", "sim")
                    .end();
            } else if (request.path == "/healthcheck") {
                return responder.answer(200, "text/plain", "OK\n");
            } else {
                return responder.answer(404, "text/plain", "");
            }
            responder.answer(200, "application/json", w.view());
        });
    if (!metrics) {
        fmt::print(stderr, "ERR {}\n", metrics.error().what);
        return 1;
    }
    const auto now = to_iso(wall_now(), false);
    fmt::print(stderr, "{} INF Your quick Tunnel has been created! Visit it at:\n", now);
    fmt::print(stderr, "{} INF |  {}  |\n", now, *url);
    fmt::print(stderr, "{} INF Starting metrics server on 127.0.0.1:{}/metrics\n", now,
               (*metrics)->port());
    world->stop_switch->run(*world->loop);
    return 0;
}

// --- tailscale ---

std::string funnel_file() {
    return environment("PA_SIM_STATE", temporary_folder()) + "/funnel.json";
}

std::string funnel_state(int public_port, int local_port) {
    const auto name = fmt::format("localhost:{}", public_port);
    json::Writer w;
    w.object().key("Foreground").object().key("sim").object();
    w.key("TCP")
        .object()
        .key(std::to_string(public_port))
        .object()
        .member("HTTPS", true)
        .end()
        .end();
    w.key("Web").object().key(name).object().key("Handlers").object().key("/").object();
    w.member("Proxy", fmt::format("http://127.0.0.1:{}", local_port)).end().end().end().end();
    w.key("AllowFunnel").object().member(name, true).end().end().end().end();
    return w.str();
}

int run_funnel(int local_port) {
    auto world = make_world();
    if (!world) return 1;
    PublicSide side(world->certificates, local_port, {});
    auto url = side.open(port_from("PA_SIM_PUBLIC_PORT"));
    if (!url || !make_directory(environment("PA_SIM_STATE", temporary_folder()))) return 1;
    if (!write_file(funnel_file(), funnel_state(side.port(), local_port))) return 1;
    fmt::print(
        "Available on the internet:\n\n{}/\n|-- proxy http://127.0.0.1:{}\n\nPress Ctrl+C to "
        "exit.\n",
        *url, local_port);
    std::fflush(stdout);
    world->stop_switch->run(*world->loop);
    unlink(funnel_file().c_str());
    return 0;
}

int run_tailscale(const std::vector<std::string_view>& arguments) {
    if (has(arguments, "status")) {
        if (!has(arguments, "funnel") && !has(arguments, "serve")) {
            fmt::print("{}\n", R"({"BackendState":"Running","Self":{"DNSName":"localhost."}})");
            return 0;
        }
        fmt::print("{}\n", read_file(funnel_file()).value_or("{}"));
        return 0;
    }
    const int port = arguments.empty() ? 0 : port_of_address(arguments.back());
    if (arguments.empty() || arguments[0] != "funnel" || port == 0) {
        fmt::print(stderr, "usage: tailscale funnel PORT\n");
        return 1;
    }
    return run_funnel(port);
}

}  // namespace

std::string default_certificate_folder() { return temporary_folder() + "/certificates"; }

bool is_tunnel_program(std::string_view name) {
    return name == "ngrok" || name == "cloudflared" || name == "tailscale";
}

int run_tunnel_program(std::string_view name, const std::vector<std::string_view>& arguments) {
    ::signal(SIGPIPE, SIG_IGN);
    if (name == "ngrok") return run_ngrok(arguments);
    return name == "cloudflared" ? run_cloudflared(arguments) : run_tailscale(arguments);
}

}  // namespace pa::sim
