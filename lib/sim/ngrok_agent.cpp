#include "sim/ngrok_agent.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.hpp"
#include "json/writer.hpp"

namespace pa::sim {

namespace {

constexpr std::string_view kTunnels = "/api/tunnels", kEndpoints = "/api/endpoints";

HttpResponse json_answer(int status, const json::Writer& w) {
    return {status, {{"Content-Type", "application/json"}}, w.str()};
}

HttpResponse refusal(int status, int code, std::string_view message, std::string_view details) {
    json::Writer w;
    w.object().member("error_code", code).member("status_code", status).member("msg", message);
    w.key("details").object().member("err", details).end().end();
    return json_answer(status, w);
}

HttpResponse not_found(std::string_view path) {
    return refusal(404, 100, "The requested resource was not found", path);
}

void write_counts(json::Writer& w, bool gauge) {
    w.object().member("count", 0);
    if (gauge) w.member("gauge", 0);
    for (const char* name : {"rate1", "rate5", "rate15", "p50", "p90", "p95", "p99"})
        w.member(name, 0);
    w.end();
}

void write_tunnel(json::Writer& w, const NgrokAgent::Tunnel& t) {
    w.object().member("name", t.name).member("uri", std::string(kTunnels) + "/" + t.name);
    w.member("public_url", t.public_url).member("proto", "https");
    w.key("config").object().member("addr", t.addr).member("inspect", true).end();
    w.key("metrics").object().key("conns");
    write_counts(w, true);
    w.key("http");
    write_counts(w, false);
    w.end().end();
}

void write_endpoint(json::Writer& w, const NgrokAgent::Tunnel& t) {
    w.object().member("name", t.name).member("uri", std::string(kEndpoints) + "/" + t.name);
    w.member("url", t.public_url);
    w.key("upstream").object().member("url", t.addr).member("protocol", "http1").end();
    w.member("inspect", true).member("pooling_enabled", false).end();
}

void write(json::Writer& w, const NgrokAgent::Tunnel& t, bool endpoint) {
    endpoint ? write_endpoint(w, t) : write_tunnel(w, t);
}

HttpResponse status_answer() {
    json::Writer w;
    w.object().member("status", "online").member("agent_version", "3.39.0").key("session").object();
    w.key("legs")
        .array()
        .object()
        .member("region", "ap")
        .member("latency", "1ms")
        .end()
        .end()
        .end();
    w.member("uri", "/api/status").end();
    return json_answer(200, w);
}

HttpResponse no_requests() {
    json::Writer w;
    w.object().member("uri", "/api/requests/http").key("requests").array().end().end();
    return json_answer(200, w);
}

bool local_host(std::string_view host) {
    Url url;
    return Url::parse("http://" + std::string(host), url) && url.loopback();
}

/// "/api/tunnels/name" -> "name"; "" for the collection itself.
std::optional<std::string_view> below(std::string_view path, std::string_view collection) {
    if (path == collection) return "";
    if (path.size() <= collection.size() + 1 || !path.starts_with(collection) ||
        path[collection.size()] != '/')
        return std::nullopt;
    return path.substr(collection.size() + 1);
}

}  // namespace

int port_of_address(std::string_view addr) {
    if (const auto slashes = addr.find("://"); slashes != std::string_view::npos)
        addr.remove_prefix(slashes + 3);
    if (const auto colon = addr.rfind(':'); colon != std::string_view::npos)
        addr.remove_prefix(colon + 1);
    int port = 0;
    auto [end, error] = std::from_chars(addr.data(), addr.data() + addr.size(), port);
    return error == std::errc() && end == addr.data() + addr.size() && port > 0 && port < 65536
               ? port
               : 0;
}

Result<NgrokAgent::Tunnel> NgrokAgent::start(const std::string& name, std::string_view addr) {
    const int port = port_of_address(addr);
    if (port == 0) return Error{Errc::data, "invalid port in " + std::string(addr)};
    auto same = [&](const Tunnel& t) { return t.name == name; };
    if (std::any_of(tunnels_.begin(), tunnels_.end(), same))
        return Error{Errc::data, "a tunnel named " + name + " already exists"};
    auto url = open_(name, port);
    if (!url) return url.error();
    tunnels_.push_back({name, std::move(*url), "http://localhost:" + std::to_string(port)});
    return tunnels_.back();
}

void NgrokAgent::set_url(const std::string& name, const std::string& url) {
    for (auto& t : tunnels_) {
        if (t.name == name) t.public_url = url;
    }
}

HttpResponse NgrokAgent::answer(const AgentRequest& request) {
    if (!local_host(request.host))
        return {403, {{"Content-Type", "text/plain"}}, "host not allowed\n"};
    if (request.path == "/api/status") return status_answer();
    if (request.path == "/api/requests/http" && request.method == "GET") return no_requests();
    for (const bool endpoints : {false, true}) {
        const auto name = below(request.path, endpoints ? kEndpoints : kTunnels);
        if (name && name->empty()) return collection(request, endpoints);
        if (name) return one(request, *name, endpoints);
    }
    return not_found(request.path);
}

HttpResponse NgrokAgent::collection(const AgentRequest& request, bool endpoints) {
    if (request.method == "POST") return create(request, endpoints);
    if (request.method != "GET") return {405, {}, ""};
    json::Writer w;
    w.object().key(endpoints ? "endpoints" : "tunnels").array();
    for (const auto& t : tunnels_) write(w, t, endpoints);
    w.end().member("uri", endpoints ? kEndpoints : kTunnels).end();
    return json_answer(200, w);
}

HttpResponse NgrokAgent::create(const AgentRequest& request, bool endpoints) {
    auto body = json::Document::parse(request.body);
    if (!body) return refusal(400, 102, "invalid request body", body.error().what);
    const auto root = body->root();
    const auto addr = endpoints ? root["upstream"]["url"].text() : root["addr"].text();
    auto tunnel = start(std::string(root["name"].text("command_line")), addr);
    if (!tunnel) {
        const bool service = tunnel.error().code == Errc::unavailable;
        return refusal(service ? 502 : 400, 103, "failed to start tunnel", tunnel.error().what);
    }
    json::Writer w;
    write(w, *tunnel, endpoints);
    return json_answer(201, w);
}

HttpResponse NgrokAgent::one(const AgentRequest& request, std::string_view name, bool endpoints) {
    auto same = [&](const Tunnel& t) { return t.name == name; };
    const auto t = std::find_if(tunnels_.begin(), tunnels_.end(), same);
    if (t == tunnels_.end()) return not_found(request.path);
    if (request.method == "DELETE") {
        close_(t->name);
        tunnels_.erase(t);
        return {204, {}, ""};
    }
    if (request.method != "GET") return {405, {}, ""};
    json::Writer w;
    write(w, *t, endpoints);
    return json_answer(200, w);
}

std::optional<std::string> ngrok_refusal(std::string_view token) {
    static const std::map<std::string, std::string, std::less<>> reasons = {
        {"105",
         "authentication failed: The authtoken you specified does not look like a proper ngrok "
         "authtoken."},
        {"107",
         "authentication failed: The authtoken you specified is properly formed, but it is "
         "invalid."},
        {"108",
         "authentication failed: Your account is limited to 1 simultaneous ngrok agent sessions."},
        {"120", "authentication failed: Your ngrok agent version is no longer supported."},
        {"121", "authentication failed: Your ngrok agent version is too old."},
        {"334", "failed to start tunnel: The endpoint 'https://localhost' is already online."},
        {"4018",
         "authentication failed: Usage of ngrok requires a verified account and authtoken."},
    };
    std::string_view code = token.empty() ? "4018" : token == "bad" ? "105" : "";
    if (token.starts_with("bad-")) code = token.substr(4);
    if (code.empty()) return std::nullopt;
    const auto reason = reasons.find(code);
    return (reason == reasons.end() ? "authentication failed" : reason->second) +
           "\r\n\r\nERR_NGROK_" + std::string(code) + "\r\n";
}

}  // namespace pa::sim
