// What pa-dial writes to stdout.
#pragma once

#include <optional>
#include <string>

#include "base/http_message.hpp"
#include "dial/outcome.hpp"
#include "dial/placer.hpp"

namespace pa::dial {

/// "phone-agent/dial/1": one line of JSON about a call. Without an outcome it is queued at Twilio.
struct Report {
    std::string call_sid, to;
    std::optional<Outcome> outcome;
    CallState state;  // final, if there is an outcome
};
[[nodiscard]] std::string write_report(const Report& report);

/// The request as it would be sent, for people: method and URL, user, then one form field a line.
/// The password is ***. Behind it what Twilio is not told: the key, and what the bridge is handed.
[[nodiscard]] std::string show_request(const HttpRequest& request, const Order& order);
/// The same as one line of JSON, "phone-agent/dial-request/1".
[[nodiscard]] std::string write_request(const HttpRequest& request, const Order& order);

}  // namespace pa::dial
