#include "report/columns.hpp"

#include "support/catch.hpp"

using namespace pa::report;

TEST_CASE("what a terminal draws in two cells counts two") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("하나") == 4);
    CHECK(display_width("漢字かな") == 8);
    CHECK(display_width("Ｆ") == 2);
    CHECK(display_width("🙂") == 2);
    CHECK(display_width("…") == 1);
    CHECK(display_width("é") == 1);
}

TEST_CASE("what combines with the character before it counts nothing") {
    CHECK(display_width("e\xCC\x81") == 1);  // e and U+0301
    CHECK(display_width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") ==
          2);                                    // one syllable as three jamo
    CHECK(display_width("a\xE2\x80\x8B") == 1);  // zero width space
}

TEST_CASE("a text is cut between its characters, and never wider than asked") {
    CHECK(fit("하나둘", 6) == "하나둘");
    CHECK(fit("하나둘", 5) == "하나…");
    CHECK(fit("하나둘", 4) == "하…");
    CHECK(fit("하나둘", 0) == "");
    CHECK(display_width(fit("하나둘", 2)) <= 2);
}

TEST_CASE("padding counts cells and not bytes") {
    CHECK(pad("하나", 6) == "하나  ");
    CHECK(pad("하나", 6, true) == "  하나");
    CHECK(pad("하나둘", 4) == "하나둘");
}

TEST_CASE("durations and amounts are short") {
    CHECK(duration_text(0) == "0s");
    CHECK(duration_text(12'400) == "12s");
    CHECK(duration_text(63'200) == "1m03s");
    CHECK(duration_text(3'720'000) == "1h02m");
    CHECK(seconds_text(840) == "0.84 s");
    CHECK(money_text(0.0125) == "$0.013");
    CHECK(money_text(12.5) == "$12.50");
}

TEST_CASE("somebody's words cannot steer the terminal") {
    CHECK(one_line("a\nb\tc") == "a b c");
    CHECK(one_line("\x1b[2J") == "\\x1b[2J");
    CHECK(one_line("a\xE2\x80\xAE"
                   "b") == "ab");  // U+202E turns the direction of writing
    CHECK(one_line("\xff") == "\xEF\xBF\xBD");
}

TEST_CASE("colours only where they are wanted") {
    CHECK(Paint{false}.bad("x") == "x");
    CHECK(Paint{true}.bad("x") == "\x1b[31mx\x1b[0m");
}
