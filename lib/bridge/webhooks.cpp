// What the carrier asks on the public port: /incoming, /after, /status, /amd, /healthz,
// /media-stream.
#include <fmt/format.h>

#include <algorithm>

#include "agent/phrases.hpp"
#include "base/text.hpp"
#include "bridge/bridge.hpp"
#include "bridge/public_base.hpp"
#include "cli/console.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"
#include "twilio/signature.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

constexpr int max_waiting_sockets = 64;
constexpr int max_resumes = 5;
/// A bridge that is just restarting is asked again: connect, read and 5xx failures, 5 times
/// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Not sent, not
/// signed.
constexpr std::string_view retry_fragment = "#rc=5&rp=ct,rt,5xx";

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

void answer_twiml(const net::Responder& responder, std::string_view twiml) {
    responder.answer(200, twilio::twiml_content_type, twiml);
}

}  // namespace

void Bridge::on_request(const net::ServerRequest& request, net::Responder responder) {
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
    ++metrics_.webhooks;
    Form form = form_decode(request.body);
    if (!signed_by_carrier(request, form) || !store::is_plain_sid(form_value(form, "CallSid"))) {
        ++metrics_.refused;
        say_within(refused_requests_,
                   fmt::format("{}: refused, {}", request.path,
                               public_base_.empty() ? "the public URL is not known yet"
                                                    : "not signed by Twilio for " + public_base_));
        return responder.answer(403, "text/plain", "forbidden\n");
    }
    find_who_knows({Question::Door::carrier, {}, request.method, request.path, request.body},
                   std::move(responder));
}

void Bridge::answer_carrier(std::string_view path, const Form& form,
                            const net::Responder& responder) {
    auto asked = asked_for(path, public_base_);
    std::string_view what = asked ? asked->endpoint : std::string_view();
    if (what == "/incoming") return incoming(form, responder, asked->instance);
    if (what == "/after") return after(form, responder);
    if (what == "/status") status(form);
    if (what == "/amd") amd(form);
    responder.answer(204, "text/plain", "");
}

std::vector<std::string> Bridge::urls_asked(std::string_view target) const {
    std::string_view own = instance_path(public_base_);
    std::string_view origin(public_base_.data(), public_base_.size() - own.size());
    std::vector<std::string> urls{twilio::public_url_of(origin, target)};
    // A proxy may have taken our own path off.
    if (!own.empty() && target.substr(0, target.find('?')).rfind('/') == 0)
        urls.push_back(twilio::public_url_of(public_base_, target));
    return urls;
}

bool Bridge::signed_by_carrier(const net::ServerRequest& request, const Form& form) const {
    auto urls = urls_asked(target_of(request));
    return std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
        return twilio::valid_form_signature(options_.settings.twilio_auth_token, url, form,
                                            request.header("x-twilio-signature"));
    });
}

net::Upgrade Bridge::on_upgrade(const net::ServerRequest& request) {
    std::string_view path = request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    auto asked = asked_for(path, public_base_);
    if (asked && asked->endpoint == SelfTest::path)
        return self_test_.upgrade(request, public_base_);
    if (!asked || asked->endpoint != "/media-stream") return {nullptr, 404};
    auto urls = urls_asked(path);
    bool good = std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
        return !url.empty() && twilio::valid_socket_signature(options_.settings.twilio_auth_token,
                                                              "ws" + url.substr(4),
                                                              request.header("x-twilio-signature"));
    });
    if (!good) {
        ++metrics_.sockets_refused;
        return {nullptr, 403};
    }
    // Behind a tunnel every peer is loopback: sockets that wait are counted, never live calls.
    if (waiting_sockets_ >= max_waiting_sockets) return {std::make_unique<TurnedAway>(), 0};
    return {std::make_unique<MediaSocket>(*this), 0};
}

bool Bridge::one_of_several() const { return !instance_path(public_base_).empty(); }

