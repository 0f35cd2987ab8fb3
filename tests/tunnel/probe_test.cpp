#include "tunnel/probe.hpp"

#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::tunnel;
using Outcome = Probe::Outcome;

TEST_CASE("a tunnel works if the bridge answers, or the tunnel itself says that nothing listens") {
    Probe bridge = read_probe({200, {}, R"({"nonce":"abc","schema":"x"})"});
    CHECK(bridge.outcome == Outcome::bridge);
    CHECK(bridge.nonce == "abc");
    CHECK(read_probe({502, {{"Ngrok-Error-Code", "ERR_NGROK_8012"}}, ""}).outcome ==
          Outcome::nothing_listens);
    CHECK(read_probe({502, {}, "<html>… ERR_NGROK_8012 …"}).outcome == Outcome::nothing_listens);
    CHECK(read_probe({502, {}, "Bad Gateway"}).works());
}

TEST_CASE("an answer that did not come through our tunnel is no proof") {
    CHECK(read_probe({404, {{"ngrok-error-code", "ERR_NGROK_3200"}}, ""}).outcome ==
          Outcome::unreachable);
    CHECK(read_probe({530, {}, "error code: 1033"}).outcome == Outcome::unreachable);
    CHECK(read_probe({502, {}, "ERR_NGROK_3004"}).outcome == Outcome::unreachable);
    CHECK(read_probe({200, {}, "<html>It works!"}).outcome == Outcome::other);
    CHECK(read_probe({200, {}, "{}"}).outcome == Outcome::other);
    CHECK(read_probe({404, {}, "not found"}).outcome == Outcome::other);
}

TEST_CASE("the probe is no browser to ngrok, and a dead line is told") {
    test::FakeHttp http;
    Probe dead = probe(http, "https://x.example");
    CHECK(dead.outcome == Outcome::unreachable);
    CHECK_THAT(dead.detail, contains("connection refused"));
    CHECK(http.requests.at(0).url == "https://x.example/healthz");
    CHECK(http.requests.at(0).headers.at(1).first == "ngrok-skip-browser-warning");
}
