#include "json/template.hpp"

#include <string>

#include "json/writer.hpp"
#include "support/catch.hpp"

using namespace pa;

namespace {

const json::Template& letter() {
    static const json::Template letter(R"({"kind":"x","to":"?","inner":{"what":"?"},"n":[1]})");
    return letter;
}

}  // namespace

TEST_CASE("a template is the message, with strings in its blanks") {
    json::Writer w;
    CHECK(w.fill(letter(), {"a", "b"}).view() ==
          R"({"kind":"x","to":"a","inner":{"what":"b"},"n":[1]})");
    // It starts again, and leaves nothing behind for what is written next.
    CHECK(w.fill(letter(), {"", std::string(100, 'y')}).view() ==
          R"({"kind":"x","to":"","inner":{"what":")" + std::string(100, 'y') + R"("},"n":[1]})");
    CHECK(w.start().object().member("a", 1).end().view() == R"({"a":1})");
    const json::Template none("[true]");
    CHECK(w.fill(none, {}).view() == "[true]");
}

TEST_CASE("what does not stand in JSON as it is is escaped in a blank as everywhere") {
    json::Writer w, other;
    for (const std::string& text :
         {std::string("\""), std::string("\\"), std::string("\n"), std::string("\0", 1),
          std::string("한글"), std::string("\xff"), std::string("\x7f"), std::string(40, '"'),
          std::string(15, 'a') + "\x1a", std::string(33, 'a') + "\"", "\"" + std::string(33, 'a'),
          std::string("?")}) {
        other.start().object().member("kind", "x").member("to", text);
        other.key("inner").object().member("what", "b\"").end();
        other.key("n").array().value(1).end().end();
        CHECK(w.fill(letter(), {text, "b\""}).view() == other.view());
    }
}
