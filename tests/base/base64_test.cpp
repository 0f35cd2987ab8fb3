#include "base/base64.hpp"

#include <random>

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("base64 as in RFC 4648") {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        CHECK(base64_encode(bytes) == text);
        CHECK(base64_decode(text) == std::string(bytes));
        CHECK(base64_decoded_size(text) == std::string_view(bytes).size());
    }
}

TEST_CASE("any bytes come back from base64") {
    std::mt19937 random(1);
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
        std::string text = base64_encode(bytes);
        REQUIRE(base64_decode(text) == bytes);
        REQUIRE(base64_decoded_size(text) == size);
    }
}

TEST_CASE("what is not strictly base64 is refused") {
    for (const char* text :
         {"Zg", "Zg=", "Z===", "====", "Zm9v=", "Zg==Zg==", "AA=A", "A=AA", "=AAA", "Zm9-", "Zm9_",
          "AAAA----", "AAAA\n\n\n\n", " Zm9", "Zm9 ", "Zm\n9", "Zm9v\n",
          "\xc3\xa9"
          "AA"}) {
        INFO(text);
        CHECK_FALSE(base64_decode(text));
    }
    CHECK_FALSE(base64_decode(std::string_view("AA\0A", 4)));
}

TEST_CASE("a character of no alphabet is found wherever it stands") {
    // What is sixteen characters together is decoded otherwise than the rest.
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (const std::size_t place : {0U, 1U, 14U, 15U, 16U, 31U, 35U, 36U, 39U})
        for (int c = 0; c < 256; ++c) {
            std::string text(44, 'x');
            text[place] = static_cast<char>(c);
            const bool known = alphabet.find(static_cast<char>(c)) != std::string_view::npos;
            const auto bytes = base64_decode(text);
            REQUIRE(bytes.has_value() == known);
            if (known) REQUIRE(base64_encode(*bytes) == text);
        }
}
