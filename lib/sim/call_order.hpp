// What is asked for with a call, by POST Calls.json or by the settings of the number that is
// called.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/http_message.hpp"

namespace pa::sim {

struct CallOrder {
    std::string url, method = "POST", fallback_url, fallback_method = "POST";
    std::string twiml;  // in place of the URL
    std::string status_callback, status_method = "POST";
    std::set<std::string> status_events{"completed"};
    int timeout_s = 60, time_limit_s = 14'400;
    bool detect = false, async_amd = false;  // answering machine detection
    bool detect_end = false;                 // a machine is told when its message is over
    std::string amd_callback, amd_method = "POST";
};

/// A refusal by Twilio's number.
struct RestRefusal {
    int code = 0;
    std::string message;
};

/// Reads the fields of POST Calls.json beside To and From into `order`; the first one that Twilio
/// would refuse, or does not know, is told.
[[nodiscard]] std::optional<RestRefusal> read_order(const Form& form, CallOrder& order);

/// True for an absolute http or https URL.
[[nodiscard]] bool is_web_url(std::string_view text);

}  // namespace pa::sim
