#include "sim/http_head.hpp"

#include "support/catch.hpp"

using namespace pa::sim;

TEST_CASE("a head is split and put together again") {
    auto h = HttpHead::parse("POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n");
    REQUIRE(h);
    CHECK(h->method() == "POST");
    CHECK(h->target() == "/a?b");
    CHECK(h->header("HOST") == "x");
    CHECK(h->content_length() == 12);
    CHECK_FALSE(h->upgrade());
    CHECK(h->text() == "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n");
    CHECK(HttpHead::parse("HTTP/1.1 101 Switching\r\nUpgrade: WebSocket\r\n\r\n")->upgrade());
    CHECK(HttpHead::parse("HTTP/1.1 204 No Content\r\n\r\n")->status() == 204);
    CHECK_FALSE(HttpHead::parse("\x16\x03\x01nonsense\r\n\r\n"));
}

TEST_CASE("forwarding headers are added as ngrok adds them") {
    auto h = *HttpHead::parse("GET / HTTP/1.1\r\nHost: pub:1\r\n\r\n");
    add_forwarding(h, "127.0.0.1");
    CHECK(h.header("x-forwarded-for") == "127.0.0.1");
    CHECK(h.header("x-forwarded-proto") == "https");
    CHECK(h.header("x-forwarded-host") == "pub:1");
}

TEST_CASE("a client's own forwarding headers are appended to, its host is passed through") {
    auto h = *HttpHead::parse(
        "GET / HTTP/1.1\r\nHost: pub\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: http\r\n"
        "X-Forwarded-Host: evil\r\n\r\n");
    add_forwarding(h, "127.0.0.1");
    CHECK(h.header("x-forwarded-for") == "1.2.3.4, 127.0.0.1");
    CHECK(h.header("x-forwarded-proto") == "http, https");
    CHECK(h.header("x-forwarded-host") == "evil");
}
