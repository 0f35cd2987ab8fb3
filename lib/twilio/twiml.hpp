// TwiML: what we answer when Twilio asks what to do with a call.
//
// Answer with status 200 and twiml_content_type, at most 64 kB. Element and attribute names are
// case sensitive. https://www.twilio.com/docs/voice/twiml
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pa::twilio {

/// Behind the URL of a webhook: a bridge that is just restarting is asked again, where it could not
/// be reached, did not answer or its tunnel said 5xx, five times in 15 s
/// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Not sent, not
/// signed.
inline constexpr std::string_view retry_fragment = "#rc=5&rp=ct,rt,5xx";

inline constexpr std::string_view twiml_content_type = "text/xml; charset=utf-8";

struct ConnectStream {
    std::string stream_url;  // wss://…, without a query: Twilio would drop it
    std::vector<std::pair<std::string, std::string>> parameters;  // come back in StreamStart
    std::string
        redirect_url;  // asked what to do when the stream has ended; may have a retry fragment
    std::string first_say{};      // said by the carrier before the stream starts, "" for nothing
    std::string language = "ko";  // of first_say
};

/// <Connect><Stream> in both directions, then <Redirect>. Errc::bug if the URL has a query or a
/// parameter's name and value reach 500 bytes together (Twilio's limit is in characters).
[[nodiscard]] Result<std::string> connect_stream(const ConnectStream& document);

/// Says the text (cut at 4,000 characters) in `language`, an ISO 639 code such as "ko" or a tag
/// such as "en-GB", then hangs up.
[[nodiscard]] std::string say_and_hang_up(std::string_view text, std::string_view language);

[[nodiscard]] std::string hang_up();

struct DialNumber {
    std::string number;      // E.164
    std::string caller_id;   // one of the account's numbers
    std::string action_url;  // asked what comes next, with DialCallStatus, when that call has ended
    std::int64_t ring_s = 30, limit_s = 1800;
};
/// Puts the call through: <Dial><Number>. The agent's part is over until `action_url` is asked.
[[nodiscard]] std::string dial_number(const DialNumber& dial);

/// Refuses a call that has not been answered, so that it is not billed. `reason` is "rejected" (the
/// caller hears that the number is not in service) or "busy".
[[nodiscard]] std::string reject(std::string_view reason);

/// `text` for XML text and attribute values: well-formed, with what XML cannot hold left out.
[[nodiscard]] std::string xml_escape(std::string_view text);

/// "ko" -> "ko-KR"; a tag with a region as it is; "" for what <Say> has no plain voice for.
[[nodiscard]] std::string say_language(std::string_view language);

}  // namespace pa::twilio
