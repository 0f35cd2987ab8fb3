#include "agent/phrases.hpp"

#include "base/text.hpp"
#include "support/catch.hpp"

using pa::agent::Phrases;
using pa::agent::phrases;

TEST_CASE("every phrase is there in Korean and English, other languages fall back to English") {
    for (const char* language : {"ko", "en"}) {
        const Phrases& p = phrases(language);
        for (std::string_view text :
             {p.locale, p.unreachable, p.busy, p.broken, p.hold_on, p.recorded, p.still_there,
              p.really_there, p.silence_goodbye, p.limit_goodbye, p.budget_goodbye,
              p.stopped_goodbye, p.resumed, p.wrong_language, p.one_moment}) {
            CHECK_FALSE(text.empty());
            CHECK(pa::is_utf8(text));
        }
        CHECK(p.still_there != p.really_there);
    }
    CHECK(phrases("ko").locale == "ko-KR");
    CHECK(&phrases("de") == &phrases("en"));
}
