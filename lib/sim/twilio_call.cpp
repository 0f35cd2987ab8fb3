#include "sim/twilio_call.hpp"

#include <algorithm>

namespace pa::sim {

namespace {

constexpr std::string_view beep = "beep";    // the clip
constexpr milliseconds beep_detection{100};  // from its end to the result

/// What a final status means on the wire, unless the scenario says otherwise.
int sip_code_of(const std::string& outcome) {
    if (outcome == "busy") return 486;
    if (outcome == "declined") return 603;
    if (outcome == "no-answer" || outcome == "canceled") return 487;
    return outcome == "failed" ? 404 : 200;
}

}  // namespace

TwilioCall::TwilioCall(Carrier& carrier, CallResource resource, CallOrder order, Scenario scenario)
    : carrier_(carrier),
      resource_(std::move(resource)),
      order_(std::move(order)),
      scenario_(std::move(scenario)),
      faults_(scenario_.faults),
      webhooks_(carrier, faults_),
      delays_(carrier.loop),
      verb_delays_(carrier.loop),
      line_timer_(carrier.loop, [this] { tick(); }) {
    if (carrier.person) {
        person_ = carrier.person();
    } else {
        person_ = std::make_unique<ScriptedPerson>(
            Caller(scenario_.caller, carrier.clips, scenario_.seed));
    }
}

TwilioCall::~TwilioCall() = default;

void TwilioCall::begin() {
    tell("call", {{"direction", resource_.direction},
                  {"from", resource_.from},
                  {"to", resource_.to},
                  {"scenario", scenario_.name}});
    if (resource_.direction == "outbound-api") return ring();
    resource_.status = "ringing";
    if (order_.url.empty())
        return end("failed", 404, "carrier");  // without a word anywhere, as the real one
    fetch(order_.url, order_.method);
}

void TwilioCall::ring() {
    const milliseconds whole(scenario_.carrier.ring_ms), limit(order_.timeout_s * 1000LL);
    delays_.after(milliseconds(0), [this] { status("initiated"); });
    delays_.after(std::min(whole / 3, milliseconds(500)), [this] {
        resource_.status = "ringing";
        status("ringing");
    });
    if (whole > limit) {
        delays_.after(limit, [this] { end("no-answer", 487, "carrier"); });
    } else {
        delays_.after(whole, [this] { outcome(); });
    }
}

void TwilioCall::outcome() {
    const auto& c = scenario_.carrier;
    if (c.outcome != "answer") {
        const int sip = c.sip_code != 0 ? c.sip_code : sip_code_of(c.outcome);
        return end(c.outcome == "declined" ? "busy" : c.outcome, sip, "carrier");
    }
    answer();
    if (order_.detect && !c.answered_by.empty()) detect_machine();
    if (order_.detect && !order_.async_amd && !c.answered_by.empty())
        return;  // held until it is known
    order_.twiml.empty() ? fetch(order_.url, order_.method)
                         : take_document(order_.url, order_.twiml);
}

void TwilioCall::answer() {
    const auto now = carrier_.loop.now();
    resource_.status = "in-progress";
    resource_.started = wall_now();
    answered_at_ = heard_until_ = now;
    phone_.emplace(now, milliseconds(scenario_.carrier.network_delay_ms));
    status("answered");
    const milliseconds limit(order_.time_limit_s * 1000LL), patience(scenario_.carrier.max_call_ms);
    delays_.after(std::min(limit, patience), [this] {
        if (order_.time_limit_s * 1000LL > scenario_.carrier.max_call_ms)
            tell("limit", {{"what", "max_call_ms of the scenario"}});
        end("completed", 200, "limit");
    });
    arm_faults();
}

void TwilioCall::detect_machine() {
    const auto& script = scenario_.caller.script;
    std::string who = scenario_.carrier.answered_by;
    if (who.starts_with("machine")) {
        beep_awaited_ = order_.detect_end && std::any_of(script.begin(), script.end(),
                                                         [](auto& s) { return s.say == beep; });
        if (beep_awaited_) return;
        if (!order_.detect_end)
            who = "machine_start";
        else if (who == "machine_start")
            who = "machine_end_other";
    }
    delays_.after(milliseconds(scenario_.carrier.amd_delay_ms),
                  [this, who] { report_answer(who); });
}

void TwilioCall::report_answer(const std::string& who) {
    resource_.answered_by = who;
    tell("answered-by", {{"who", who}});
    if (!order_.async_amd) {
        order_.twiml.empty() ? fetch(order_.url, order_.method)
                             : take_document(order_.url, order_.twiml);
        return;
    }
    if (order_.amd_callback.empty())
        return complain(21262, "AsyncAmd without AsyncAmdStatusCallback");
    const auto took = call::ms_between(answered_at_, carrier_.loop.now());
    Form form{{"CallSid", resource_.sid},
              {"AccountSid", resource_.account_sid},
              {"AnsweredBy", who},
              {"MachineDetectionDuration", std::to_string(took)}};
    webhooks_.send({order_.amd_callback, order_.amd_method, std::move(form), "carrier.amd"},
                   [](auto&&) {});
}

void TwilioCall::arm_faults() {
    for (const Fault* fault : faults_.timed("carrier.time")) {
        delays_.after(milliseconds(fault->nth), [this, fault] {
            tell("fault", {{"what", fault->what}});
            if (!stream_) return;
            if (fault->what == "silent") stream_->silence();
            if (fault->what == "drop") stream_->drop();
            if (fault->what == "close")
                stream_->close(static_cast<std::uint16_t>(std::stoi("0" + fault->code)));
        });
    }
}

// --- the line ---

void TwilioCall::tick() {
    const auto now = carrier_.loop.now();
    while (!resource_.final() && person_->next_due() && *person_->next_due() <= now) {
        const auto at = *person_->next_due();
        const auto out = person_->tick(phone_->speaking(at));
        person_->hear(phone_->heard(heard_until_, at));
        heard_until_ = at;
        phone_->caller(out.frame, at);
        if (!out.began.empty()) {
            const auto ms = std::to_string(call::ms_between(answered_at_, at));
            tell("caller", {{"says", std::string(out.began)}, {"at_ms", ms}});
        }
        if (beep_awaited_ && out.ended == beep) {
            beep_awaited_ = false;
            delays_.after(beep_detection, [this] { report_answer("machine_end_beep"); });
        }
        if (stream_ && !out.lost) stream_->frame(out.frame, at);
        if (stream_ && out.key != 0) stream_->key(out.key);
        if (out.hang_up) return hang_up();
    }
    if (!resource_.final()) line_timer_.arm(person_->next_due());
}

void TwilioCall::hang_up() {
    if (resource_.final()) return;
    tell("caller", {{"says", "(hangs up)"}});
    end("completed", 200, "caller");
}

// --- changes by REST ---

bool TwilioCall::complete() {
    if (resource_.final()) return false;
    const bool connected = resource_.status == "in-progress";
    end(connected ? "completed" : "canceled", connected ? 200 : 487, "rest");
    return true;
}

bool TwilioCall::cancel() {
    if (resource_.status != "queued" && resource_.status != "ringing") return false;
    end("canceled", 487, "rest");
    return true;
}

bool TwilioCall::redirect(const std::string& url, const std::string& method) {
    if (resource_.status != "in-progress") return false;
    verb_delays_.cancel();
    order_.url = url;
    order_.method = method;
    if (!stream_) {
        fetch(url, method);
        return true;
    }
    breaking_out_ = true;
    order_.twiml.clear();
    stream_->stop();
    return true;
}

bool TwilioCall::run(const std::string& twiml) {
    if (resource_.status != "in-progress") return false;
    verb_delays_.cancel();
    if (!stream_) {
        take_document(order_.url, twiml);
        return true;
    }
    breaking_out_ = true;
    order_.twiml = twiml;
    stream_->stop();
    return true;
}

}  // namespace pa::sim
