// How Twilio asks for a webhook again: the connection overrides in the fragment of its URL
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace pa::sim {

struct FetchPolicy {
    std::chrono::milliseconds connect{5000}, read{15'000}, total{15'000};
    int retries = 1;
    bool on_4xx = false, on_5xx = false, on_connect = true, on_read = false;

    /// Of the part behind '#'; what is not understood is left as it was. Values are kept in their
    /// limits.
    [[nodiscard]] static FetchPolicy of(std::string_view url);
    /// Whether an attempt that ended so is worth another: `status` 0 is no answer, `connected`
    /// whether the server had been reached then.
    [[nodiscard]] bool again(int status, bool connected) const;
};

[[nodiscard]] std::string without_fragment(std::string_view url);

/// The URL as Twilio signs it: no fragment, no user and password, over https and wss no port.
[[nodiscard]] std::string signed_url(std::string_view url);

/// `reference` of a TwiML document seen from the URL it came from: absolute, or a path on that
/// host.
[[nodiscard]] std::string resolve_url(std::string_view base, std::string_view reference);

}  // namespace pa::sim
