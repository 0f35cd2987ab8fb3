#include "sim/ngrok_sim.hpp"

#include "json/writer.hpp"

namespace pa::sim {

namespace {

std::string refusal_body(int status, const Fault& fault) {
    json::Writer w;
    w.object().member("error_code", 103).member("status_code", status).member("msg", "scripted");
    w.key("details")
        .object()
        .member("err", "ERR_NGROK_" + (fault.code.empty() ? "9000" : fault.code))
        .end()
        .end();
    return w.str();
}

}  // namespace

NgrokSim::NgrokSim(net::EventLoop& loop, NgrokOptions options)
    : loop_(loop),
      options_(std::move(options)),
      faults_(options_.faults),
      answers_(loop, refusal_body),
      agent_([this](const std::string& name, int port) { return open(name, port); },
             [this](const std::string& name) { sides_.erase(name); }) {}

Result<std::unique_ptr<NgrokSim>> NgrokSim::start(net::EventLoop& loop, NgrokOptions options) {
    std::unique_ptr<NgrokSim> sim(new NgrokSim(loop, std::move(options)));
    if (auto listening = sim->listen(); !listening) return listening.error();
    return sim;
}

Status NgrokSim::listen() {
    Error last{Errc::io, "no port"};
    for (int i = 0; i < (options_.api_search ? 10 : 1); ++i) {
        net::ServerOptions o;
        o.port = options_.api_port == 0 ? 0 : options_.api_port + i;
        o.headers = {"host"};
        auto server = net::Server::listen(
            loop_, std::move(o),
            [this](const auto& request, auto responder) { serve(request, responder); });
        if (server) {
            server_ = std::move(*server);
            return Done{};
        }
        last = server.error();
    }
    return last;
}

Result<std::string> NgrokSim::open(const std::string& name, int local_port) {
    auto side = std::make_unique<PublicSide>(
        options_.certificates, local_port, [this](bool upgrade) { return tunnel_fault(upgrade); });
    auto url = side->open(sides_.empty() ? options_.public_port : 0);
    if (!url) return Error{Errc::unavailable, url.error().what + " ERR_NGROK_334"};
    sides_[name] = std::move(side);
    tell("tunnel", name, *url);
    return url;
}

/// On a connection's thread.
std::optional<Fault> NgrokSim::tunnel_fault(bool upgrade) {
    auto fault = faults_.next("ngrok.tunnel");
    if (!fault && upgrade) fault = faults_.next("ngrok.socket");
    if (!fault || fault->what != "change") return fault;
    loop_.post([this] {
        if (!sides_.empty()) (void)change(sides_.begin()->first);
    });
    return std::nullopt;
}

Result<std::string> NgrokSim::change(const std::string& name) {
    const auto side = sides_.find(name);
    if (side == sides_.end()) return Error{Errc::no, "no tunnel named " + name};
    auto url = side->second->change();
    if (!url) return url;
    agent_.set_url(name, *url);
    tell("changed", name, *url);
    return url;
}

void NgrokSim::serve(const net::ServerRequest& request, const net::Responder& responder) {
    auto send = [responder](const HttpResponse& r) {
        std::string_view type = r.header("content-type");
        responder.answer(r.status, type.empty() ? "text/plain" : type, r.body);
    };
    if (request.path.starts_with("/sim/")) return send(control(request));
    const auto fault = faults_.next("ngrok.api");
    if (fault && fault->what == "change" && !sides_.empty()) (void)change(sides_.begin()->first);
    answers_.answer(
        fault, responder,
        [this, send,
         ask = AgentRequest{request.method, request.path, std::string(request.header("host")),
                            request.body}] { send(agent_.answer(ask)); });
}

HttpResponse NgrokSim::control(const net::ServerRequest& request) {
    std::string name = sides_.empty() ? "" : sides_.begin()->first;
    if (auto body = json::Document::parse(request.body); body)
        name = body->root()["name"].text(name);
    const auto side = sides_.find(name);
    if (request.method != "POST" || side == sides_.end()) return {404, {}, ""};
    if (request.path == "/sim/change") {
        auto url = change(name);
        return url ? HttpResponse{200, {}, *url + "\n"} : HttpResponse{500, {}, url.error().what};
    }
    if (request.path != "/sim/offline" && request.path != "/sim/online") return {404, {}, ""};
    side->second->set_offline(request.path == "/sim/offline");
    tell(request.path.substr(5), name, side->second->url());
    return {204, {}, ""};
}

void NgrokSim::tell(std::string_view what, const std::string& name, const std::string& url) {
    if (!options_.tell) return;
    json::Writer w;
    w.object().member("event", what).member("name", name).member("url", url).end();
    options_.tell(w.view());
}

}  // namespace pa::sim
