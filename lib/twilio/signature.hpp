// X-Twilio-Signature: proof that a webhook or a socket's upgrade comes from Twilio.
//
// base64(HMAC-SHA1(auth token, URL + for each name in byte order: name + value)), over the public
// URL as Twilio requested it (https://www.twilio.com/docs/usage/security). The URL is built from
// our own public base and the raw request target, never from Host or forwarding headers: a caller
// can write those. Without a known public base nothing can be checked, so everything is refused.
//
// The signature has no time in it: the same request verifies for ever. What acts on one must be
// idempotent by its CallSid.
#pragma once

#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/secret.hpp"

namespace pa::twilio {

/// The URL that Twilio requested: origin of `public_base` and the raw `target` (path and query, not
/// decoded). A path in the base (a proxy that strips it) is put before a target that lacks it. ""
/// without a base. A fragment of the base is dropped, as Twilio does not send it.
[[nodiscard]] std::string public_url_of(std::string_view public_base, std::string_view target);
/// The same as wss:// (ws:// for an http base): what is signed for a socket's upgrade.
[[nodiscard]] std::string public_socket_url_of(std::string_view public_base,
                                               std::string_view target);

/// `token` is the account's auth token, never the secret of an API key. `header` is the value of
/// X-Twilio-Signature; an empty one, token or URL is false. Each tries the URL as Twilio may have
/// written it: without a port, with the default one, for sockets with a slash behind. Takes the
/// same time wherever a signature differs.
[[nodiscard]] bool valid_form_signature(const Secret& token, std::string_view url, const Form& form,
                                        std::string_view header);
/// For a JSON body: `body` is the raw text; its SHA-256 must be in the URL as bodySHA256.
[[nodiscard]] bool valid_json_signature(const Secret& token, std::string_view url,
                                        std::string_view body, std::string_view header);
/// For a WebSocket upgrade; `url` is wss://.
[[nodiscard]] bool valid_socket_signature(const Secret& token, std::string_view url,
                                          std::string_view header);

/// What Twilio would send for exactly this URL (without its fragment). A repeated name counts each
/// distinct value once.
[[nodiscard]] std::string sign_form(const Secret& token, std::string_view url, const Form& form);
[[nodiscard]] std::string sign_socket(const Secret& token, std::string_view url);

}  // namespace pa::twilio
