#include "carrier/account.hpp"

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("an API key that cannot be read is told, and the token does not stand in for it") {
    config::Settings s;
    s.twilio_account_sid = "AC" + std::string(32, '0');
    s.twilio_auth_token = Secret("token");
    REQUIRE(carrier::account_of(s));
    CHECK(carrier::account_of(s)->key_sid.empty());
    s.problems["TWILIO_API_KEY_SID"] = "TWILIO_API_KEY_SID is no SID";
    auto account = carrier::account_of(s);
    REQUIRE_FALSE(account);
    CHECK(account.error().code == Errc::config);
    CHECK(account.error().what == "TWILIO_API_KEY_SID is no SID");
}
