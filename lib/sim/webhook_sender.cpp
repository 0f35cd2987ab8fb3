#include "sim/webhook_sender.hpp"

#include "base/crypto.hpp"
#include "twilio/signature.hpp"

namespace pa::sim {

struct WebhookSender::Job {
    Webhook webhook;
    OnDone done;
    FetchPolicy policy;
    std::string token;  // the same on every attempt
    net::TimePoint began;
    int attempts = 0;
};

namespace {

HttpRequest request_of(const Webhook& w, const Carrier& carrier) {
    HttpRequest r;
    r.method = w.method;
    r.url = without_fragment(w.url);
    const bool get = w.method == "GET";
    if (get)
        r.url += (r.url.find('?') == std::string::npos ? "?" : "&") + form_encode(w.form);
    else
        r.body = form_encode(w.form);
    r.headers = {{"User-Agent", "TwilioProxy/1.1"},
                 {"Accept", "*/*"},
                 {"X-Home-Region", "us1"},
                 {"X-Twilio-Signature",
                  twilio::sign_form(carrier.auth_token, signed_url(r.url), get ? Form{} : w.form)}};
    if (!get)
        r.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    return r;
}

}  // namespace

void WebhookSender::send(Webhook webhook, OnDone done) {
    auto job = std::make_shared<Job>();
    job->policy = FetchPolicy::of(webhook.url);
    job->webhook = std::move(webhook);
    job->done = std::move(done);
    job->token = hex(random_bytes(16));
    job->began = carrier_.loop.now();
    attempt(job);
}

void WebhookSender::attempt(const std::shared_ptr<Job>& job) {
    ++job->attempts;
    if (fails(job)) return;
    auto request = request_of(job->webhook, carrier_);
    request.headers.emplace_back("I-Twilio-Idempotency-Token", job->token);
    const auto used =
        std::chrono::duration_cast<std::chrono::milliseconds>(carrier_.loop.now() - job->began);
    request.timeout = std::max(std::chrono::milliseconds(100),
                               std::min(job->policy.read, job->policy.total - used));
    const auto patience = request.timeout;
    const auto sent = carrier_.loop.now();
    carrier_.pool.send(
        std::move(request), [this, job, sent, patience](Result<HttpResponse> answer) {
            // An error that took all the time is a read that timed out; a shorter one is a connect
            // that failed.
            const bool connected = answer.has_value() || carrier_.loop.now() - sent >= patience;
            answered(job, std::move(answer), connected);
        });
}

/// Lets a fault have its way; true if it answers for the request.
bool WebhookSender::fails(const std::shared_ptr<Job>& job) {
    const Fault* fault = faults_.next(job->webhook.place);
    if (fault == nullptr) return false;
    const Error lost{Errc::later, "scripted: the request was lost"};
    if (fault->what == "delay" || fault->what == "slow") {
        delays_.after(std::chrono::milliseconds(fault->ms), [this, job] {
            --job->attempts;
            attempt(job);
        });
    } else if (const int status = http_status(*fault); status != 0) {
        answered(job, HttpResponse{status, {}, ""}, true);
    } else if (fault->what == "garbage") {
        answered(job, HttpResponse{200, {{"Content-Type", "text/xml"}}, "\x01<Respo"}, true);
    } else if (fault->what == "silent") {
        delays_.after(job->policy.read, [this, job, lost] { answered(job, lost, true); });
    } else {
        answered(job, lost, false);
    }
    return true;
}

void WebhookSender::answered(const std::shared_ptr<Job>& job, Result<HttpResponse> answer,
                             bool connected) {
    const int status = answer ? answer->status : 0;
    const bool bad = status / 100 != 2;
    const bool time_left = carrier_.loop.now() - job->began < job->policy.total;
    if (bad && time_left && job->attempts <= job->policy.retries &&
        job->policy.again(status, connected)) {
        // Not at once: a server that is just restarting would never be met.
        delays_.after(std::chrono::milliseconds(500), [this, job] { attempt(job); });
        return;
    }
    job->done(std::move(answer));
}

}  // namespace pa::sim
