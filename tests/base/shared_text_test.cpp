#include "base/shared_text.hpp"

#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using pa::SharedText;

TEST_CASE("a shared text is what it was made of, byte for byte") {
    for (const char* text :
         {"", "\n", "#", "# a", "\n# a", "a\n# b\n\n# c\n", "# a\n# b", "a\n#b\n## c\n", "a\n\n# "})
        CHECK(SharedText(text).str() == text);
    CHECK(SharedText("a\n# b") == SharedText("a\n# b"));
    CHECK(SharedText("a\n# b") != SharedText("a\n# c"));
    CHECK(SharedText("").empty());
    CHECK_FALSE(SharedText("\n").empty());
}

TEST_CASE("a section that several texts have is in memory once, until the last of them goes") {
    const std::size_t before = SharedText::sections_held();
    {
        SharedText one("Be kind.\n\n# This call\n12:00\n\n# Rules\nAsk.\n");
        CHECK(SharedText::sections_held() == before + 3);
        const SharedText other("Be kind.\n\n# This call\n12:01\n\n# Rules\nAsk.\n");
        CHECK(SharedText::sections_held() == before + 4);
        const SharedText copy = one;
        one = "";
        CHECK(SharedText::sections_held() == before + 4);
        CHECK(copy.str() == "Be kind.\n\n# This call\n12:00\n\n# Rules\nAsk.\n");
    }
    CHECK(SharedText::sections_held() == before);
}

TEST_CASE("a text of nothing but headings has a few sections") {
    const std::size_t before = SharedText::sections_held();
    std::string whole;
    for (int i = 0; i < 1000; ++i) whole += "# " + std::to_string(i) + "\n";
    const SharedText text(whole);
    CHECK(SharedText::sections_held() == before + 32);
    CHECK(text.str() == whole);
}

TEST_CASE("shared texts come and go in several threads") {
    const std::size_t before = SharedText::sections_held();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([] {
            for (int i = 0; i < 2000; ++i) {
                const SharedText text("the same\n# and the same\n");
                if (text.str() != "the same\n# and the same\n") std::abort();
            }
        });
    for (std::thread& t : threads) t.join();
    CHECK(SharedText::sections_held() == before);
}
