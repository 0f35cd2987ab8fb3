// What the carrier, or anybody, asks on the public port.
#include <fmt/format.h>

#include <algorithm>

#include "bridge/front_desk.hpp"
#include "bridge/public_base.hpp"
#include "cli/console.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"
#include "twilio/signature.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t max_waiting_sockets = 64;

/// Path and query as the carrier asked for them and signed them. (A query that is written otherwise
/// than form_encode() writes it does not verify. No URL of ours has one.)
std::string target_of(const net::ServerRequest& request) {
    return request.query.empty() ? request.path : request.path + "?" + form_encode(request.query);
}

/// One socket too many: it may come again.
struct TurnedAway final : net::WsHandler {
    void opened(net::WsPeer& peer) override { peer.close(1013, "too many wait for their start"); }
    void text(std::span<char>) override {}
    void closed(std::uint16_t, std::string_view) override {}
};

}  // namespace

void FrontDesk::on_request(const net::ServerRequest& request, net::Responder responder) {
    auto asked = asked_for(request.path, public_base_);
    std::string_view what = asked ? asked->endpoint : std::string_view();
    if (what == "/healthz" && request.method == "GET") {
        json::Writer w;
        w.start().object().member("nonce", nonce_).end();
        return responder.answer(200, "application/json", w.view());
    }
    if (what == "/readyz" && request.method == "GET") {
        bool ready = !draining_ && !public_base_.empty();
        return responder.answer(ready ? 200 : 503, "text/plain", ready ? "ready\n" : "not ready\n");
    }
    if (what == SelfTest::path) return self_test_.answer(request, public_base_, nonce_, responder);
    bool webhook = what == "/incoming" || what == "/after" || what == "/status" || what == "/amd";
    if (!webhook) return responder.answer(404, "text/plain", "not found\n");
    if (request.method != "POST") return responder.answer(405, "text/plain", "POST only\n");
    ++counted_.webhooks;
    Form form = form_decode(request.body);
    if (!signed_by_carrier(request, form) || !store::is_plain_sid(form_value(form, "CallSid"))) {
        ++counted_.refused;
        std::string why =
            fmt::format("{}: refused, {}", request.path,
                        public_base_.empty() ? "the public URL is not known yet"
                                             : "not signed by Twilio for " + public_base_);
        if (std::string said = refused_requests_.pass(why, loop_.now()); !said.empty())
            cli::say(said);
        return responder.answer(403, "text/plain", "forbidden\n");
    }
    find_who_knows({Question::Door::carrier, {}, request.method, request.path, request.body},
                   std::move(responder));
}

std::vector<std::string> FrontDesk::urls_asked(std::string_view target) const {
    std::string_view own = instance_path(public_base_);
    std::string_view origin(public_base_.data(), public_base_.size() - own.size());
    std::vector<std::string> urls{twilio::public_url_of(origin, target)};
    // A proxy may have taken our own path off.
    if (!own.empty() && target.substr(0, target.find('?')).rfind('/') == 0)
        urls.push_back(twilio::public_url_of(public_base_, target));
    return urls;
}

bool FrontDesk::signed_by_carrier(const net::ServerRequest& request, const Form& form) const {
    auto urls = urls_asked(target_of(request));
    return std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
        return twilio::valid_form_signature(settings_.twilio_auth_token, url, form,
                                            request.header("x-twilio-signature"));
    });
}

net::Upgrade FrontDesk::on_upgrade(const net::ServerRequest& request) {
    std::string_view path = request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    auto asked = asked_for(path, public_base_);
    if (asked && asked->endpoint == SelfTest::path)
        return self_test_.upgrade(request, public_base_);
    if (!asked || asked->endpoint != "/media-stream") return {nullptr, 404};
    auto urls = urls_asked(path);
    bool good = std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
        return !url.empty() &&
               twilio::valid_socket_signature(settings_.twilio_auth_token, "ws" + url.substr(4),
                                              request.header("x-twilio-signature"));
    });
    if (!good) {
        ++counted_.sockets_refused;
        return {nullptr, 403};
    }
    // Behind a tunnel every peer is loopback: sockets that wait are counted, never live calls.
    if (crew_.first().waiting_sockets() >= max_waiting_sockets)
        return {std::make_unique<TurnedAway>(), 0};
    return {std::make_unique<MediaSocket>(crew_.first()), 0};
}

}  // namespace pa::bridge
