// The services' hops, with the services' answers.
#include <fmt/format.h>

#include "doctor/check.hpp"
#include "doctor/rig.hpp"
#include "twilio/signature.hpp"

using namespace pa;
using namespace doctor;
using test::Patient;

namespace {

/// All services answer as if all was well.
struct World : Patient {
    World() {
        models(200, R"({"object":"list","data":[]})");
        for (const char* name : {"gpt-realtime-2.1-mini", "gpt-transcribe", "gpt-6-luna"})
            http.on(openai + "/models/" + name, 200, R"({"id":"x","shutdown_date":null})");
        account_is(fmt::format(R"({{"status":"active","type":"Full","auth_token":"{}"}})", digits));
        balance(200, R"({"balance":"12.34","currency":"USD"})");
        number(R"("voice_url":"https://a.example/incoming","voice_method":"POST",)"
               R"("status_callback":"https://a.example/status","status_callback_method":"POST")");
        permission(true);
        http.on(api + "/2010-04-01.json", 401, "{}", {{"Date", "Mon, 23 Nov 2026 02:00:00 GMT"}});
        http.on(
            "GET http://127.0.0.1:4040/api/tunnels", 200,
            R"({"tunnels":[{"public_url":"https://a.example","config":{"addr":"localhost:8082"}}]})");
        http.on("GET https://a.example/healthz", 200, R"({"nonce":"n1"})");
        bridge("n1", "https://a.example");
    }

    void models(int status, const std::string& body) { route(openai + "/models", status, body); }
    void account_is(const std::string& body) { route(account + ".json", 200, body); }
    void balance(int status, const std::string& body) {
        route(account + "/Balance.json", status, body);
    }
    void number(const std::string& members) {
        route(account + "/IncomingPhoneNumbers/PN" + digits + ".json", 200,
              R"({"sid":"PN1","phone_number":"+15550001000",)" + members + "}");
    }
    void permission(bool on) {
        route("GET https://voice.twilio.com/v1/DialingPermissions/Countries/KR", 200,
              fmt::format(R"({{"low_risk_numbers_enabled":{}}})", on));
    }
    void bridge(const std::string& nonce, const std::string& url) {
        route("GET http://bridge/status", 200,
              fmt::format(R"({{"nonce":"{}","public_url":"{}"}})", nonce, url));
    }
    void route(const std::string& request, int status, const std::string& body) {
        http.forget(request);
        http.on(request, status, body);
    }
    std::vector<test::Finding> carrier() {
        return run({check_twilio, check_balance, check_number, check_permissions, check_limits});
    }
    std::vector<test::Finding> way_back() { return run({check_tunnel, check_bridge, check_sync}); }

    const std::string openai = "GET https://api.openai.com/v1", api = "GET https://api.twilio.com";
    const std::string account = api + "/2010-04-01/Accounts/AC" + digits;
};

void all_ok(const std::vector<test::Finding>& found, std::size_t count) {
    CHECK(found.size() == count);
    for (const auto& f : found) {
        INFO(f.subject << ": " << f.sentence);
        CHECK(f.level == Level::ok);
    }
}

}  // namespace

TEST_CASE("services with which all is well") {
    World world;
    all_ok(world.run({check_openai, check_models}), 4);
    all_ok(world.carrier(), 6);
    all_ok(world.way_back(), 3);
    CHECK(world.context().facts.bridge);
}

TEST_CASE("a clock that is wrong is told, and one that cannot be compared is not blamed") {
    World world;
    world.http.forget(world.api + "/2010-04-01.json");
    const auto tell = [&](const std::string& date) {
        world.http.forget(world.api + "/2010-04-01.json");
        world.http.on(world.api + "/2010-04-01.json", 401, "{}", {{"Date", date}});
        return Patient::trouble_in(world.run({check_clock}));
    };
    CHECK(Patient::trouble_in(world.run({check_clock})).level == Level::warn);
    CHECK_THAT(tell("soon").sentence, contains("could not be compared"));
    CHECK(tell("Sun, 22 Nov 2020 02:00:00 GMT").level == Level::fail);
    CHECK_THAT(tell("Sun, 22 Nov 2020 02:00:00 GMT").sentence,
               contains("before that of the carrier") && contains("timedatectl"));
    CHECK_THAT(tell("Wed, 22 Nov 2090 02:00:00 GMT").sentence, contains("behind"));
}

TEST_CASE("the model's service: the key, then each model") {
    World world;
    SECTION("a key that is refused") {
        world.models(401, R"({"error":{"code":"invalid_api_key","message":"Incorrect"}})");
        CHECK(Patient::trouble_in(world.run({check_openai})).subject == "OPENAI_API_KEY");
        CHECK_FALSE(world.well);
        CHECK_FALSE(world.context().facts.openai);
    }
    SECTION("a key of few rights is left to the Realtime socket") {
        world.models(403, "{}");
        CHECK_THAT(Patient::trouble_in(world.run({check_openai})).sentence,
                   contains("may not list models"));
        CHECK(world.well);
    }
    SECTION("a model that is not there") {
        world.route(world.openai + "/models/gpt-6-luna", 404, "{}");
        auto f = Patient::trouble_in(world.run({check_openai, check_models}));
        CHECK(f.subject == "EXTRACT_MODEL");
        CHECK_THAT(f.sentence, contains("change to gpt-6-luna"));
        CHECK_FALSE(world.well);
    }
    SECTION("a model that the service says will end") {
        world.machine.now = *parse_iso("2026-11-23T12:00:00+09:00");
        world.route(world.openai + "/models/gpt-transcribe", 200,
                    R"({"shutdown_date":"2026-12-25"})");
        auto f = Patient::trouble_in(world.run({check_openai, check_models}));
        CHECK(f.subject == "TRANSCRIBE_MODEL");
        CHECK_THAT(f.sentence, contains("ends in 32 days, on 2026-12-25"));
        CHECK(world.well);
    }
}

TEST_CASE("the carrier's account: what forbids calls is told with the remedy") {
    World world;
    SECTION("a token that is refused") {
        world.route(world.account + ".json", 401, R"({"code":20003})");
        auto f = Patient::trouble_in(world.carrier());
        CHECK(f.subject == "TWILIO_AUTH_TOKEN");
        CHECK_THAT(f.sentence, contains("20003"));
        CHECK(world.http.sent(world.account + "/Balance.json").empty());
    }
    SECTION("a trial") {
        world.account_is(R"({"status":"active","type":"Trial"})");
        CHECK_THAT(Patient::trouble_in(world.carrier()).sentence,
                   contains("cannot run Media Streams") && contains("upgrade"));
        CHECK_FALSE(world.well);
    }
    SECTION("a suspended one") {
        world.account_is(R"({"status":"suspended","type":"Full"})");
        CHECK_THAT(Patient::trouble_in(world.carrier()).sentence, contains("is suspended"));
    }
    SECTION("its secondary token, which signs nothing") {
        world.account_is(R"({"status":"active","type":"Full","auth_token":"other-secret"})");
        auto f = Patient::trouble_in(world.carrier());
        CHECK(f.subject == "TWILIO_AUTH_TOKEN");
        CHECK_THAT(f.sentence, contains("is not the primary token"));
    }
    SECTION("an API key that is refused") {
        world.set("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SID=SK" + world.digits);
        world.set("TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SECRET=key-secret");
        world.http.on(world.account + "/IncomingPhoneNumbers.json?PageSize=1", 401, "{}");
        CHECK(Patient::trouble_in(world.carrier()).subject == "TWILIO_API_KEY_SID");
    }
    SECTION("hardly any money, none, and none of its own") {
        world.balance(200, R"({"balance":"0.50","currency":"USD"})");
        auto little = Patient::trouble_in(world.carrier());
        CHECK(little.hop.empty());
        CHECK(little.level == Level::warn);
        CHECK_THAT(little.sentence, contains("about 9 minutes to Korea") && contains("add funds"));
        world.balance(200, R"({"balance":"-0.01","currency":"USD"})");
        CHECK(Patient::trouble_in(world.run({check_balance})).level == Level::fail);
        world.balance(404, R"({"code":20404})");
        CHECK(Patient::trouble_in(world.run({check_balance})).level == Level::warn);
    }
}

TEST_CASE("the number and the countries: what keeps calls away is told with the remedy") {
    World world;
    SECTION("a number of another account") {
        world.route(world.account + "/IncomingPhoneNumbers/PN" + world.digits + ".json", 404,
                    R"({"code":20404})");
        CHECK(Patient::trouble_in(world.carrier()).subject == "TWILIO_PHONE_NUMBER_SID");
    }
    SECTION("one for messages only") {
        world.number(R"("capabilities":{"voice":false})");
        CHECK_THAT(Patient::trouble_in(world.carrier()).sentence, contains("cannot do voice"));
    }
    SECTION("one that an application or a trunk has taken") {
        world.number(R"("voice_application_sid":"AP1")");
        CHECK_THAT(Patient::trouble_in(world.carrier()).sentence,
                   contains("TwiML application") && contains("--force"));
        world.number(R"("trunk_sid":"TK1")");
        CHECK_THAT(Patient::trouble_in(world.run({check_number})).sentence, contains("SIP trunk"));
    }
    SECTION("a country that is not permitted") {
        world.permission(false);
        auto f = Patient::trouble_in(world.carrier());
        CHECK(f.subject == "calls to +82");
        CHECK_THAT(f.sentence, contains("21215") && contains("Geo permissions"));
        CHECK_FALSE(world.well);
    }
    SECTION("a country that we have no name for") {
        world.set("ALLOWED_COUNTRIES", "ALLOWED_COUNTRIES=82,262");
        all_ok(world.carrier(), 7);
    }
    SECTION("webhooks that lead elsewhere") {
        world.number(R"("voice_url":"https://old.example/incoming","voice_method":"POST")");
        world.carrier();
        auto f = Patient::trouble_in(world.way_back());
        CHECK(f.subject == "VoiceUrl");
        CHECK_THAT(f.sentence,
                   contains("old.example") && contains("pa-webhook-sync https://a.example"));
    }
}

TEST_CASE("the way back: whose tunnel it is, and whose bridge") {
    World world;
    const std::string tunnels = "GET http://127.0.0.1:4040/api/tunnels";
    SECTION("a tunnel to somewhere else") {
        world.route(tunnels, 200,
                    R"({"tunnels":[{"public_url":"https://b.example","config":{"addr":"3000"}}]})");
        world.http.forget("GET http://bridge/status");
        auto f = Patient::trouble_in(world.way_back());
        CHECK(f.subject == "ngrok");
        CHECK_THAT(f.sentence, contains("https://b.example -> 3000") && contains("pa-tunnel |"));
    }
    SECTION("none at all") {
        world.http.forget(tunnels);
        world.http.forget("GET http://bridge/status");
        CHECK_THAT(Patient::trouble_in(world.way_back()).sentence,
                   contains("none leads to port 8082") && contains("pa-tunnel |"));
    }
    SECTION("one that only the bridge was told of") {
        world.http.forget(tunnels);
        all_ok(world.way_back(), 2);
    }
    SECTION("one that is offline") {
        world.route("GET https://a.example/healthz", 404, "ERR_NGROK_3200");
        auto f = Patient::trouble_in(world.way_back());
        CHECK(f.subject == "public URL");
        CHECK_THAT(f.sentence, contains("ERR_NGROK_3200"));
    }
    SECTION("one whose certificate is not trusted here") {
        world.http.forget("GET https://a.example/healthz");
        world.http.on_error("GET https://a.example/healthz", Errc::unavailable,
                            "certificate of a.example not trusted");
        auto f = Patient::trouble_in(world.way_back());
        CHECK(f.subject == "public URL");
        CHECK_THAT(f.sentence, contains("ca-certificates") && !contains("restart"));
    }
    SECTION("one of the free plan") {
        world.route(
            tunnels, 200,
            R"({"tunnels":[{"public_url":"https://a.ngrok-free.app","config":{"addr":"8082"}}]})");
        world.http.on("GET https://a.ngrok-free.app/healthz", 200, R"({"nonce":"n1"})");
        world.bridge("n1", "https://a.ngrok-free.app");
        auto found = world.way_back();
        all_ok(found, 3);
        CHECK_THAT(found[1].sentence, contains("20,000 requests") && contains("ERR_NGROK_334"));
    }
    SECTION("no bridge") {
        world.http.forget("GET http://bridge/status");
        CHECK_THAT(Patient::trouble_in(world.way_back()).sentence, contains("start pa-bridge"));
    }
    SECTION("a bridge that takes itself for another") {
        world.bridge("n1", "https://old.example");
        CHECK_THAT(Patient::trouble_in(world.way_back()).sentence, contains("https://old.example"));
    }
    SECTION("somebody else's bridge") {
        world.bridge("n2", "https://a.example");
        CHECK_THAT(Patient::trouble_in(world.way_back()).sentence, contains("another bridge"));
    }
    SECTION("a port where nothing listens") {
        world.route("GET https://a.example/healthz", 502, "ERR_NGROK_8012");
        CHECK_THAT(Patient::trouble_in(world.way_back()).sentence, contains("nothing listens"));
    }
}

TEST_CASE("a signed request that does not come through is told with what came back") {
    World world;
    world.run({check_twilio});
    world.way_back();
    const std::string tokens = "POST http://bridge/self-test",
                      test = "POST https://a.example/self-test";
    world.http.on(tokens, 201, R"({"request":"t1","socket":"t2"})");
    auto told = [&](int status, const std::string& body) {
        world.route(test, status, body);
        return Patient::trouble_in(world.run({check_webhook})).sentence;
    };
    CHECK_THAT(told(403, R"({"signed":false,"public_url":"https://a.example"})"),
               contains("X-Twilio-Signature"));
    CHECK_THAT(told(403, R"({"signed":true,"public_url":"https://b.example"})"),
               contains("https://b.example") && contains("TWILIO_AUTH_TOKEN"));
    CHECK_THAT(told(404, "not found"), contains("HTTP 404"));
    world.route(test, 200, R"({"nonce":"n1"})");
    all_ok(world.run({check_webhook}), 1);
    CHECK(world.context().facts.socket_token == "t2");
    const HttpRequest& sent = world.http.requests.back();
    CHECK(twilio::valid_form_signature(world.settings.twilio_auth_token, sent.url,
                                       form_decode(sent.body), sent.headers.back().second));
    world.route(tokens, 404, "{}");
    CHECK_THAT(Patient::trouble_in(world.run({check_webhook})).sentence, contains("restart it"));
}
