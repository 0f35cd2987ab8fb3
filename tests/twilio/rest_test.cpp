#include "twilio/rest.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace pa;
using namespace pa::twilio;

namespace {

Account account() {
    Account a;
    a.sid = "AC1";
    a.token = Secret("tok");
    return a;
}

NewCall new_call() {
    NewCall c;
    c.to = "+821000000001";
    c.from = "+15005550006";
    c.url = "https://a.example/incoming";
    return c;
}

std::string value(const HttpRequest& r, std::string_view name) {
    return std::string(form_value(form_decode(r.body), name));
}

HttpResponse answer(int status, std::string body) {
    HttpResponse r;
    r.status = status;
    r.body = std::move(body);
    return r;
}

}  // namespace

TEST_CASE("a call is created with its four events and both limits") {
    NewCall c = new_call();
    c.status_callback = "https://a.example/status";
    HttpRequest r = create_call(account(), c);
    CHECK(r.method == "POST");
    CHECK(r.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json");
    CHECK(r.user == "AC1");
    CHECK(r.password == "tok");
    CHECK(r.headers == Headers{{"Content-Type", "application/x-www-form-urlencoded"}});
    CHECK_THAT(
        r.body,
        contains("To=%2B821000000001&From=%2B15005550006&Url=https%3A%2F%2Fa.example%2Fincoming"));
    CHECK_THAT(r.body, contains("StatusCallbackEvent=initiated&StatusCallbackEvent=ringing&"
                                "StatusCallbackEvent=answered&StatusCallbackEvent=completed"));
    CHECK(value(r, "Timeout") == "30");
    CHECK(value(r, "TimeLimit") == "1800");
    for (const char* absent : {"MachineDetection", "AsyncAmd", "SendDigits"})
        CHECK(value(r, absent).empty());
    CHECK(create_call(account(), new_call()).body.find("StatusCallback") == std::string::npos);
}

TEST_CASE("machine detection does not hold the call, and yields to digits") {
    NewCall c = new_call();
    c.detect_machine = true;
    c.machine_callback = "https://a.example/amd";
    HttpRequest r = create_call(account(), c);
    CHECK(value(r, "MachineDetection") == "Enable");
    CHECK(value(r, "AsyncAmd") == "true");
    CHECK(value(r, "AsyncAmdStatusCallback") == "https://a.example/amd");
    c.send_digits = "wW12#";
    r = create_call(account(), c);
    CHECK(value(r, "SendDigits") == "wW12#");
    CHECK(value(r, "MachineDetection").empty());
    CHECK(value(r, "AsyncAmdStatusCallback").empty());
}

TEST_CASE("an API key is used where set, but not for facts of the account") {
    Account a = account();
    a.key_sid = "SK1";
    a.key_secret = Secret("sec");
    CHECK(fetch_call(a, "CA1").user == "SK1");
    CHECK(fetch_call(a, "CA1").password == "sec");
    CHECK(fetch_call(a, "CA1").url ==
          "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls/CA1.json");
    CHECK(fetch_account(a).user == "AC1");
    CHECK(fetch_account(a).password == "tok");
    CHECK(fetch_account(a).url == "https://api.twilio.com/2010-04-01/Accounts/AC1.json");
    CHECK(fetch_balance(a).url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Balance.json");
    a.token = Secret();
    CHECK(fetch_balance(a).user == "SK1");
}

TEST_CASE("the other requests") {
    Account a = account();
    CHECK(complete_call(a, "CA1").body == "Status=completed");
    CHECK(cancel_call(a, "CA1").body == "Status=canceled");
    CHECK(run_twiml(a, "CA1", "<Response/>").body == "Twiml=%3CResponse%2F%3E");
    CHECK_THAT(run_twiml(a, "CA1", "").url, contains("/Calls/CA1.json"));
    CHECK(cancel_call(a, "CA1").method == "POST");
    CHECK(list_calls(a, "+821000000001", "").url ==
          "https://api.twilio.com/2010-04-01/Accounts/AC1/"
          "Calls.json?To=%2B821000000001&PageSize=50");
    CHECK_THAT(call_notifications(a, "CA1").url, contains("/Calls/CA1/Notifications.json"));
    CHECK_THAT(fetch_number(a, "PN1").url, contains("/IncomingPhoneNumbers/PN1.json"));
    CHECK_THAT(find_number(a, "+15005550006").url,
               contains("/IncomingPhoneNumbers.json?PhoneNumber=%2B15005550006"));
    CHECK_THAT(list_one_number(a).url, contains("?PageSize=1"));
    HttpRequest update =
        update_number(a, "PN1", {{"VoiceUrl", "https://a.example/x"}, {"TrunkSid", ""}});
    CHECK(update.method == "POST");
    CHECK(update.body == "VoiceUrl=https%3A%2F%2Fa.example%2Fx&TrunkSid=");
    CHECK_THAT(fetch_call(a, "../x?y").url, contains("/Calls/..%2Fx%3Fy.json"));
}

TEST_CASE("a call is read with what is not known yet") {
    auto fresh = read_call(
        answer(201, R"({"sid":"CA1","status":"queued","to":"+821000000001","from":"+15005550006",
        "direction":"outbound-api","duration":null,"price":null,"price_unit":"USD","answered_by":null,
        "start_time":null,"date_created":"Sun, 22 Nov 2026 10:00:00 +0000","new_field":{}})"));
    REQUIRE(fresh);
    CHECK(fresh->sid == "CA1");
    CHECK(fresh->status == "queued");
    CHECK_FALSE(fresh->duration_s);
    CHECK_FALSE(fresh->price);
    CHECK(fresh->answered_by.empty());
    CHECK(fresh->date_created == "Sun, 22 Nov 2026 10:00:00 +0000");
    auto ended = read_call(answer(
        200,
        R"({"sid":"CA1","status":"completed","duration":"15","price":"-0.03000","answered_by":"human"})"));
    REQUIRE(ended);
    CHECK(ended->duration_s == 15);
    CHECK(ended->price == -0.03);
    CHECK(ended->answered_by == "human");
}

TEST_CASE("which states are final") {
    for (const char* s : {"completed", "busy", "no-answer", "failed", "canceled"})
        CHECK(is_final(s));
    for (const char* s : {"queued", "initiated", "ringing", "in-progress", ""})
        CHECK_FALSE(is_final(s));
}

TEST_CASE("lists of calls and numbers") {
    auto calls = read_calls(answer(
        200, R"({"calls":[{"sid":"CA2","status":"busy"},{"sid":"CA1"}],"next_page_uri":null})"));
    REQUIRE(calls);
    REQUIRE(calls->size() == 2);
    CHECK((*calls)[0].sid == "CA2");
    auto numbers = read_numbers(
        answer(200, R"({"incoming_phone_numbers":[{"sid":"PN1","phone_number":"+15005550006",
        "voice_url":"https://a.example/incoming","voice_method":"POST","voice_application_sid":"AP1","trunk_sid":null,
        "capabilities":{"voice":false,"sms":true}}]})"));
    REQUIRE(numbers);
    REQUIRE(numbers->size() == 1);
    CHECK(numbers->front().voice_url == "https://a.example/incoming");
    CHECK(numbers->front().voice_application_sid == "AP1");
    CHECK(numbers->front().trunk_sid.empty());
    CHECK_FALSE(numbers->front().voice);
    CHECK(read_numbers(answer(200, R"({"incoming_phone_numbers":[]})"))->empty());
    CHECK_FALSE(read_numbers(answer(200, R"({"calls":[]})")));
}

