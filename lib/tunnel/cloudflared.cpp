#include "tunnel/cloudflared.hpp"

#include <fmt/format.h>

#include "base/http_message.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "tunnel/probe.hpp"

namespace pa::tunnel {
namespace {

constexpr int first_metrics_port = 20241, last_metrics_port = 20245;

/// The first https://<name>.trycloudflare.com, unless it is the service's own api.
std::string quick_url(std::string_view line) {
    constexpr std::string_view start = "https://", domain = ".trycloudflare.com";
    for (std::size_t at = line.find(start); at != std::string_view::npos;
         at = line.find(start, at + 1)) {
        std::string_view host = line.substr(at + start.size());
        std::size_t length = 0;
        while (length < host.size() && (is_ascii_alnum(host[length]) || host[length] == '-'))
            ++length;
        if (length > 0 && host.substr(length).starts_with(domain) &&
            host.substr(0, length) != "api")
            return fmt::format("{}{}{}", start, host.substr(0, length), domain);
    }
    return {};
}

std::string metrics_address(std::string_view text) {
    constexpr std::string_view mark = "Starting metrics server on ";
    std::size_t at = text.find(mark);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + mark.size());
    return std::string(text.substr(0, text.find_first_of("/ \"")));
}

}  // namespace

std::string read_quicktunnel(std::string_view body) {
    auto document = json::Document::parse(body);
    if (!document) return {};
    std::string_view host = document->root()["hostname"].text();
    Url url;
    const std::string base = fmt::format("https://{}", host);
    const bool plain = Url::parse(base, url) && url.origin() == base;
    return plain ? base : std::string();
}

CloudflaredLine read_cloudflared_line(std::string_view line) {
    std::string message(line);
    bool failed = line.find(" ERR ") != std::string_view::npos;
    if (line.starts_with('{')) {
        if (auto document = json::Document::parse(line); document) {
            json::Value root = document->root();
            message = fmt::format("{} {}", root["message"].text(), root["error"].text());
            failed = root["level"].text() == "error" || root["level"].text() == "fatal";
        }
    } else if (failed) {
        message = message.substr(message.find(" ERR ") + 5);
    }
    CloudflaredLine out;
    out.metrics_address = metrics_address(message);
    out.url = quick_url(message);
    if (failed) out.error = std::string(trim(message));
    return out;
}

Cloudflared::Cloudflared(Wanted wanted, net::Http& http)
    : wanted_(std::move(wanted)), http_(http) {}

std::string Cloudflared::quicktunnel(const std::string& metrics) {
    HttpRequest request;
    request.url = fmt::format("http://{}/quicktunnel", metrics);
    request.timeout = std::chrono::seconds(2);
    auto answer = http_.send(request);
    return answer && answer->status == 200 ? read_quicktunnel(answer->body) : std::string();
}

std::string Cloudflared::nonce_at(const std::string& base) {
    Probe probe = tunnel::probe(http_, base);
    return probe.nonce;
}

Finding Cloudflared::look_at_ours() {
    Finding found{quicktunnel(metrics_address_), metrics_address_, {}};
    if (found.url.empty()) found.url = url_;
    return found;
}

Finding Cloudflared::look() {
    if (!metrics_address_.empty() || !url_.empty()) return look_at_ours();
    Finding found;
    for (int port = first_metrics_port; port <= last_metrics_port; ++port) {
        std::string metrics = fmt::format("127.0.0.1:{}", port), url = quicktunnel(metrics);
        if (url.empty()) continue;
        if (url != known_) {
            std::string here = nonce_at(fmt::format("http://127.0.0.1:{}", wanted_.port));
            if (!here.empty() && nonce_at(url) == here) known_ = url;
        }
        if (url == known_) return {url, metrics, {}};
        found.strangers.push_back({url, "a port it does not tell", metrics, 0});
    }
    return found;
}

ChildOptions Cloudflared::command() const {
    ChildOptions child;
    child.argv = {"cloudflared", "tunnel", "--no-autoupdate", "--url",
                  fmt::format("http://127.0.0.1:{}", wanted_.port)};
    child.pipe_stdin = child.pipe_stdout = child.pipe_stderr = true;
    return child;
}

std::optional<Trouble> Cloudflared::read_line(std::string_view line) {
    CloudflaredLine told = read_cloudflared_line(line);
    if (!told.metrics_address.empty()) metrics_address_ = told.metrics_address;
    if (!told.url.empty()) url_ = told.url;
    if (told.error.empty()) return std::nullopt;
    return Trouble{fmt::format("cloudflared: {}", told.error)};
}

void Cloudflared::child_ended() {
    metrics_address_.clear();
    url_.clear();
}

std::string_view Cloudflared::install_hint() const {
    return "install it: brew install cloudflared, or the package of "
           "https://github.com/cloudflare/cloudflared/releases";
}

}  // namespace pa::tunnel
