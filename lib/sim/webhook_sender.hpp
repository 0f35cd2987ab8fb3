// The carrier's signed requests to the bridge, tried again as the fragment of their URL says.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http_message.hpp"
#include "sim/carrier.hpp"
#include "sim/delays.hpp"
#include "sim/fetch_policy.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

struct Webhook {
    std::string url;  // with its fragment
    std::string method = "POST";
    Form form;
    std::string place = "carrier.webhook";  // of faults
};

class WebhookSender {
public:
    /// Both are borrowed. Must outlive its requests.
    WebhookSender(Carrier& carrier, Faults& faults)
        : carrier_(carrier), faults_(faults), delays_(carrier.loop) {}

    /// `done` gets the last attempt's answer, whatever its status, or why there was none.
    using OnDone = std::function<void(Result<HttpResponse>)>;
    void send(Webhook webhook, OnDone done);

private:
    struct Job;
    void attempt(const std::shared_ptr<Job>& job);
    bool fails(const std::shared_ptr<Job>& job);
    void answered(const std::shared_ptr<Job>& job, Result<HttpResponse> answer, bool connected);

    Carrier& carrier_;
    Faults& faults_;
    Delays delays_;
};

}  // namespace pa::sim
