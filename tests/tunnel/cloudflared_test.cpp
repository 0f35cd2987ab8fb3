#include "tunnel/cloudflared.hpp"

#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::tunnel;

namespace {
Wanted wanted() {
    Wanted w;
    w.port = 8082;
    return w;
}
const std::string quick = "GET http://127.0.0.1:20241/quicktunnel";
}  // namespace

TEST_CASE("the quick tunnel's name becomes a URL, an empty one none") {
    CHECK(read_quicktunnel(R"({"hostname":"big-words.trycloudflare.com"})") ==
          "https://big-words.trycloudflare.com");
    CHECK(read_quicktunnel(R"({"hostname":""})").empty());
    CHECK(read_quicktunnel(R"({"hostname":"a b/@c"})").empty());
    CHECK(read_quicktunnel("404 page not found").empty());
}

TEST_CASE("cloudflared's log tells metrics address and URL, but the service's api is no tunnel") {
    CHECK(read_cloudflared_line(
              "2026-09-01T10:00:00Z INF Starting metrics server on 127.0.0.1:20242/metrics")
              .metrics_address == "127.0.0.1:20242");
    CHECK(
        read_cloudflared_line("2026-09-01T10:00:00Z INF |  https://big-words.trycloudflare.com   |")
            .url == "https://big-words.trycloudflare.com");
    CHECK(
        read_cloudflared_line(R"({"level":"info","message":"|  https://a-b.trycloudflare.com  |"})")
            .url == "https://a-b.trycloudflare.com");
    CHECK(read_cloudflared_line("failed to request https://api.trycloudflare.com/tunnel")
              .url.empty());
    CHECK(
        read_cloudflared_line("2026-09-01T10:00:00Z ERR failed to serve tunnel connection").error ==
        "failed to serve tunnel connection");
}

TEST_CASE("a running quick tunnel is ours if the bridge behind it is the one on our port") {
    test::FakeHttp http;
    http.on(quick, 200, R"({"hostname":"a.trycloudflare.com"})");
    http.on("GET http://127.0.0.1:8082/healthz", 200, R"({"nonce":"n1"})");
    SECTION("the same nonce") {
        http.on("GET https://a.trycloudflare.com/healthz", 200, R"({"nonce":"n1"})");
        CHECK(Cloudflared(wanted(), http).look().url == "https://a.trycloudflare.com");
    }
    SECTION("another bridge") {
        http.on("GET https://a.trycloudflare.com/healthz", 200, R"({"nonce":"n2"})");
        Finding found = Cloudflared(wanted(), http).look();
        CHECK(found.url.empty());
        CHECK(found.strangers.size() == 1);
    }
}

TEST_CASE("a quick tunnel is not ours while no bridge listens that could prove it") {
    test::FakeHttp http;
    http.on(quick, 200, R"({"hostname":"a.trycloudflare.com"})");
    Finding found = Cloudflared(wanted(), http).look();
    CHECK(found.url.empty());
    CHECK(found.strangers.size() == 1);
}

TEST_CASE("the cloudflared we started is believed") {
    test::FakeHttp http;
    Cloudflared cloudflared(wanted(), http);
    cloudflared.read_line("INF |  https://log.trycloudflare.com |");
    CHECK(cloudflared.look().url == "https://log.trycloudflare.com");
    cloudflared.read_line("INF Starting metrics server on 127.0.0.1:31234/metrics");
    http.on("GET http://127.0.0.1:31234/quicktunnel", 200, R"({"hostname":"m.trycloudflare.com"})");
    CHECK(cloudflared.look().url == "https://m.trycloudflare.com");
    cloudflared.child_ended();
    CHECK(cloudflared.look().url.empty());
}
