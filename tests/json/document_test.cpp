#include "json/document.hpp"

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("a typed getter fails with the path and what was expected there") {
    auto d = json::Document::parse(R"({"media":{"payload":7,"chunk":"12"}})");
    REQUIRE(d);
    auto payload = d->text("media.payload");
    REQUIRE_FALSE(payload);
    CHECK_THAT(payload.error().what, contains("media.payload: expected"));
    CHECK(*d->integer("media.chunk") == 12);  // the carrier writes its numbers so
    CHECK_FALSE(d->text("media.nothing"));
}

TEST_CASE("what is no JSON is an error with its place, and no depth of it breaks anything") {
    auto broken = json::Document::parse(R"({"a":)");
    REQUIRE_FALSE(broken);
    CHECK_THAT(broken.error().what, contains("byte 5"));
    CHECK_FALSE(json::Document::parse(std::string(100'000, '[')));
    CHECK_FALSE(json::Document::parse("\"\xff\""));
}

TEST_CASE("a message is parsed in place, and its views are its own bytes") {
    std::string text = R"({"event":"media","media":{"payload":"//8="}})";
    const std::size_t size = text.size();
    text.resize(size + 16);
    json::Parser parser;
    json::Value v = parser.parse_in_place({text.data(), size});
    std::string_view payload = v["media"]["payload"].text();
    CHECK(payload == "//8=");
    CHECK(payload.data() >= text.data());
    CHECK(payload.data() + payload.size() <= text.data() + size);
    std::string broken = "{]";
    broken.resize(18);
    CHECK_FALSE(parser.parse_in_place({broken.data(), 2}));
}