/// A call has come in, or one that we placed was answered.
void Bridge::incoming(const Form& form, const net::Responder& responder,
                      std::string_view instance) {
    CallFacts facts;
    facts.call_sid = form_value(form, "CallSid");
    facts.direction = form_value(form, "Direction") == "inbound" ? "inbound" : "outbound";
    facts.from = form_value(form, "From");
    facts.to = form_value(form, "To");
    states_.update(facts.call_sid, form);
    if (CallDriver* call = find(facts.call_sid); call != nullptr) {
        // Prewarmed, or asked again: the same call, the same answer, the same token.
        call->learn_numbers(facts.from, facts.to);
        call->milestones().asked(loop_.now());
        if (call->twiml.empty()) call->twiml = stream_twiml(facts.call_sid, {});
        return answer_twiml(responder, call->twiml);
    }
    if (states_.at(facts.call_sid).after) return answer_twiml(responder, after(form));
    if (facts.direction == "inbound") {
        // Who withholds the number is somebody too, where everybody may call.
        auto caller = PhoneNumber::parse(facts.from);
        bool welcome =
            caller ? options_.settings.may_call_in(*caller) : options_.settings.allow_all_callers;
        if (!welcome) {
            ++metrics_.refused;
            cli::say(fmt::format("caller {} is not on ALLOWED_CALLERS: rejected",
                                 cli::number_shown(facts.from)));
            return answer_twiml(responder, twilio::reject("rejected"));
        }
        // One of several: whoever asked us asks another. Alone: there is no one else to take it.
        if (full() && one_of_several()) return responder.answer(503, "text/plain", "full\n");
        if (full()) return answer_twiml(responder, twilio::reject("busy"));
    } else if (one_of_several() && !instance.empty() && instance != instance_path(public_base_)) {
        // What this call is about was told to a bridge that is gone; its journal may know.
        return resume(facts.call_sid, form, responder);
    } else if (full()) {
        return answer_twiml(responder, apology(agent::phrases(options_.settings.language).busy));
    }
    Dial dial = dials_.take(facts.call_sid, facts.to, net::Clock::now()).value_or(Dial{});
    answer_when_briefed(std::move(facts), std::move(dial), responder);
}

void Bridge::answer_when_briefed(CallFacts facts, Dial dial, net::Responder responder) {
    std::string sid = facts.call_sid;
    brief_call(std::move(facts), std::move(dial), [this, sid, responder](CallDriver* call) {
        if (call == nullptr)
            return answer_twiml(responder,
                                apology(agent::phrases(options_.settings.language).unreachable));
        call->milestones().asked(loop_.now());
        if (call->twiml.empty()) call->twiml = stream_twiml(sid, {});
        answer_twiml(responder, call->twiml);
    });
}

std::string Bridge::stream_twiml(const std::string& call_sid, std::string_view first_say) {
    auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    twilio::ConnectStream document;
    document.stream_url = twilio::public_socket_url_of(public_base_, "/media-stream");
    document.parameters = {{"token", tokens_.make(call_sid, now)}};
    document.redirect_url = after_url();
    document.first_say = first_say;
    document.language = options_.settings.language;
    auto twiml = twilio::connect_stream(document);
    if (twiml) return *twiml;
    cli::warn(twiml.error().what);
    return apology(agent::phrases(options_.settings.language).unreachable);
}

std::string Bridge::after_url() const {
    return twilio::public_url_of(public_base_, "/after") + std::string(retry_fragment);
}

std::string Bridge::apology(std::string_view what) const {
    return twilio::say_and_hang_up(what, options_.settings.language);
}

void Bridge::after(const Form& form, const net::Responder& responder) {
    std::string sid(form_value(form, "CallSid"));
    if (find(sid) == nullptr && !states_.at(sid).after) return resume(sid, form, responder);
    answer_twiml(responder, after(form));
}

/// The stream has ended: the call is over, or it goes on with a new stream.
std::string Bridge::after(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    const agent::Phrases& say = agent::phrases(options_.settings.language);
    CallDriver* call = find(sid);
    if (call != nullptr) transfer_ended(*call, form);
    auto how = call != nullptr ? std::optional(call->session().after()) : states_.at(sid).after;
    if (!how) return apology(say.broken);
    switch (*how) {
        case call::After::hang_up: return twilio::hang_up();
        case call::After::apologise: return apology(say.unreachable);
        case call::After::resume:
        case call::After::wait: break;
    }
    if (call == nullptr || ++call->resumes > max_resumes) return apology(say.broken);
    return stream_twiml(sid, *how == call::After::wait ? say.hold_on : std::string_view());
}

void Bridge::status(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    CallState& state = states_.update(sid, form);
    CallDriver* call = find(sid);
    if (call != nullptr) call->milestones().saw_status(form_value(form, "CallStatus"), loop_.now());
    if (!state.final()) return;
    if (call != nullptr) call->feed(call::CarrierStatus{state.status});
    if (auto left = left_behind_.take(sid); left) end_unattended(std::move(*left));
}

void Bridge::amd(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    CallState& state = states_.update(sid, form);
    if (CallDriver* call = find(sid); call != nullptr)
        call->feed(call::AnsweredBy{state.answered_by});
}

}  // namespace pa::bridge
