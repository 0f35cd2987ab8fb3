// What the carrier asks about a call: /incoming, /after, /status, /amd.
#include <fmt/format.h>

#include "agent/phrases.hpp"
#include "base/text.hpp"
#include "bridge/public_base.hpp"
#include "bridge/worker.hpp"
#include "cli/console.hpp"
#include "twilio/signature.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

constexpr int max_resumes = 5;
/// A request and its retries have that long together (total timeout, as for retry_fragment).
constexpr std::chrono::seconds retries_take{15};

void answer_twiml(const net::Responder& responder, std::string_view twiml) {
    responder.answer(200, twilio::twiml_content_type, twiml);
}

}  // namespace

void Worker::answer_carrier(std::string_view path, const Form& form,
                            const net::Responder& responder) {
    auto asked = asked_for(path, public_base_);
    std::string_view what = asked ? asked->endpoint : std::string_view();
    if (what == "/incoming") return incoming(form, responder, asked->instance);
    if (what == "/after") return after(form, responder);
    if (what == "/status") status(form);
    if (what == "/amd") amd(form);
    responder.answer(204, "text/plain", "");
}

bool Worker::one_of_several() const { return !instance_path(public_base_).empty(); }

/// A call has come in, or one that we placed was answered.
void Worker::incoming(const Form& form, const net::Responder& responder,
                      std::string_view instance) {
    CallFacts facts;
    facts.call_sid = form_value(form, "CallSid");
    facts.direction = form_value(form, "Direction") == "inbound" ? "inbound" : "outbound";
    facts.from = form_value(form, "From");
    facts.to = form_value(form, "To");
    if (states_.forgotten(facts.call_sid)) return answer_twiml(responder, twilio::hang_up());
    states_.update(facts.call_sid, form, loop_.now());
    if (CallDriver* call = find(facts.call_sid); call != nullptr) {
        // Prewarmed, or asked again: the same call, the same answer, the same token.
        call->learn_numbers(facts.from, facts.to);
        call->milestones().asked(loop_.now());
        return answer_twiml(responder, first_twiml(*call));
    }
    if (over_here(facts.call_sid)) return answer_twiml(responder, after(form));
    const std::string_view busy = agent::phrases(settings_.language).busy;
    if (facts.direction == "inbound") {
        // Who withholds the number is somebody too, where everybody may call.
        auto caller = PhoneNumber::parse(facts.from);
        bool welcome = caller ? settings_.may_call_in(*caller) : settings_.allow_all_callers;
        if (!welcome) {
            ++metrics_.refused;
            say_within(rejected_callers_,
                       fmt::format("caller {} is not on ALLOWED_CALLERS: rejected",
                                   cli::number_shown(facts.from)));
            return answer_twiml(responder, twilio::reject("rejected"));
        }
        // One of several: whoever asked us asks another. Alone: there is no one else to take it.
        if (!place_for(facts.call_sid))
            return one_of_several() ? responder.answer(503, "text/plain", "full\n")
                                    : answer_twiml(responder, apology(busy));
    } else if (one_of_several() && !instance.empty() && instance != instance_path(public_base_)) {
        // What this call is about was told to a bridge that is gone.
        return resume(facts.call_sid, form, responder);
    } else if (!place_for(facts.call_sid)) {
        return answer_twiml(responder, apology(busy));
    }
    // The files are read meanwhile: if the stream comes before they are, it waits for the call.
    const std::string sid = facts.call_sid;
    Asked asked{facts.from, facts.to, {}, loop_.now()};
    if (!being_made(sid)) {
        auto dial = commons_.dials.take(sid, facts.to, net::Clock::now());
        brief_call(std::move(facts), std::move(dial));
    }
    Briefing& briefing = briefings_.find(sid)->second;
    if (!briefing.asked) {
        asked.token = stream_token(sid);
        briefing.asked = std::move(asked);
    }
    answer_twiml(responder, stream_twiml(briefing.asked->token, {}));
}

