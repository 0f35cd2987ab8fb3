#include "bridge/live_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "report/shipped_page.hpp"

namespace pa::bridge {
namespace {

constexpr std::string_view cookie_name = "pa_live";

std::string secret() { return hex(random_bytes(16)); }

/// What the browser is told of everything that we send.
Headers guards() {
    return {{"cache-control", "no-store"},
            {"content-security-policy", "frame-ancestors 'none'"},
            {"cross-origin-opener-policy", "same-origin"},
            {"cross-origin-resource-policy", "same-origin"},
            {"referrer-policy", "no-referrer"},
            {"x-content-type-options", "nosniff"},
            {"x-frame-options", "DENY"}};
}

void answer(const net::Responder& responder, int status, std::string_view type,
            std::string_view body) {
    responder.answer(status, type, body, guards());
}

void refuse(const net::Responder& responder, std::string_view why) {
    answer(responder, 403, "text/plain; charset=utf-8",
           fmt::format("{}: ask for a new address with pa-bridge ctl page\n", why));
}

/// Those of our name, in one Cookie header.
std::vector<std::string_view> cookies_in(std::string_view header) {
    std::vector<std::string_view> out;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        std::string_view one = header.substr(0, end);
        header.remove_prefix(std::min(header.size(), end + 1));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(cookie_name) && one.substr(cookie_name.size()).starts_with('='))
            out.push_back(one.substr(cookie_name.size() + 1));
    }
    return out;
}

std::size_t number(std::string_view text) {
    std::size_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

}  // namespace

LivePage::LivePage(net::EventLoop& loop, LiveCalls& calls)
    : loop_(loop),
      calls_(calls),
      page_(report::shipped_page("live")),
      base_("/" + secret() + "/"),
      idle_(loop, [this] { close(); }) {}

Result<std::string> LivePage::open() {
    if (!page_) return page_.error();
    if (!server_) {
        net::ServerOptions options;  // 127.0.0.1, a port that the kernel chooses
        options.headers = {"host", "origin", "sec-fetch-site", "cookie", "content-type"};
        options.max_body = 16U << 10U;
        auto server = net::Server::listen(
            loop_, options, [this](const auto& r, const auto& a) { on_request(r, a); });
        if (!server) return server.error();
        server_ = std::move(*server);
    }
    idle_.arm(std::chrono::milliseconds(idle));
    const net::TimePoint now = loop_.now();
    std::erase_if(tokens_, [now](const auto& t) { return t.second <= now; });
    std::string token = secret();
    tokens_[token] = now + token_life;
    return fmt::format("http://127.0.0.1:{}/?token={}", server_->port(), token);
}

void LivePage::close() {
    idle_.disarm();
    tokens_.clear();
    sessions_.clear();
    server_.reset();
}

/// "" if it may be one of ours: sent to our address, by no page but ours.
std::string_view LivePage::flaw_of(const net::ServerRequest& request) const {
    const std::string_view host = request.header("host"), origin = request.header("origin"),
                           site = request.header("sec-fetch-site");
    const bool ours = host == fmt::format("127.0.0.1:{}", server_->port()) ||
                      host == fmt::format("localhost:{}", server_->port());
    if (!ours) return "not for this address";
    const bool changes = request.method != "GET";
    if (changes && request.method != "POST") return "no such method";
    if (origin.empty() ? changes : origin != fmt::format("http://{}", host))
        return "not from this page";
    if (!site.empty() && site != "same-origin" && (changes || site != "none"))
        return "not from this page";
    if (changes && request.header("content-type") != "application/json") return "not JSON";
    return {};
}

bool LivePage::known(const net::ServerRequest& request) const {
    bool found = false;
    for (std::string_view cookie : cookies_in(request.header("cookie")))
        for (const std::string& session : sessions_)
            found = equal_constant_time(cookie, session) || found;
    return found;
}

void LivePage::on_request(const net::ServerRequest& request, const net::Responder& responder) {
    if (std::string_view flaw = flaw_of(request); !flaw.empty()) return refuse(responder, flaw);
    if (request.path == "/" && request.method == "GET") return exchange(request, responder);
    if (!std::string_view(request.path).starts_with(base_) || !known(request))
        return refuse(responder, "not let in");
    idle_.arm(std::chrono::milliseconds(idle));
    serve(std::string_view(request.path).substr(base_.size()), request, responder);
}

/// The token is in the browser's history; it is good for nothing there.
void LivePage::exchange(const net::ServerRequest& request, const net::Responder& responder) {
    auto token = tokens_.find(std::string(form_value(request.query, "token")));
    if (token == tokens_.end() || token->second <= loop_.now())
        return refuse(responder, "this address was used, or is too old");
    tokens_.erase(token);
    if (sessions_.size() == most_sessions) sessions_.erase(sessions_.begin());
    sessions_.push_back(secret());
    Headers headers = guards();
    headers.emplace_back("location", base_);
    headers.emplace_back("set-cookie", fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict",
                                                   cookie_name, sessions_.back(), base_));
    responder.answer(303, "text/plain", "", headers);
}

void LivePage::serve(std::string_view path, const net::ServerRequest& request,
                     const net::Responder& responder) {
    constexpr std::string_view calls = "calls/";
    if (request.method == "POST") {
        if (!path.starts_with(calls)) return answer(responder, 404, "text/plain", "not found\n");
        return calls_.command(path.substr(calls.size()), request, responder);
    }
    if (path.empty()) return answer(responder, 200, "text/html; charset=utf-8", *page_);
    if (path == "state")
        return calls_.live_json(form_value(request.query, "call"),
                                number(form_value(request.query, "known")),
                                [responder](const std::string& state) {
                                    answer(responder, 200, "application/json", state);
                                });
    if (path == "metrics")
        return calls_.metrics_text([responder](const std::string& text) {
            answer(responder, 200, "text/plain; version=0.0.4", text);
        });
    answer(responder, 404, "text/plain", "not found\n");
}

}  // namespace pa::bridge
