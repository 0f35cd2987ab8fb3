// The Twilio account of the settings.
#pragma once

#include "config/settings.hpp"
#include "twilio/rest.hpp"

namespace pa::carrier {

/// Errc::config if neither the auth token nor a whole API key is set, or the account's SID is not.
[[nodiscard]] Result<twilio::Account> account_of(const config::Settings& settings);

}  // namespace pa::carrier
