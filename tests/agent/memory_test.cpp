#include "agent/memory.hpp"

#include <random>

#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa::agent;

namespace {

const std::string memory =
    "## 2026-02-27 (금)\n\n### 작업 내역\n- 발표 자료 만들기\n- 우유 사기\n  - 저지방으로\n\n"
    "## 2026-02-28 (토)\n\n### 작업 내역\n- ngrok 업그레이드\n- 통화 로그 추가\n\n"
    "### 테스트 결과\n- 전화: 성공";

/// Memory files of sections, bullets (some nested, some over two lines) and paragraphs; each entry
/// begins with "E" and a number, so that the start of one can be recognised.
class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}

    int below(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
    std::string words() {
        static const char* const all[] = {"하나", "전화", "milk", "😀", "é", "내일 일곱 시"};
        std::string out;
        for (int i = below(6); i >= 0; --i) (out += ' ') += all[below(6)];
        return out;
    }
    std::string entry() {
        const std::string e = "E" + std::to_string(number_++);
        switch (below(5)) {
            case 0: return "\n## " + e + words() + "\n\n";
            case 1: return "- " + e + words() + "\n  - inner" + words() + "\n";
            case 2: return "- " + e + words() + "\n  more" + words() + "\n";
            case 3: return "\n" + e + words() + "\nmore" + words() + "\n\n";
            default: return "- " + e + words() + "\n";
        }
    }
    std::string file() {
        std::string out;
        for (int i = below(20); i >= 0; --i) out += entry();
        return out;
    }

private:
    std::mt19937 engine_;
    int number_ = 0;
};

bool begins_an_entry(const std::string& text) {
    return text.starts_with("E") || text.starts_with("- E") || text.starts_with("## E");
}

}  // namespace

TEST_CASE("a memory that fits is given whole") {
    CHECK(recent_end(memory, 2000) == memory);
    CHECK(recent_end("  \n" + memory + "\n\n", pa::utf8_length(memory)) == memory);
    CHECK(recent_end("", 2000).empty());
}

TEST_CASE("the recent end begins at a section where that keeps half of the budget") {
    const std::string today = memory.substr(memory.find("## 2026-02-28"));
    CHECK(recent_end(memory, pa::utf8_length(today) + 3) == today);
    const std::string last = memory.substr(memory.find("### 테스트"));
    CHECK(recent_end(memory, pa::utf8_length(last) + 1) == last);
}

// Counting the rest anew at each entry would take minutes here.
TEST_CASE("the recent end is the same however much stands before it, and as soon found") {
    std::string years;
    for (int day = 0; day < 20'000; ++day) years += "## 그날\n- 산책을 했다\n- 약을 먹었다\n\n";
    for (std::size_t budget : {100U, 250U, 2000U})
        CHECK(recent_end(years + memory, budget) ==
              recent_end(years.substr(0, years.find("## ", 4000)) + memory, budget));
}

TEST_CASE("else it begins at an entry, never inside one") {
    const std::string list = "## Day\n- one\n- two\n  - of two\n- three";
    CHECK(recent_end(list, 31) == "- one\n- two\n  - of two\n- three");
    CHECK(recent_end(list, 25) == "- two\n  - of two\n- three");
    CHECK(recent_end(list, 20) == "- three");
    CHECK(recent_end(list, 6).empty());
    CHECK(recent_end("one paragraph\nof two lines\n\nanother", 20) == "another");
    CHECK(recent_end("# not a heading in\n```\n# a fence\n```", 15).empty());
    CHECK(recent_end("Title\n=====\n- one", 5) == "- one");
    CHECK(recent_end("Title\n=====\n- one", 11) == "- one");  // the underline is no entry
}

TEST_CASE("whatever the budget, the end is valid UTF-8, fits, is a suffix, and of whole entries") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        const std::string text = Random(seed).file();
        const std::string whole(pa::trim(text));
        for (std::size_t budget = 0; budget <= pa::utf8_length(whole) + 1; ++budget) {
            const std::string end = recent_end(text, budget);
            INFO("budget " << budget);
            REQUIRE(pa::utf8_length(end) <= budget);
            REQUIRE(pa::is_utf8(end));
            REQUIRE(whole.ends_with(end));
            REQUIRE((end.empty() || begins_an_entry(end)));
        }
        CHECK(recent_end(text, pa::utf8_length(whole)) == whole);
    }
}

TEST_CASE("while there are small entries left, at least half of the budget is used") {
    Random random(7);
    std::string bullets;
    for (int i = 0; i < 200; ++i)
        bullets += (i % 20 == 0 ? "## E\n- E" : "- E") + random.words() + "\n";
    for (std::size_t budget = 100; budget < 1500; budget += 7)
        CHECK(pa::utf8_length(recent_end(bullets, budget)) * 2 >= budget);
}

