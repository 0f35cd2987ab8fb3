// What Twilio means by its error codes, and what to do about them.
//
// Meanings: Twilio's error dictionary, https://www.twilio.com/docs/api/errors. The code decides,
// not the HTTP status: that differs between documentation and field.
#pragma once

#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace pa::twilio {

/// The body of a refusal; it may be absent or no JSON (a proxy's page).
struct Problem {
    int status = 0;  // HTTP
    int code = 0;    // Twilio's, 0 if the body has none
    std::string message, more_info;
};

[[nodiscard]] Problem read_problem(const HttpResponse& response);

/// For people: what the code means and the remedy; "" for a code we do not know. Also for codes
/// that show only in a call's notifications or in the Debugger.
[[nodiscard]] std::string_view explanation_of(int code);

/// Errc::credentials, Errc::later (429, 5xx, too many calls at once) or Errc::unavailable. The
/// sentence has the remedy and the code; for unknown codes Twilio's own message and link.
[[nodiscard]] Error error_of(const HttpResponse& response);

}  // namespace pa::twilio