TEST_CASE("notifications explain a failed call") {
    auto list = read_notifications(answer(
        200,
        R"({"notifications":[{"error_code":"13227","log":"0","message_text":"Msg=Geo+permission","more_info":"https://x.example"}]})"));
    REQUIRE(list);
    CHECK(list->front().error_code == 13227);
    CHECK_FALSE(list->front().warning);
    CHECK(list->front().message == "Msg=Geo permission");
}

TEST_CASE("the account with the token that signs, its balance, and a country's permission") {
    auto facts =
        read_account(answer(200, R"({"status":"active","type":"Trial","auth_token":"leak"})"));
    REQUIRE(facts);
    CHECK(facts->type == "Trial");
    CHECK(facts->status == "active");
    auto balance = read_balance(answer(200, R"({"balance":"0.05","currency":"USD"})"));
    REQUIRE(balance);
    CHECK(balance->amount == 0.05);
    CHECK(balance->currency == "USD");
    CHECK_FALSE(read_balance(answer(200, R"({"balance":"much"})")));
    CHECK(facts->auth_token.reveal() == "leak");
    Account account;
    account.sid = "AC1";
    account.token = pa::Secret("token");
    account.key_sid = "SK1";
    auto request = fetch_dialing_permission(account, "https://voice.twilio.com", "KR");
    CHECK(request.url == "https://voice.twilio.com/v1/DialingPermissions/Countries/KR");
    CHECK(request.user == "AC1");
    CHECK(*read_dialing_permission(answer(200, R"({"low_risk_numbers_enabled":true})")));
    CHECK_FALSE(*read_dialing_permission(answer(200, R"({"low_risk_numbers_enabled":false})")));
    CHECK_FALSE(read_dialing_permission(answer(200, "{}")));
}

TEST_CASE("what is no answer of Twilio's is an error") {
    CHECK(read_call(answer(401, R"({"code":20003})")).error().code == Errc::credentials);
    CHECK(read_call(answer(200, "<html>")).error().code == Errc::later);
    CHECK(read_call(answer(200, "[]")).error().code == Errc::later);
    CHECK(read_call(answer(200, "{}")).error().code == Errc::later);
    CHECK(read_call(answer(302, "")).error().code == Errc::unavailable);
    CHECK(read_call(answer(0, "")).error().code == Errc::unavailable);
}
