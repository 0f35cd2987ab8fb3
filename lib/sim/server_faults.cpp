#include "sim/server_faults.hpp"

namespace pa::sim {

void FaultyAnswers::answer(const std::optional<Fault>& fault, const net::Responder& responder,
                           const std::function<void()>& go_on) {
    if (!fault || fault->what == "change") return go_on();
    if (const int status = http_status(*fault); status != 0) {
        Headers headers;
        if (fault->retry_after_s > 0)
            headers.emplace_back("retry-after", std::to_string(fault->retry_after_s));
        return responder.answer(status, "application/json", error_body_(status, *fault), headers);
    }
    if (fault->what == "delay" || fault->what == "slow")
        return delays_.after(std::chrono::milliseconds(fault->ms), go_on);
    if (fault->what == "garbage")
        return responder.answer(200, "application/json", "\x01{not json]");
    silent_.push_back(responder);  // drop, close, silent, lose: the client waits in vain
}

}  // namespace pa::sim
