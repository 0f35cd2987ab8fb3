#include "tunnel/provider.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/http_message.hpp"
#include "tunnel/cloudflared.hpp"
#include "tunnel/ngrok.hpp"
#include "tunnel/tailscale.hpp"

namespace pa::tunnel {
namespace {

bool usable(const Url& url) {
    return url.scheme == "https" || (url.scheme == "http" && url.loopback());
}

bool is_ours(const Offer& offer, const Url& url, const Wanted& wanted) {
    return offer.port == wanted.port && usable(url) &&
           (wanted.host.empty() || url.host == wanted.host);
}

}  // namespace

Result<std::unique_ptr<Provider>> make_provider(std::string_view name, Wanted wanted,
                                                net::Http& http) {
    std::unique_ptr<Provider> provider;
    if (name == "ngrok")
        provider = std::make_unique<Ngrok>(std::move(wanted), http);
    else if (name == "cloudflared")
        provider = std::make_unique<Cloudflared>(std::move(wanted), http);
    else if (name == "tailscale")
        provider = std::make_unique<Tailscale>(std::move(wanted));
    else
        return Error{Errc::usage,
                     fmt::format("no provider \"{}\": ngrok, cloudflared or tailscale", name)};
    return provider;
}

Finding choose(const std::vector<Offer>& offers, const Wanted& wanted) {
    Finding found;
    for (const Offer& offer : offers) {
        if (offer.url.empty()) continue;  // coming up: the next look will tell
        Url url;
        if (!Url::parse(offer.url, url)) continue;
        if (!is_ours(offer, url, wanted)) {
            if (offer.port != wanted.port || usable(url)) found.strangers.push_back(offer);
        } else if (found.url.empty() || (url.secure() && !found.url.starts_with("https"))) {
            found.url = url.origin();
            found.where = offer.where;
        }
    }
    return found;
}

std::string describe(const std::vector<Offer>& offers) {
    std::string out;
    for (const Offer& offer : offers)
        out += fmt::format("{}{} -> {} (agent at {})", out.empty() ? "" : ", ", offer.url,
                           offer.upstream, offer.where);
    return out;
}

int port_of(std::string_view address) {
    int port = 0;
    auto [end, error] = std::from_chars(address.data(), address.data() + address.size(), port);
    if (error == std::errc{} && end == address.data() + address.size()) return port;
    Url url;
    bool has_scheme = address.find("://") != std::string_view::npos;
    if (!Url::parse(has_scheme ? std::string(address) : "http://" + std::string(address), url))
        return 0;
    return url.effective_port();
}

}  // namespace pa::tunnel
