#include "tunnel/tailscale.hpp"

#include "support/catch.hpp"

using namespace pa;
using namespace pa::tunnel;

namespace {
const char* const status =
    R"({"TCP":{"443":{"HTTPS":true}},"Web":{"host.tail1.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:8082"}}},
        "host.tail1.ts.net:8443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:9000"}}}},
        "AllowFunnel":{"host.tail1.ts.net:443":true}})";
}

TEST_CASE("a served port is a tunnel only if it is open to the internet") {
    auto offers = read_serve_status(status);
    REQUIRE(offers);
    REQUIRE(offers->size() == 1);
    CHECK(offers->front().url == "https://host.tail1.ts.net");
    CHECK(offers->front().port == 8082);
    CHECK(read_serve_status("{}")->empty());
    CHECK_FALSE(read_serve_status("not logged in"));
}

TEST_CASE("a funnel in the foreground counts, and another port than 443 is written") {
    auto offers = read_serve_status(
        R"({"Foreground":{"s1":{"Web":{"h.ts.net:8443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:8082"}}}},"AllowFunnel":{"h.ts.net:8443":true}}}})");
    REQUIRE(offers);
    REQUIRE(offers->size() == 1);
    CHECK(offers->front().url == "https://h.ts.net:8443");
}

TEST_CASE("the funnel to our port is found by asking tailscale") {
    Wanted wanted;
    wanted.port = 8082;
    Tailscale tailscale(wanted, [] { return std::string(status); });
    CHECK(tailscale.look().url == "https://host.tail1.ts.net");
    Tailscale absent(wanted, [] { return Error{Errc::unavailable, "cannot start tailscale"}; });
    CHECK(absent.look().url.empty());
}

TEST_CASE("what tailscale refuses is told with the page that mends it") {
    CHECK_THAT(explain_tailscale("Funnel not available; HTTPS must be enabled.")->sentence,
               contains("admin/dns"));
    CHECK_THAT(
        explain_tailscale("Funnel not available; \"funnel\" node attribute not set.")->sentence,
        contains("admin/acls"));
    CHECK_FALSE(explain_tailscale("Available on the internet:"));
}
