#include "bridge/live_view.hpp"

#include "support/catch.hpp"

TEST_CASE("whether a call was put through is told by the last word on it") {
    pa::call::Record record;
    CHECK_FALSE(pa::bridge::was_put_through(record));
    record.events.push_back({0, "transfer", "+821000005678"});
    record.events.push_back({0, "key", "1"});
    CHECK(pa::bridge::was_put_through(record));
    SECTION("nobody took it") { record.events.push_back({0, "transfer failed", "busy"}); }
    SECTION("it is over") { record.events.push_back({0, "transfer ended", "completed"}); }
    CHECK_FALSE(pa::bridge::was_put_through(record));
}
