#include "dial/bridge.hpp"

#include "json/document.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::dial;

namespace {
struct Rig {
    test::FakeHttp http;
    Bridge bridge{http, "/agent/run/bridge.sock"};
};
const char* const status_json =
    R"({"schema":"phone-agent/bridge/1","nonce":"n1","public_url":"https://x.example","port":8082,"pid":7,"calls":0})";
}  // namespace

TEST_CASE("the bridge is asked over its unix socket") {
    Rig rig;
    rig.http.answer(200, status_json);
    auto info = rig.bridge.status();
    REQUIRE(info);
    CHECK(info->nonce == "n1");
    CHECK(info->public_url == "https://x.example");
    CHECK(rig.http.requests[0].unix_socket == "/agent/run/bridge.sock");
}

TEST_CASE("no bridge, or one without a public URL, means later") {
    Rig rig;
    auto none = rig.bridge.status();
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::later);
    CHECK_THAT(none.error().what, contains("start pa-bridge"));
    rig.http.answer(200, R"({"nonce":"n1","public_url":null})");
    auto without = rig.bridge.status();
    REQUIRE_FALSE(without);
    CHECK(without.error().code == Errc::later);
}

TEST_CASE("only the very bridge on the socket counts behind the public URL") {
    Rig rig;
    Bridge::Info info{"n1", "https://x.example"};
    rig.http.answer(200, R"({"nonce":"n1"})");
    CHECK(rig.bridge.check_public(info));
    rig.http.answer(200, R"({"nonce":"n2"})");
    CHECK_THAT(rig.bridge.check_public(info).error().what, contains("another bridge"));
    rig.http.answer(502, "ERR_NGROK_8012");
    CHECK_THAT(rig.bridge.check_public(info).error().what,
               contains("no working bridge behind https://x.example"));
    rig.http.answer(200, "<html>");
    CHECK(rig.bridge.check_public(info).error().code == Errc::later);
    CHECK(rig.bridge.check_public(info).error().code == Errc::later);  // refused connection
}

TEST_CASE("the matter goes over in the body, never in a URL") {
    Rig rig;
    rig.http.answer(201, R"({"id":"d1"})");
    Matter matter;
    matter.to = "+821000005678";
    matter.about = "약속 \"7시\"\n둘째 줄";
    auto id = rig.bridge.announce(matter);
    REQUIRE(id);
    CHECK(*id == "d1");
    const HttpRequest& sent = rig.http.requests[0];
    CHECK(sent.method == "POST");
    CHECK(sent.url == "http://bridge/dials");
    auto body = json::Document::parse(sent.body);
    REQUIRE(body);
    CHECK(body->root()["about"].text() == matter.about);
    CHECK(body->root()["persona"].is_null());
    CHECK(body->root()["ack"].is_null());
    CHECK(body->root()["machine"].text() == "hangup");

    rig.http.answer(204, "");
    CHECK(rig.bridge.bind("d1", "CA1"));
    CHECK(rig.http.requests[1].url == "http://bridge/dials/d1");
    CHECK(rig.http.requests[1].body == R"({"call_sid":"CA1"})");
    rig.http.answer(204, "");
    CHECK(rig.bridge.withdraw("d1"));
    CHECK(rig.http.requests[2].method == "DELETE");
}

TEST_CASE("a call's state is read with its nulls, an unknown call is none") {
    Rig rig;
    rig.http.answer(
        200,
        R"({"call_sid":"CA1","status":"ringing","final":false,"answered_by":null,"sip_code":null,
                             "duration_s":null,"acknowledged":null,"log":null})");
    auto state = rig.bridge.call("CA1");
    REQUIRE(state);
    REQUIRE(*state);
    CHECK((**state).status == "ringing");
    CHECK_FALSE((**state).sip_code);
    CHECK_FALSE((**state).acknowledged);
    rig.http.answer(
        200,
        R"({"status":"busy","final":true,"sip_code":603,"duration_s":0,"acknowledged":false,"log":"/l.json"})");
    state = rig.bridge.call("CA1");
    CHECK((**state).sip_code == 603);
    CHECK((**state).acknowledged == false);
    CHECK((**state).log == "/l.json");
    rig.http.answer(404, "");
    state = rig.bridge.call("CA1");
    REQUIRE(state);
    CHECK_FALSE(*state);
}
