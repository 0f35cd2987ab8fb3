#include "config/front_matter.hpp"

#include "support/catch.hpp"

using pa::config::parse_front_matter;

TEST_CASE("front matter is taken off the body") {
    auto read = parse_front_matter(
        "---\nname: 하나\nVoice: marin # bright\nsilence-after-s: \"8\"\n---\n\nBody\n---\nmore\n");
    CHECK(read.complaints.empty());
    REQUIRE(read.entries.size() == 3);
    CHECK(read.entries[0].key == "name");
    CHECK(read.entries[0].value == "하나");
    CHECK(read.entries[0].line == 2);
    CHECK(read.entries[1].key == "voice");
    CHECK(read.entries[1].value == "marin");
    CHECK(read.entries[2].key == "silence_after_s");
    CHECK(read.entries[2].value == "8");
    CHECK(read.body == "Body\n---\nmore");
}

TEST_CASE("a persona without front matter is all body") {
    for (const char* text : {"Body",
                             "\xEF\xBB\xBF"
                             "Body\r\n",
                             " \nBody"}) {
        auto read = parse_front_matter(text);
        CHECK(read.entries.empty());
        CHECK(read.body == "Body");
    }
    CHECK(parse_front_matter("").body.empty());
    CHECK(parse_front_matter("---- a rule\nBody").entries.empty());
}

TEST_CASE("CRLF, BOM, blank lines and comments are fine") {
    auto read = parse_front_matter(
        "\xEF\xBB\xBF---\r\n\r\n# a comment\r\nvoice: sage\r\n---\r\none\r\ntwo\r\n");
    CHECK(read.complaints.empty());
    REQUIRE(read.entries.size() == 1);
    CHECK(read.entries[0].value == "sage");
    CHECK(read.body == "one\ntwo");
}

TEST_CASE("malformed lines are told with their number and skipped") {
    auto read =
        parse_front_matter("---\nvoice\nvoice: sage\nvoice: ash\nna me: x\nname: \"x\n---\nBody");
    REQUIRE(read.complaints.size() == 4);
    CHECK(read.complaints[0].line == 2);
    CHECK_THAT(read.complaints[0].what, contains("key: value"));
    CHECK(read.complaints[1].line == 4);
    CHECK_THAT(read.complaints[1].what, contains("twice"));
    CHECK(read.complaints[2].line == 5);
    CHECK(read.complaints[3].line == 6);
    CHECK_THAT(read.complaints[3].what, contains("never closed"));
    CHECK(read.entries.size() == 1);
    CHECK(read.body == "Body");
}

TEST_CASE("front matter that is never closed is told at line 1") {
    auto read = parse_front_matter("---\nvoice: sage\nBody");
    REQUIRE(!read.complaints.empty());
    CHECK(read.complaints.back().line == 1);
}
