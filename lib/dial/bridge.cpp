#include "dial/bridge.hpp"

#include <fmt/format.h>

#include "json/document.hpp"
#include "json/writer.hpp"
#include "tunnel/probe.hpp"

namespace pa::dial {
namespace {

Error unexpected(const char* what, const HttpResponse& answer) {
    return {answer.status >= 500 ? Errc::later : Errc::unavailable,
            fmt::format("the bridge refused {}: HTTP {}", what, answer.status)};
}

std::optional<int> number_or_none(json::Value v) {
    if (!v.is_number()) return std::nullopt;
    return static_cast<int>(v.integer());
}

CallState read_state(json::Value root) {
    CallState state;
    state.status = root["status"].text();
    state.answered_by = root["answered_by"].text();
    state.sip_code = number_or_none(root["sip_code"]);
    state.duration_s = number_or_none(root["duration_s"]);
    if (root["acknowledged"].is_bool()) state.acknowledged = root["acknowledged"].boolean();
    state.log = root["log"].text();
    state.held = root["held"].boolean();
    return state;
}

}  // namespace

Result<HttpResponse> Bridge::ask(std::string method, const std::string& path, std::string body) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = "http://bridge" + path;
    request.unix_socket = socket_;
    request.timeout = std::chrono::seconds(5);
    if (!body.empty()) request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return http_.send(request);
}

Result<Bridge::Info> Bridge::status() {
    auto answer = ask("GET", "/status");
    if (!answer)
        return Error{Errc::later, fmt::format("no bridge answers at {}: start pa-bridge", socket_)};
    if (answer->status != 200) return unexpected("its status", *answer);
    auto document = json::Document::parse(answer->body);
    if (!document) return document.error().in("status of the bridge");
    Info info{std::string(document->root()["nonce"].text()),
              std::string(document->root()["public_url"].text())};
    if (info.public_url.empty())
        return Error{Errc::later,
                     "the bridge has no public URL yet: start pa-tunnel, or set PUBLIC_URL"};
    return info;
}

Status Bridge::check_public(const Info& info) {
    tunnel::Probe probe = tunnel::probe(http_, info.public_url, std::chrono::seconds(10));
    if (probe.outcome == tunnel::Probe::Outcome::bridge && probe.nonce == info.nonce) return Done{};
    std::string why = probe.outcome == tunnel::Probe::Outcome::bridge
                          ? "another bridge answers there"
                      : probe.outcome == tunnel::Probe::Outcome::nothing_listens
                          ? "the tunnel leads to a port where nothing listens"
                          : probe.detail;
    return Error{Errc::later, fmt::format("no working bridge behind {}: {} (no call was made)",
                                          info.public_url, why)};
}

Result<std::string> Bridge::announce(const Matter& matter) {
    json::Writer w;
    w.start().object();
    write_matter(w, matter);
    auto answer = ask("POST", "/dials", w.end().str());
    if (!answer) return answer.error().in("handing the call to the bridge");
    if (answer->status != 201) return unexpected("what the call is about", *answer);
    auto document = json::Document::parse(answer->body);
    if (!document) return document.error().in("answer of the bridge");
    return std::string(document->root()["id"].text());
}

Status Bridge::bind(const std::string& id, const std::string& call_sid) {
    json::Writer w;
    w.start().object().member("call_sid", call_sid).end();
    auto answer = ask("POST", "/dials/" + url_encode(id), w.str());
    if (!answer) return answer.error();
    if (answer->status != 204 && answer->status != 200)
        return unexpected("the call's SID", *answer);
    return Done{};
}

Status Bridge::withdraw(const std::string& id) {
    auto answer = ask("DELETE", "/dials/" + url_encode(id));
    if (!answer) return answer.error();
    return Done{};
}

Result<std::optional<CallState>> Bridge::call(const std::string& call_sid) {
    auto answer = ask("GET", "/calls/" + url_encode(call_sid));
    if (!answer) return answer.error();
    if (answer->status == 404) return std::optional<CallState>();
    if (answer->status != 200) return unexpected("the call's state", *answer);
    auto document = json::Document::parse(answer->body);
    if (!document) return document.error().in("answer of the bridge");
    return std::optional(read_state(document->root()));
}

}  // namespace pa::dial