TEST_CASE("a marked bullet goes with what is below it, its neighbours stay") {
    CHECK(without_private("- a\n- b <!-- phone: no -->\n- c") == "- a\n- c");
    CHECK(without_private("- a\n- b <!--PHONE:NO-->\n  more of b\n\n  - inner\n- c") == "- a\n- c");
    CHECK(without_private("- a\n  - inner <!-- phone: no -->\n    deep\n  - other\n- c") ==
          "- a\n  - other\n- c");
    CHECK(without_private("- a\n  more <!-- phone: no -->\n- c") == "- c");
    CHECK(without_private("- a\nlazy <!-- phone: no -->\n- c") == "- c");
    CHECK(without_private("- a\n  <!-- phone: no -->\n- c") == "- c");
    CHECK(without_private("1. a <!-- phone: no -->\n2. b") == "2. b");
}

TEST_CASE("a marked bullet takes its fenced block along, whatever stands in it") {
    CHECK(without_private("- a <!-- phone: no -->\n  ```\n\n- x\n# y\n  ```\n- c") == "- c");
    CHECK(without_private("- a <!-- phone: no -->\n```\nkey\n```\n- c") == "- c");
}

TEST_CASE("a marked section goes with its subsections") {
    CHECK(
        without_private("## A\na\n## B <!-- phone: no -->\nb\n### B1\n```\n# no heading\n```\nb2\n"
                        "## C\nc") == "## A\na\n## C\nc");
    CHECK(without_private("## A\n<!-- phone: no -->\na\n### A1\n\n# B\nb") == "# B\nb");
    CHECK(without_private("## A\na\n\n<!-- phone: no -->\n\nb\n## B\nc") == "## B\nc");
    CHECK(without_private("Secret <!-- phone: no -->\n------\nhidden\n\nOpen\n----\nshown") ==
          "Open\n----\nshown");
    CHECK(without_private("# T <!-- phone: no -->\n## A\na").empty());
    CHECK(without_private("<!-- phone: no -->\ntext\n## A\na").empty());
}

TEST_CASE("a mark alone below a list is for the section, not for the last bullet") {
    CHECK(without_private("## A\n- a\n<!-- phone: no -->\n## B\nb") == "## B\nb");
    CHECK(without_private("## A\n- a\n\n<!-- phone: no -->\n## B\nb") == "## B\nb");
}

TEST_CASE("a mark in other text takes its paragraph, or its fenced block") {
    CHECK(without_private("one\ntwo <!-- phone: no -->\nthree\n\nfour") == "\nfour");
    CHECK(without_private("a\n\n```\nx\n\ny <!-- phone: no -->\n\nz\n```\n\nb") == "a\n\n\nb");
    CHECK(without_private("a <!-- phone: yes --> <!-- phone: no -->").empty());
}

TEST_CASE("other comments and unmarked texts stay as they are") {
    for (const char* text :
         {"", "a", "a\n", "- a <!-- phone: yes -->\n", "a <!-- phone: no", "phone: no"})
        CHECK(without_private(text) == text);
}

TEST_CASE("the title line is dropped, other headings are not") {
    CHECK(without_title("# USER.md - About Your Human\n\n## 기본 정보\n- x\n") ==
          "## 기본 정보\n- x");
    CHECK(without_title("\n\n# T").empty());
    CHECK(without_title("## A\n# T") == "## A\n# T");
    CHECK(without_title(" \n").empty());
}

TEST_CASE("the files of the workspace are read, and need not be there") {
    pa::test::Scratch workspace;
    auto none = read_memory(workspace.path());
    REQUIRE(none);
    CHECK(none->user.empty());
    CHECK(none->recent.empty());
    workspace.put("USER.md",
                  "\xEF\xBB\xBF# USER.md - About Your Human\r\n\r\n- **이름:** 코난쌤\r\n"
                  "- 비밀 <!-- phone: no -->\r\n");
    workspace.put("MEMORY.md",
                  "# MEMORY.md - 장기 기억\n\n" + memory + "\n\n## 뒤 <!-- phone: no -->\n- x\n");
    auto read = read_memory(workspace.path());
    REQUIRE(read);
    CHECK(read->user == "- **이름:** 코난쌤");
    CHECK(read->recent == memory);
    CHECK(read_memory(workspace.path(), 20)->recent == "### 테스트 결과\n- 전화: 성공");
}

TEST_CASE("comments are not for the model") {
    pa::test::Scratch workspace;
    workspace.put("USER.md",
                  "# USER.md\n<!-- a note\nof two lines -->\n- a<!-- b -->\n- c <!-- open");
    CHECK(read_memory(workspace.path())->user == "- a\n- c <!-- open");
}

TEST_CASE("broken bytes in a memory file are replaced, an unreadable one is an error") {
    pa::test::Scratch workspace;
    workspace.put("MEMORY.md", "- a\xFF\n");
    CHECK(read_memory(workspace.path())->recent == "- a\xEF\xBF\xBD");
    std::filesystem::create_directory(workspace / "USER.md");
    auto read = read_memory(workspace.path());
    REQUIRE_FALSE(read);
    CHECK(read.error().code == pa::Errc::io);
}

TEST_CASE("the owner's name is found in the profile") {
    CHECK(name_in_user("## 기본 정보\n- **이름:** 코난쌤\n- **호칭:** ㅇㅇ") == "코난쌤");
    CHECK(name_in_user("- Name: Ann") == "Ann");
    CHECK(name_in_user("- **이름**: 코난쌤") == "코난쌤");
    CHECK(name_in_user("- **이름:**\n- 취미: 산책").empty());
    CHECK(name_in_user("").empty());
}
