// TwiML: how it is asked for, and what its verbs do.
#include <charconv>

#include "base/text.hpp"
#include "sim/twilio_call.hpp"

namespace pa::sim {

namespace {

constexpr int kMaxDocuments = 20;  // of one call: more is a loop (11215)

int integer(std::string_view text, int otherwise) {
    int n = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

/// About as long as a voice takes.
milliseconds time_to_say(std::string_view text) {
    const auto ms = static_cast<std::int64_t>(60 * utf8_length(text));
    return milliseconds(std::min<std::int64_t>(std::max<std::int64_t>(ms, 500), 10'000));
}

bool is_twiml_type(std::string_view type) {
    const auto plain = trim(type.substr(0, type.find(';')));
    return plain == "text/xml" || plain == "application/xml" || plain == "text/html";
}

}  // namespace

void TwilioCall::fetch(const std::string& url, const std::string& method, bool is_fallback) {
    if (++documents_ > kMaxDocuments)
        return document_failed(11215, "too many redirects", url, true);
    if (documents_ == 1) asked_at_ = carrier_.loop.now();
    Webhook webhook{url, method, webhook_parameters(resource_), "carrier.webhook"};
    for (auto& field : std::exchange(dial_report_, {})) webhook.form.push_back(std::move(field));
    webhooks_.send(std::move(webhook), [this, url, is_fallback](Result<HttpResponse> answer) {
        if (!resource_.final()) got_document(url, is_fallback, std::move(answer));
    });
}

void TwilioCall::got_document(const std::string& url, bool is_fallback,
                              Result<HttpResponse> answer) {
    const auto asked = without_fragment(url);
    if (!answer) return document_failed(11205, answer.error().what, asked, is_fallback);
    if (answer->status / 100 != 2)
        return document_failed(11200, "status " + std::to_string(answer->status), asked,
                               is_fallback);
    if (!is_twiml_type(answer->header("content-type")))
        return document_failed(12300, "content type " + std::string(answer->header("content-type")),
                               asked, is_fallback);
    if (carrier_.recorder.on()) {
        carrier_.recorder.line("twiml.jsonl",
                               [&](json::Writer& w) { w.member("body", answer->body); });
    }
    if (auto verbs = read_twiml(answer->body); !verbs) {
        return document_failed(integer(verbs.error().what, 12100), verbs.error().what, asked,
                               is_fallback);
    }
    take_document(asked, answer->body);
}

void TwilioCall::document_failed(int code, const std::string& why, const std::string& url,
                                 bool is_fallback) {
    complain(code, url + ": " + why);
    if (!is_fallback && !order_.fallback_url.empty())
        return fetch(order_.fallback_url, order_.fallback_method, true);
    if (resource_.status != "in-progress") answer();
    tell("said", {{"text", "We're sorry, an application error has occurred. Goodbye."}});
    verb_delays_.after(milliseconds(200), [this] { end("completed", 200, "carrier"); });
}

void TwilioCall::take_document(const std::string& url, const std::string& text) {
    auto verbs = read_twiml(text);
    if (!verbs)
        return document_failed(integer(verbs.error().what, 12100), verbs.error().what, url, true);
    verbs_ = std::move(*verbs);
    verb_ = 0;
    document_url_ = url;
    const bool unanswered = resource_.status == "ringing";
    if (unanswered && !verbs_.empty() && verbs_[0].name == "Reject") {
        const bool busy = verbs_[0].attribute("reason") == "busy";
        return end(busy ? "busy" : "no-answer", busy ? 486 : 480, "bridge");
    }
    if (unanswered) answer();
    next_verb();
}

void TwilioCall::next_verb() {
    if (resource_.final()) return;
    if (verb_ >= verbs_.size()) return end("completed", 200, "bridge");
    const TwimlNode& verb = verbs_[verb_++];
    if (verb.name == "Hangup" || verb.name == "Reject") return end("completed", 200, "bridge");
    if (verb.name == "Connect") return connect(verb);
    if (verb.name == "Dial") return dial(verb);
    if (verb.name == "Redirect") {
        const std::string method(verb.attribute("method", "POST"));
        return fetch(resolve_url(document_url_, verb.text), method);
    }
    auto time = milliseconds(1000);
    if (verb.name == "Say") {
        tell("said", {{"text", verb.text}, {"language", std::string(verb.attribute("language"))}});
        time = time_to_say(verb.text);
    } else if (verb.name == "Pause") {
        time *= integer(verb.attribute("length"), 1);
    }
    verb_delays_.after(time, [this] { next_verb(); });
}

/// The second call is only told of: nobody is on it.
void TwilioCall::dial(const TwimlNode& verb) {
    const std::string number = verb.children.empty() ? verb.text : verb.children[0].text;
    tell("dialled", {{"number", number},
                     {"caller_id", std::string(verb.attribute("callerId"))},
                     {"limit_s", std::string(verb.attribute("timeLimit"))}});
    const auto limit = milliseconds(1000) * integer(verb.attribute("timeLimit"), 14'400);
    const auto time = std::min(milliseconds(scenario_.carrier.transfer_ms), limit);
    verb_delays_.after(time, [this, time, action = std::string(verb.attribute("action"))] {
        const std::string& how = scenario_.carrier.transfer;
        if (action.empty()) return next_verb();
        dial_report_ = {{"DialCallStatus", how}, {"DialCallSid", new_sid("CA")}};
        if (how == "completed")
            dial_report_.emplace_back("DialCallDuration", std::to_string(time.count() / 1000));
        fetch(resolve_url(document_url_, action), "POST");
    });
}

void TwilioCall::connect(const TwimlNode& verb) {
    const auto action = verb.attribute("action");
    connect_action_ = action.empty() ? "" : resolve_url(document_url_, action);
    const TwimlNode* stream = verb.children.empty() ? nullptr : &verb.children[0];
    if (carrier_.trial || stream == nullptr) {
        tell("said", {{"text", "The Stream verb is not available on trial accounts"}});
        verb_delays_.after(milliseconds(500), [this] { next_verb(); });
        return;
    }
    if (const auto track = stream->attribute("track"); !track.empty() && track != "inbound_track")
        complain(31941, "track " + std::string(track));
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const auto& p : stream->children) {
        parameters.emplace_back(p.attribute("name"), p.attribute("value"));
        const auto size = utf8_length(p.attribute("name")) + utf8_length(p.attribute("value"));
        if (size >= 500) complain(12200, "a Parameter of " + std::to_string(size) + " characters");
    }
    std::string url(stream->attribute("url"));
    url.resize(std::min(url.size(), url.find_first_of("?#")));  // lost on the way, as at Twilio
    milliseconds wait(scenario_.carrier.stream_start_ms);
    const Fault* fault = faults_.next("carrier.connect");
    if (fault != nullptr && (fault->what == "delay" || fault->what == "slow")) {
        wait += milliseconds(fault->ms);
    } else if (fault != nullptr) {
        const int status = http_status(*fault);
        verb_delays_.after(wait, [this, status] {
            complain(status != 0 ? 31920 : 31901,
                     status != 0 ? "scripted: status " + std::to_string(status) : "scripted");
            next_verb();
        });
        return;
    }
    verb_delays_.after(wait, [this, url, parameters] { open_stream(url, parameters); });
}

void TwilioCall::open_stream(const std::string& url,
                             std::vector<std::pair<std::string, std::string>> parameters) {
    Url parts;
    const bool good = Url::parse(url, parts);
    const bool plain = good && parts.scheme == "ws" && parts.loopback() && carrier_.plain_sockets;
    if (!good || (parts.scheme != "wss" && !plain)) {
        complain(good ? 31922 : 31923, "Stream url " + url);
        return next_verb();
    }
    MediaSession::Hooks hooks;
    hooks.started = [this] {
        tell("stream", {{"stream_sid", stream_->facts().stream_sid}});
        if (person_started_) return;
        person_started_ = true;
        heard_until_ = carrier_.loop.now();
        person_->answered(heard_until_);
        tick();
    };
    // Not from inside the socket's last callback: the next verb may take the session away.
    hooks.ended = [this] { delays_.after(milliseconds(0), [this] { stream_ended(); }); };
    hooks.complained = [this](const Complaint& c) { complain(c.code, c.what); };
    MediaLeg::Ids ids{resource_.account_sid, resource_.sid, new_sid("MZ"), std::move(parameters)};
    stream_ = std::make_unique<MediaSession>(carrier_, faults_, *phone_, std::move(ids), url,
                                             milliseconds(scenario_.carrier.network_delay_ms),
                                             std::move(hooks));
}

/// What Twilio would show in its debugger about the way a media socket ended.
void TwilioCall::complain_of_end(const StreamFacts& s) {
    if (s.broken_by_script || s.close_code == 1000 || s.close_code == 1005) return;
    const bool refused = !s.close_reason.empty() && is_digit(s.close_reason[0]);  // "403 Forbidden"
    if (s.close_code == 0)
        return complain(refused ? 31920 : 31902, "media socket: " + s.close_reason);
    if (s.close_code == 1006) return complain(31903, "media socket broke off: " + s.close_reason);
    complain(31921,
             "media socket closed with " + std::to_string(s.close_code) + " " + s.close_reason);
}

void TwilioCall::stream_ended() {
    if (!stream_) return;
    forget_stream();
    if (resource_.final()) return;
    if (!breaking_out_) complain_of_end(streams_.back());
    if (std::exchange(breaking_out_, false)) {
        if (order_.twiml.empty()) return fetch(order_.url, order_.method);
        return take_document(order_.url, order_.twiml);
    }
    if (connect_action_.empty()) return next_verb();
    fetch(connect_action_, "POST");
}

}  // namespace pa::sim
