// The webhooks of a Twilio number: what they are, what they should be, what to write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "json/document.hpp"
#include "twilio/rest.hpp"

namespace pa::carrier {

using Number = twilio::NumberResource;

/// Fields to write, under Twilio's names; empty: nothing differs.
struct Wanted {
    std::string base;      // public base without a trailing slash
    std::string fallback;  // VoiceFallbackUrl, or "": leave it
    bool force = false;    // clear the application and the trunk
};
[[nodiscard]] Form changes(const Number& now, const Wanted& wanted);
/// The fields that turn `now` back into `before`.
[[nodiscard]] Form changes_back(const Number& now, const Number& before);

/// Why the voice URL would have no effect, with the remedy; "" if it has.
[[nodiscard]] std::string ineffective(const Number& number);

/// A public base as typed: https, or http on loopback; a trailing slash is dropped. Errc::data for
/// what else a URL can hold: user, path, query.
[[nodiscard]] Result<std::string> public_base(std::string_view typed);

/// The fields above as a JSON object, under the names Twilio gives them; and back.
[[nodiscard]] std::string write_hooks(const Number& number);
[[nodiscard]] Number read_hooks(json::Value hooks);

}  // namespace pa::carrier
