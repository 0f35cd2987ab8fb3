#include "json/document.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <cstdlib>

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

TEST_CASE("a zero is zero, however long it is written") {
    for (const char* zero : {"0e100", "-0e100", "0E+99", "0e-400", "-0.0e308", "0.00000e30", "0.0",
                             "0e5", "0.000000000000000000000000000000000000000000000000000"}) {
        INFO(zero);
        auto d = json::Document::parse(fmt::format(R"({{"a":[{0},{0} ],"b":{0}}})", zero));
        REQUIRE(d);
        CHECK(d->root()["a"].at(0).number(1) == 0);
        CHECK(d->root()["a"].at(1).number(1) == 0);
        CHECK(d->root()["b"].number(1) == 0);
    }
    for (const char* none : {"0e", "00e100", "0.e100", "0.0e+", "0e10.0", "-", "0e1e100", "0.0-",
                             "[0E0156-02]", "[0e100 1]"})
        CHECK_FALSE(json::Document::parse(none));
    // What is no number, or no zero, stays as it is.
    auto d = json::Document::parse(
        R"({"0e100":"0.0000e9 \"0e100","b":[10e100,1.0e30,0.00001e5,0.009]})");
    REQUIRE(d);
    CHECK(d->root()["0e100"].text() == "0.0000e9 \"0e100");
    CHECK(d->root()["b"].at(0).number() == 10e100);
    CHECK(d->root()["b"].at(1).number() == 1.0e30);
    CHECK(d->root()["b"].at(2).number() == 1);
    CHECK(d->root()["b"].at(3).number() == 0.009);
}

TEST_CASE("a number is read as what it is nearest to") {
    for (const char* number :
         {"1844674407370955161573709551615", "18446744073709551615.5", "-1.84467440737095516159e5",
          "0.000184467440737095516157", "184467440737095516154", "18446744073709551615",
          "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
          // Near the middle of two doubles, of both signs.
          "-18433333333333346743e280", "9007199254740993", "-9007199254740993.0",
          "9007199254740993.00000000000000000000000000001", "0.1", "-0.1e-7", "123e-400",
          "2.2250738585072011e-308", "4.9e-324", "1.7976931348623157e308"}) {
        INFO(number);
        auto d = json::Document::parse(fmt::format(R"(["{0}",{0}, {0} ])", number));
        REQUIRE(d);
        CHECK(d->root().at(0).text() == number);  // in a string it stays
        for (std::size_t i : {1U, 2U})
            CHECK(d->root().at(i).number() == std::strtod(number, nullptr));
    }
}

TEST_CASE("a whole number is one as long as 64 bits hold it, and what is too big is none") {
    auto d = json::Document::parse(
        R"([-9223372036854775808,9223372036854775807,18446744073709551615,-0,7.0,2e308,-18433333333333346743e300])");
    REQUIRE(d);
    CHECK(d->root().at(0).integer() == INT64_MIN);
    CHECK(d->root().at(1).integer() == INT64_MAX);
    CHECK(d->root().at(2).integer(-1) == -1);
    CHECK(d->root().at(3).integer(-1) == 0);
    CHECK(d->root().at(4).integer(-1) == -1);
    for (std::size_t i : {5U, 6U}) CHECK(d->root().at(i).number(-1) == -1);
    CHECK(d->root().dump() ==
          "[-9223372036854775808,9223372036854775807,18446744073709551615,0,7.0,null,null]");
    for (const char* beyond : {"1e309", "-0e309"}) CHECK_FALSE(json::Document::parse(beyond));
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
