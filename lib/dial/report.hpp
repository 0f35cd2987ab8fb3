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
/// The password is ***; the matter is not in it.
[[nodiscard]] std::string show_request(const HttpRequest& request);
/// The same as one line of JSON, "phone-agent/dial-request/1".
[[nodiscard]] std::string write_request(const HttpRequest& request);

}  // namespace pa::dial
