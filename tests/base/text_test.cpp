#include "base/text.hpp"

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("words are split as a shell splits them, and nothing is expanded") {
    std::vector<std::string> words;
    REQUIRE(split_words(R"(notify  --title 'it''s done' "a \"b\"" c\ d $HOME '')", words));
    CHECK(words ==
          std::vector<std::string>{"notify", "--title", "its done", "a \"b\"", "c d", "$HOME", ""});
    CHECK_FALSE(split_words("open 'quote", words));
}

TEST_CASE("broken UTF-8 is recognised and replaced byte by byte") {
    CHECK(is_utf8("하나 café €"));
    CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));  // beyond U+10FFFF
    CHECK_FALSE(is_utf8("a long enough ascii head \xED\x95"));
    CHECK(to_utf8("a\xFF"
                  "b") ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(utf8_prefix("하나둘", 2) == "하나");
    CHECK(utf8_length("하나a") == 3);
}

TEST_CASE("control characters cannot reach a terminal") {
    CHECK(printable("a\x1b]0;title\x07") == "a\\x1b]0;title\\x07");
    CHECK(printable("\xC2\x9Bm") == "\\x9bm");
    CHECK(printable("줄\n탭\t") == "줄\n탭\t");
}

TEST_CASE("a number in a log shows its country and its last four digits") {
    CHECK(mask_number("+821000005678") == "+8210****5678");  // hidden: the four in the middle
    CHECK(mask_number("112") == "***");
}

TEST_CASE("a decimal number is read whole or not at all") {
    CHECK(to_number("15") == 15.0);
    CHECK(to_number("-0.03000") == -0.03);
    CHECK(to_number(".5") == 0.5);
    for (const char* odd : {"", "-", ".", "1.2.3", "1e9", "nan", "inf", "0x10", " 1", "1 ", "+1",
                            "--1", "1000000000000000000000000000000"})
        CHECK_FALSE(to_number(odd));
}
