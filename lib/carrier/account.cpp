#include "carrier/account.hpp"

namespace pa::carrier {

Result<twilio::Account> account_of(const config::Settings& s) {
    // One that is set and cannot be read is to be mended, not passed over.
    const bool key = !s.twilio_api_key_sid.empty() || s.problems.contains("TWILIO_API_KEY_SID");
    Status ok =
        key ? s.require({"TWILIO_ACCOUNT_SID", "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"})
            : s.require({"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"});
    if (!ok) return ok.error();
    twilio::Account account;
    account.base_url = s.twilio_base_url;
    account.sid = s.twilio_account_sid;
    account.token = s.twilio_auth_token;
    account.key_sid = s.twilio_api_key_sid;
    account.key_secret = s.twilio_api_key_secret;
    return account;
}

}  // namespace pa::carrier
