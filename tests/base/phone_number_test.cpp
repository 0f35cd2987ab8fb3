#include "base/phone_number.hpp"

#include <random>

#include "base/text.hpp"
#include "support/data.hpp"

using namespace pa;

namespace {

std::string_view name(NumberReading::Decision decision) {
    switch (decision) {
        case NumberReading::Decision::accept: return "accept";
        case NumberReading::Decision::confirm: return "confirm";
        case NumberReading::Decision::reject: break;
    }
    return "reject";
}

bool dialable(std::string_view typed) { return read_number(typed).number.has_value(); }

constexpr const char* emergency_codes[] = {"112", "119", "911", "999", "000"};

}  // namespace

TEST_CASE("every published number is decided, read and named as the data says") {
    auto data = test::json_data("kr-phone-vectors.json");
    json::Value vectors = data.root()["vectors"];
    REQUIRE(vectors.size() == 155);
    vectors.for_each([](json::Value v) {
        INFO(v["input"].dump());
        NumberReading reading = read_number(v["input"].text());
        CHECK(name(reading.decision) == v["decision"].text());
        CHECK(reading.kind == v["kind"].text());
        CHECK((reading.number ? reading.number->str() : "") == v["e164"].text());
        CHECK(reading.number.has_value() == (reading.decision != NumberReading::Decision::reject));
        CHECK(reading.remark.empty() == (reading.decision == NumberReading::Decision::accept));
    });
}

TEST_CASE("numbers are shown as they are written in Korea") {
    auto data = test::json_data("kr-phone-vectors.json");
    json::Value rows = data.root()["national_display"];
    REQUIRE(rows.size() == 11);
    rows.for_each([](json::Value row) {
        auto number = PhoneNumber::parse(row["e164"].text());
        REQUIRE(number);
        CHECK(number->str() == row["e164"].text());
        CHECK(number->national() == row["national"].text());
    });
    CHECK(PhoneNumber::parse("+14155552671")->national() == "+14155552671");
}

TEST_CASE("what is accepted is E.164 and reads as itself, also from its national form") {
    auto data = test::json_data("kr-phone-vectors.json");
    data.root()["vectors"].for_each([](json::Value v) {
        auto number = PhoneNumber::parse(v["input"].text());
        if (!number) return;
        INFO(number->str());
        CHECK(number->str().size() <= 16);
        CHECK(number->str().find_first_not_of("0123456789", 1) == std::string::npos);
        CHECK(*PhoneNumber::parse(number->str()) == *number);
        CHECK(*PhoneNumber::parse(number->national()) == *number);
    });
}

TEST_CASE("no spelling of an emergency code is ever dialled") {
    for (std::string code : emergency_codes)
        for (const char* country : {"", "+82", "+82 ", "82", "82-", "0082", "00700-82-", "001-82-",
                                    "+82 0", "0", "00", "000", "tel:", "tel:+82-", "０", "＋８２ "})
            for (const char* area :
                 {"", "2-", "02-", "31-", "031-", "10-", "010-", "070-", "080-", "1588-"})
                for (const char* suffix :
                     {"", "#", "*", " ", "번", ",,1", ";ext=", "\n", " 에 전화해", "-"})
                    CHECK_FALSE(dialable(country + std::string(area) + code + suffix));
}

TEST_CASE("an emergency code is named as one where it is the whole number") {
    for (const char* typed :
         {"112",    "1-1-2",   "(119)",   "*112",       "112#",     "0119",         "00119",
          "02-112", "010-119", "+82 112", "+82-02-112", "0082-119", "001-82-2-119", "０1１９",
          "１１２", "tel:112", "119번",   "911",        "999",      "000",          "82-112"}) {
        INFO(typed);
        CHECK(read_number(typed).kind == "emergency");
    }
}

TEST_CASE("whatever stands between, before and behind the digits of a code, it is not dialled") {
    std::mt19937 random(20261122);  // fixed: the same texts in every run
    const std::vector<std::string> garbage = {
        " ",      "-",   ".",   "(",  ")",  "*",    "#",
        ",",      ";",   "/",   "x",  "a",  "+",    "전",
        "　",     "－",  "–",   "\t", "\n", "\xff", std::string(1, '\0'),
        "\u00a0", "ext", "tel:"};
    auto some = [&] {
        std::string out;
        for (auto n = random() % 4; n > 0; --n) out += garbage[random() % garbage.size()];
        return out;
    };
    const std::vector<std::string> prefixes = {"",    "+82", "82",   "0",     "02",
                                               "031", "010", "0082", "+8202", "00700 82"};
    for (int i = 0; i < 20000; ++i) {
        std::string typed = some() + prefixes[random() % prefixes.size()];
        for (char c : std::string(emergency_codes[random() % 5])) typed += some() + c;
        typed += some();
        if (dialable(typed)) FAIL("dialled: " << printable(typed));
    }
}

TEST_CASE("nothing of at most five digits is dialled, with or without country and area") {
    for (int n = 0; n < 100000; n += n < 10000 ? 1 : 37)
        for (const char* before : {"", "0", "02", "+82", "+822", "82", "0082"})
            if (dialable(before + std::to_string(n))) FAIL(before << n);
}

TEST_CASE("digits at random give a number of the plan or none") {
    std::mt19937 random(7);
    for (int i = 0; i < 50000; ++i) {
        std::string typed = random() % 3 == 0 ? "+" : random() % 2 == 0 ? "0" : "";
        for (auto n = random() % 17; n > 0; --n) typed += static_cast<char>('0' + random() % 10);
        NumberReading reading = read_number(typed);
        if (!reading.number) continue;
        const std::string& e164 = reading.number->str();
        INFO(typed << " -> " << e164);
        REQUIRE(e164.size() >= 10);
        REQUIRE(e164.size() <= 16);
        REQUIRE_FALSE(e164.starts_with("+850"));
        if (e164.starts_with("+82"))
            REQUIRE(std::string_view("12345678").find(e164[3]) != std::string::npos);
    }
}

TEST_CASE("the refusal says what is wrong") {
    auto error = [](std::string_view typed) { return PhoneNumber::parse(typed).error().what; };
    CHECK(PhoneNumber::parse("010-123-4567").error().code == Errc::data);
    CHECK(error("010-123-4567") == "\"010-123-4567\": 010 is followed by 8 digits, not 7");
    CHECK(error("02-123-456") == "\"02-123-456\": 02 is followed by 7 or 8 digits, not 6");
    CHECK_THAT(error("010-ABCD-5678"), contains("letter 'A'"));
    CHECK_THAT(error("010-1234-5678 / 02-123-4567"), contains("'/'"));
    CHECK_THAT(error("010-1234-5678 내선 12"), contains("extension"));
    CHECK_THAT(error("010\x1b[2J1234"), contains("\\x1b"));
    CHECK(error("010\x1b[2J1234").find('\x1b') == std::string::npos);
    CHECK_THAT(error(""), contains("no number"));
}

TEST_CASE("a long or broken text is refused, not read in part") {
    CHECK_FALSE(dialable(std::string(100000, '1')));
    CHECK_FALSE(dialable("+" + std::string(16, '1')));
    CHECK_FALSE(dialable("010-1234-5678\xff"));
    CHECK_FALSE(dialable(std::string("010-1234-5678\0", 14)));
    CHECK(dialable("\u00a0010-1234-5678\u3000"));
}
