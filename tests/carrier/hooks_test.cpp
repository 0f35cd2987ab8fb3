#include "carrier/hooks.hpp"

#include "support/catch.hpp"

using namespace pa;
using namespace pa::carrier;

namespace {
Number in_sync() {
    Number n;
    n.sid = "PN1";
    n.phone_number = "+15550001234";
    n.voice_url = "https://x.example/incoming";
    n.status_callback = "https://x.example/status";
    n.voice_method = n.status_callback_method = "POST";
    return n;
}
}  // namespace

TEST_CASE("a number in sync has nothing to write") {
    CHECK(changes(in_sync(), {"https://x.example", "", false}).empty());
}

TEST_CASE("only what differs is written") {
    Number n = in_sync();
    n.voice_method = "GET";
    CHECK(changes(n, {"https://x.example", "", false}) == Form{{"VoiceMethod", "POST"}});
    n = in_sync();
    n.voice_url = "https://old.example/incoming";
    CHECK(changes(n, {"https://x.example", "", false}) ==
          Form{{"VoiceUrl", "https://x.example/incoming"}});
    CHECK(changes(in_sync(), {"https://x.example", "https://f.example/say", false}) ==
          Form{{"VoiceFallbackUrl", "https://f.example/say"}, {"VoiceFallbackMethod", "POST"}});
}

TEST_CASE("a fallback that is there stays when none is asked for") {
    Number n = in_sync();
    n.voice_fallback_url = "https://f.example";
    CHECK(changes(n, {"https://x.example", "", false}).empty());
}

TEST_CASE("an application or trunk makes the voice URL ineffective, and force clears it") {
    Number n = in_sync();
    CHECK(ineffective(n).empty());
    n.voice_application_sid = "AP1";
    CHECK_THAT(ineffective(n), contains("AP1"));
    CHECK(changes(n, {"https://x.example", "", true}) == Form{{"VoiceApplicationSid", ""}});
    n.trunk_sid = "TK1";
    CHECK_THAT(ineffective(n), contains("SIP trunk (TK1)"));
    CHECK_THAT(ineffective(n), contains("--force"));
}

TEST_CASE("a base is https without anything behind the host") {
    CHECK(*public_base("https://x.example/") == "https://x.example");
    CHECK(*public_base("  https://X.example:8443\r") == "https://x.example:8443");
    CHECK(*public_base("http://127.0.0.1:9000") == "http://127.0.0.1:9000");
    for (const char* bad :
         {"", "x.example", "http://x.example", "wss://x.example", "https://x.example/voice",
          "https://u:p@x.example", "https://x.example/?a=1", "https://x.example/#f", "https://"}) {
        INFO(bad);
        REQUIRE_FALSE(public_base(bad));
        CHECK(public_base(bad).error().code == Errc::data);
    }
}
