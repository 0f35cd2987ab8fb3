#include "sim/fetch_policy.hpp"

#include "support/catch.hpp"

using namespace pa::sim;
using namespace std::chrono_literals;

TEST_CASE("a webhook is tried twice, only when it could not be reached") {
    auto p = FetchPolicy::of("https://a.example/incoming");
    CHECK(p.connect == 5s);
    CHECK(p.total == 15s);
    CHECK(p.retries == 1);
    CHECK(p.again(0, false));
    CHECK_FALSE(p.again(0, true));
    CHECK_FALSE(p.again(503, true));
}

TEST_CASE("the fragment of the URL says how to try again") {
    auto p =
        FetchPolicy::of("https://a.example/after#ct=2000&rt=8000&tt=99000&rc=9&rp=ct,5xx&e=tokyo");
    CHECK(p.connect == 2s);
    CHECK(p.read == 8s);
    CHECK(p.total == 15s);
    CHECK(p.retries == 5);
    CHECK(p.again(502, true));
    CHECK(p.again(0, false));
    CHECK_FALSE(p.again(404, true));
    CHECK_FALSE(p.again(0, true));
    auto all = FetchPolicy::of("https://a.example/#rp=all");
    CHECK((all.again(404, true) && all.again(500, true) && all.again(0, true) &&
           all.again(0, false)));
}

TEST_CASE("the signed URL has no fragment, no user, and no port over TLS") {
    CHECK(signed_url("https://u:p@localhost:4443/x?a=b#rc=1") == "https://localhost/x?a=b");
    CHECK(signed_url("http://127.0.0.1:8082/x") == "http://127.0.0.1:8082/x");
    CHECK(signed_url("wss://localhost:4443/media") == "wss://localhost/media");
    CHECK(signed_url("https://Abc.example") == "https://Abc.example");
}

TEST_CASE("references in a document are resolved against where it came from") {
    CHECK(resolve_url("https://a:1/x/y?q", "/after#rc=1") == "https://a:1/after#rc=1");
    CHECK(resolve_url("https://a/x/y", "z") == "https://a/x/z");
    CHECK(resolve_url("https://a/x", "https://b/c") == "https://b/c");
    CHECK(resolve_url("https://a/x", "") == "https://a/x");
}