void Worker::expect(const std::string& call_sid, bool with_dial) {
    // Known from now on to whoever follows it.
    const bool over = states_.at(call_sid, loop_.now()).final();
    if (over || !with_dial || find(call_sid) != nullptr || being_made(call_sid)) return;
    if (!take_place()) return;
    auto dial = commons_.dials.take_bound(call_sid, net::Clock::now());
    if (!dial) return count_places();
    CallFacts facts{call_sid, "outbound", {}, dial->to, {}};
    brief_call(std::move(facts), std::move(*dial));
}

std::string Worker::stream_token(const std::string& call_sid) {
    return tokens_.make(call_sid,
                        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::string Worker::first_twiml(CallDriver& call) {
    if (call.first_token.empty()) call.first_token = stream_token(call.meta().call_sid);
    return stream_twiml(call.first_token, {});
}

std::string Worker::stream_twiml(const std::string& token, std::string_view first_say) {
    twilio::ConnectStream document;
    document.stream_url = twilio::public_socket_url_of(public_base_, "/media-stream");
    document.parameters = {{"token", token}};
    document.redirect_url = after_url();
    document.first_say = first_say;
    document.language = settings_.language;
    auto twiml = twilio::connect_stream(document);
    if (twiml) return *twiml;
    cli::warn(twiml.error().what);
    return apology(agent::phrases(settings_.language).unreachable);
}

std::string Worker::after_url() const {
    return twilio::public_url_of(public_base_, "/after") + std::string(twilio::retry_fragment);
}

std::string Worker::apology(std::string_view what) const {
    return twilio::say_and_hang_up(what, settings_.language);
}

void Worker::after(const Form& form, const net::Responder& responder) {
    std::string sid(form_value(form, "CallSid"));
    if (find(sid) != nullptr || over_here(sid)) return answer_twiml(responder, after(form));
    if (states_.forgotten(sid)) return answer_twiml(responder, twilio::hang_up());
    resume(sid, form, responder);
}

/// The stream has ended: the call is over, or it goes on with a new stream.
std::string Worker::after(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    const agent::Phrases& say = agent::phrases(settings_.language);
    CallDriver* call = find(sid);
    if (call != nullptr) transfer_ended(*call, form);
    const auto how = call != nullptr  ? std::optional(call->session().after())
                     : over_here(sid) ? states_.find(sid)->after
                                      : std::nullopt;
    if (!how) return apology(say.broken);
    switch (*how) {
        case call::After::hang_up: return twilio::hang_up();
        case call::After::apologise: return apology(say.unreachable);
        case call::After::resume:
        case call::After::wait: break;
    }
    if (call == nullptr) return apology(say.broken);
    // Asked once more, since our answer did not arrive: the same answer, which counts once.
    if (loop_.now() < call->resuming_until) return call->resuming_twiml;
    if (++call->resumes > max_resumes) return apology(say.broken);
    call->resuming_until = loop_.now() + retries_take;
    call->resuming_twiml = stream_twiml(
        stream_token(sid), *how == call::After::wait ? say.hold_on : std::string_view());
    return call->resuming_twiml;
}

void Worker::status(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    CallState& state = states_.update(sid, form, loop_.now());
    CallDriver* call = find(sid);
    if (call != nullptr) call->milestones().saw_status(form_value(form, "CallStatus"), loop_.now());
    if (!state.final()) return;
    if (call != nullptr) call->feed(call::CarrierStatus{state.status});
    if (auto left = left_behind_.take(sid); left) end_unattended(std::move(*left));
}

void Worker::amd(const Form& form) {
    std::string sid(form_value(form, "CallSid"));
    CallState& state = states_.update(sid, form, loop_.now());
    if (CallDriver* call = find(sid); call != nullptr)
        call->feed(call::AnsweredBy{state.answered_by});
}

}  // namespace pa::bridge
