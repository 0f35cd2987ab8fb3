#include "base/line_buffer.hpp"

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("lines come out whole, however the bytes are cut") {
    LineBuffer lines;
    lines.feed("https://a.exa");
    CHECK_FALSE(lines.next());
    lines.feed("mple\r\nsecond\n\nthi");
    CHECK(lines.next() == "https://a.example");
    CHECK(lines.next() == "second");
    CHECK(lines.next() == "");
    CHECK_FALSE(lines.next());
    CHECK(lines.rest() == "thi");
    CHECK_FALSE(lines.rest());
}

TEST_CASE("a line without an end is bounded, and the lines after it are whole") {
    LineBuffer lines(8);
    for (int i = 0; i < 1000; ++i) lines.feed("0123456789");
    lines.feed("\nnext\n");
    CHECK(lines.next() == "01234567");
    CHECK(lines.next() == "next");
}
