#include "carrier/calls.hpp"

#include "support/catch.hpp"

using namespace pa;
using namespace pa::carrier;

TEST_CASE("dates of RFC 2822 and of HTTP are read") {
    auto at = [](const char* text) { return *parse_iso(text); };
    CHECK(parse_rfc2822("Sun, 25 Mar 2018 09:53:19 +0000") == at("2018-03-25T09:53:19Z"));
    CHECK(parse_rfc2822("Sun, 25 Mar 2018 18:53:19 +0900") == at("2018-03-25T09:53:19Z"));
    CHECK(parse_rfc2822("Sun, 25 Mar 2018 09:53:19 GMT") == at("2018-03-25T09:53:19Z"));
    CHECK(parse_rfc2822("Mon, 2 Mar 2026 01:02:03 -0330") == at("2026-03-02T04:32:03Z"));
    for (const char* bad :
         {"", "2018-03-25T09:53:19Z", "Sun, 25 Foo 2018 09:53:19 GMT", "Sun, 25 Mar"})
        CHECK_FALSE(parse_rfc2822(bad));
}
