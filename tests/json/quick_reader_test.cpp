#include "json/quick_reader.hpp"

#include <string>

#include "json/document.hpp"
#include "support/catch.hpp"
#include "support/padded.hpp"

using namespace pa;
using json::QuickReader;
using pa::test::Padded;

namespace {

/// All of a message, with everything in it skipped.
bool understood(std::string_view text) {
    const Padded padded(text);
    QuickReader in(padded.message());
    in.enter();
    for (std::string_view name; in.next(name);) in.skip();
    return in.finished();
}

}  // namespace

TEST_CASE("the members of an object come one after the other, those of one within it, too") {
    const Padded message(R"({"a":"x","n":12,"inner":{"b":"","m":"-7"},"last":true})");
    QuickReader in(message.message());
    std::string_view a, b;
    std::optional<std::int64_t> n, m;
    std::string names;
    in.enter();
    for (std::string_view name; in.next(name);) {
        names += std::string(name) + " ";
        if (name == "a") {
            in.read(a);
        } else if (name == "n") {
            in.read(n);
        } else if (name == "inner") {
            in.enter();
            while (in.next(name)) {
                names += std::string(name) + " ";
                name == "b" ? in.read(b) : in.read(m);
            }
        } else {
            in.skip();
        }
    }
    CHECK(in.finished());
    CHECK(names == "a n inner b m last ");
    CHECK(a == "x");
    CHECK(b.empty());
    CHECK(n == 12);
    CHECK(m == -7);
}

TEST_CASE("what it understands is JSON, wherever a string ends in memory") {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string text = R"({"k":")" + std::string(size, 'x') + R"(","n":-10})";
        CHECK(understood(text));
        for (std::size_t cut = 0; cut < text.size(); ++cut)
            CHECK_FALSE(understood(std::string_view(text).substr(0, cut)));
    }
    for (const char* text :
         {"{}", R"({"":null})", R"({"a":false,"b":0,"c":-0,"d":123456789012345678})"}) {
        CHECK(understood(text));
        CHECK(json::Document::parse(text));
    }
}

TEST_CASE("at anything else it is lost, be it JSON or not") {
    for (const char* text : {"",
                             "x",
                             "[]",
                             "\"a\"",
                             "{",
                             "}",
                             "{}}",
                             "{},",
                             "{} ",
                             " {}",
                             R"({ "a":1})",
                             R"({"a" :1})",
                             R"({"a": 1})",
                             R"({"a":1 })",
                             R"({"a":1,})",
                             R"({,"a":1})",
                             R"({"a"})",
                             R"({"a":})",
                             R"({"a":1"b":2})",
                             R"({"a":01})",
                             R"({"a":-})",
                             R"({"a":1.0})",
                             R"({"a":1e2})",
                             R"({"a":+1})",
                             R"({"a":tru})",
                             R"({"a":nulll})",
                             R"({"a":[1]})",
                             R"({"a":{}})",
                             R"({"a":"\n"})",
                             R"({"a":"\u0041"})",
                             R"({"a":"한"})",
                             "{\"a\":\"\x7f\"}",
                             "{\"a\":\"\n\"}",
                             R"({a:1})",
                             R"({'a':1})"})
        CHECK_FALSE(understood(text));
    CHECK_FALSE(understood(R"({"a":)" + std::string(310, '9') + "}"));  // no number to a Parser
    const std::string zero("{\"a\":\"\0\"}", 9), zeros("{}\0\0", 4), alone("\0", 1);
    for (const std::string& text : {zero, zeros, alone}) CHECK_FALSE(understood(text));
}

TEST_CASE(
    "a member that is there twice is not read, nor a text as a number or a number as a text") {
    auto reads = [](std::string_view text) {
        const Padded padded(text);
        QuickReader in(padded.message());
        std::string_view a;
        std::optional<std::int64_t> n;
        in.enter();
        for (std::string_view name; in.next(name);) name == "a" ? in.read(a) : in.read(n);
        return in.finished();
    };
    CHECK(reads(R"({"a":"","n":1})"));
    CHECK_FALSE(reads(R"({"a":"","a":""})"));
    CHECK_FALSE(reads(R"({"n":0,"n":0})"));
    CHECK_FALSE(reads(R"({"a":1})"));
    CHECK_FALSE(reads(R"({"n":null})"));
    CHECK_FALSE(reads(R"({"n":9223372036854775808})"));
    CHECK(reads(R"({"n":"9223372036854775808"})"));  // 0, as for a Value
}

TEST_CASE("a text is a word if it is all of it") {
    using json::is;
    CHECK(is("payload", "payload"));
    CHECK_FALSE(is("payloae", "payload"));
    CHECK_FALSE(is("payloads", "payload"));
    CHECK_FALSE(is("payloa", "payload"));
    CHECK(is("", ""));
    CHECK_FALSE(is("", "a"));
    CHECK(is("response.output_audio.delta", "response.output_audio.delta"));
    CHECK_FALSE(is("response.output_audio.delts", "response.output_audio.delta"));
}
