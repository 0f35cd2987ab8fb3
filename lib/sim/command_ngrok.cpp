#include <fmt/format.h>

#include "cli/console.hpp"
#include "config/directory.hpp"
#include "json/writer.hpp"
#include "net/listening_socket.hpp"
#include "sim/commands.hpp"
#include "sim/ngrok_sim.hpp"
#include "sim/stop_switch.hpp"
#include "sim/tunnel_program.hpp"

namespace pa::sim {

namespace {

Result<std::vector<Fault>> faults_of(const std::string& scenario) {
    if (scenario.empty()) return std::vector<Fault>{};
    auto share = config::share_directory();
    if (!share) return share.error();
    auto loaded = Scenario::load(scenario, *share);
    if (!loaded) return loaded.error();
    return std::move(loaded->faults);
}

std::string or_default(const std::string& folder) {
    return folder.empty() ? default_certificate_folder() : folder;
}

/// What is forwarded to; if any will do, one that is kept for the bridge that is to listen there.
struct LocalPort {
    int number = 0;
    Fd kept;
};

LocalPort local_port(int wanted) {
    if (wanted != 0) return {wanted, Fd()};
    auto reserved = net::reserve_port();
    if (!reserved) return {};
    const int number = net::port_of(reserved->get());
#ifdef __linux__
    return {number, std::move(*reserved)};
#else
    return {number, Fd()};  // elsewhere nobody else could listen there
#endif
}

}  // namespace

Status run_ngrok_command(const NgrokCommand& command) {
    StopSwitch stop;
    auto faults = faults_of(command.scenario);
    if (!faults) return faults.error();
    auto certificates = make_test_certificates(or_default(command.certificates));
    if (!certificates) return certificates.error();
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    LocalPort local = local_port(command.local_port);
    if (local.number == 0) return Error{Errc::io, "no local port is free"};

    NgrokOptions o;
    o.certificates = *certificates;
    o.api_port = command.api_port;
    o.public_port = command.public_port;
    o.faults = std::move(*faults);
    bool ready = false;
    o.tell = [&ready](std::string_view json) {
        if (ready) cli::print(json);
    };
    auto sim = NgrokSim::start(**loop, std::move(o));
    if (!sim) return sim.error();
    auto tunnel = (*sim)->agent().start("command_line", std::to_string(local.number));
    if (!tunnel) return tunnel.error();
    json::Writer w;
    w.object()
        .member("event", "ready")
        .member("url", fmt::format("http://127.0.0.1:{}", (*sim)->api_port()))
        .member("local_port", local.number);
    w.member("public_url", tunnel->public_url).member("ca_file", certificates->ca_file).end();
    cli::print(w.view());
    ready = true;
    stop.run(**loop);
    return Done{};
}

Status run_certificates_command(const std::string& folder) {
    auto c = make_test_certificates(or_default(folder));
    if (!c) return c.error();
    json::Writer w;
    w.object().member("ca_file", c->ca_file).member("certificate_file", c->certificate_file);
    cli::print(w.member("key_file", c->key_file).end().view());
    return Done{};
}

}  // namespace pa::sim
