#include "tunnel/probe.hpp"

#include <fmt/format.h>

#include "json/document.hpp"
#include "tunnel/ngrok.hpp"

namespace pa::tunnel {
namespace {

std::string nonce_in(const HttpResponse& answer) {
    if (answer.status != 200) return {};
    auto document = json::Document::parse(answer.body);
    return document ? std::string(document->root()["nonce"].text()) : std::string();
}

int ngrok_code(const HttpResponse& answer) {
    int code = ngrok_error_code(answer.header("ngrok-error-code"));
    return code != 0 || answer.status < 400 ? code : ngrok_error_code(answer.body);
}

}  // namespace

Probe read_probe(const HttpResponse& answer) {
    if (std::string nonce = nonce_in(answer); !nonce.empty())
        return {Probe::Outcome::bridge, nonce, {}};
    int code = ngrok_code(answer);
    // ngrok says 8012; cloudflared and tailscale answer a bare 502. 530 is Cloudflare's "no
    // tunnel".
    if (code == 8012 || (code == 0 && answer.status == 502))
        return {Probe::Outcome::nothing_listens, {}, {}};
    if (code != 0) return {Probe::Outcome::unreachable, {}, explain_ngrok(code).sentence};
    if (answer.status == 530 || answer.status == 503 || answer.status == 504)
        return {Probe::Outcome::unreachable, {}, fmt::format("HTTP {}", answer.status)};
    return {Probe::Outcome::other,
            {},
            fmt::format("HTTP {} from something that is not pa-bridge", answer.status)};
}

Probe probe(net::Http& http, const std::string& base, std::chrono::milliseconds timeout) {
    HttpRequest request;
    request.url = base + "/healthz";
    request.timeout = timeout;
    request.headers = {{"User-Agent", "phone-agent/1"}, {"ngrok-skip-browser-warning", "1"}};
    auto answer = http.send(request);
    if (!answer) return {Probe::Outcome::unreachable, {}, answer.error().what};
    return read_probe(*answer);
}

}  // namespace pa::tunnel
