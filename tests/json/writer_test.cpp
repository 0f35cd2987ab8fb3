#include "json/writer.hpp"

#include <limits>
#include <utility>

#include "base/text.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"

using namespace pa;

namespace {

std::string written(std::string_view text) {
    json::Writer w;
    return w.start().object().member("text", text).end().str();
}

}  // namespace

TEST_CASE("every control character is escaped, wherever it stands") {
    // RapidJSON looks at sixteen bytes at a time, so each place within them is its own case.
    for (int c = 0; c < 0x20; ++c)
        for (std::size_t place = 0; place < 40; ++place) {
            std::string text(40, 'a');
            text[place] = static_cast<char>(c);
            const std::string json = written(text);
            bool clean = true;
            for (char byte : json) clean = clean && static_cast<unsigned char>(byte) >= 0x20;
            REQUIRE(clean);
            auto read = json::Document::parse(json);
            REQUIRE(read);
            REQUIRE(read->root()["text"].text() == text);
        }
}

TEST_CASE("what is not to be escaped stands as it is, and all else reads as it was") {
    for (int c = 0x20; c < 0x100; ++c)
        for (std::size_t size : {1U, 15U, 16U, 17U, 40U})
            for (std::size_t place = 0; place < size; ++place) {
                std::string text(size, 'a');
                text[place] = static_cast<char>(c);
                const std::string json = written(text);
                const bool plain = c < 0x7f && c != '"' && c != '\\';
                REQUIRE((json == "{\"text\":\"" + text + "\"}") == plain);
                auto read = json::Document::parse(json);
                REQUIRE(read);
                // Half a character is mended.
                if (c < 0x80) REQUIRE(read->root()["text"].text() == text);
            }
}

TEST_CASE("a name with control characters is escaped, and so is what is written again") {
    json::Writer w;
    std::string name = "a name that is long enough \x1b";
    std::string json =
        w.start().object().member(name, "quotes \" and \\ with \x1f here").end().str();
    auto read = json::Document::parse(json);
    REQUIRE(read);
    CHECK(read->root()[name].text() == "quotes \" and \\ with \x1f here");
    CHECK(read->root().dump() == json);
}

TEST_CASE("what a terminal takes for a control character is escaped too, in texts and names") {
    const std::pair<std::string, std::string> all[] = {{"\x7f", "\\u007f"},
                                                       {"\xC2\x80", "\\u0080"},
                                                       {"\xC2\x85", "\\u0085"},
                                                       {"\xC2\x9B", "\\u009b"},
                                                       {"\xC2\x9F", "\\u009f"}};
    json::Writer w;
    for (const auto& [character, escape] : all)
        for (std::size_t place = 0; place < 40; ++place) {
            std::string text(39, 'a'), escaped = text;
            text.insert(place, character);
            escaped.insert(place, escape);
            const std::string json = w.start().object().member(text, text).end().str();
            // Hex digits may be of either case.
            REQUIRE(to_lower(json) == "{\"" + escaped + "\":\"" + escaped + "\"}");
            auto read = json::Document::parse(json);
            REQUIRE(read);
            REQUIRE(read->root()[text].text() == text);
            REQUIRE(read->root().dump() == json);
        }
    CHECK(to_lower(written("한글 \x1b[2j\xC2\x9B"
                           "2j\x7f \"\\\xff")) ==
          "{\"text\":\"한글 \\u001b[2j\\u009b2j\\u007f \\\"\\\\\xEF\xBF\xBD\"}");
}

TEST_CASE("characters with bytes like those of control characters stand as they are") {
    // U+00A0, À, é, 글 and 훛: 0x80 to 0x9F behind another byte than 0xC2.
    for (const std::string character : {"~", "\xC2\xA0", "\xC2\xBF", "\xC3\x80", "\xC3\x9B", "é",
                                        "한글", "훛", "\xF0\x9F\x98\x80"})
        for (std::size_t place = 0; place < 40; ++place) {
            std::string text(39, 'a');
            text.insert(place, character);
            REQUIRE(written(text) == "{\"text\":\"" + text + "\"}");
        }
}

TEST_CASE("a number that is written again reads as the same") {
    for (const char* text : {"33333333333333333333", "0.1", "1e300", "123456789.123457"}) {
        auto read = json::Document::parse(text);
        REQUIRE(read);
        auto again = json::Document::parse(read->root().dump());
        REQUIRE(again);
        CHECK(again->root().number() == read->root().number());
    }
}

TEST_CASE("a number too big is none, and cuts nothing off") {
    auto read = json::Document::parse(R"({"a":2e308,"b":[-2e308,1]})");
    REQUIRE(read);
    CHECK(read->root()["a"].number(7) == 7);
    CHECK(read->root().dump() == R"({"a":null,"b":[null,1]})");
    std::string text = R"({"a":2e308})";
    const std::size_t size = text.size();
    text.resize(size + 16);
    json::Parser parser;
    CHECK(parser.parse_in_place({text.data(), size})["a"].number(7) == 7);
}

TEST_CASE("half of a surrogate pair, which the reader takes, is not written again") {
    auto read = json::Document::parse(R"({"a":"\ude00","\ude00":1})");
    REQUIRE(read);
    const std::string again = read->root().dump();
    REQUIRE(json::Document::parse(again));
    CHECK(again.find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("text that is no UTF-8 is mended, numbers that are none are null") {
    CHECK(written("a\xffz") == "{\"text\":\"a\xEF\xBF\xBDz\"}");
    json::Writer w;
    w.start().array().value(std::numeric_limits<double>::infinity()).value(1.5).end();
    CHECK(w.view() == "[null,1.5]");
}
