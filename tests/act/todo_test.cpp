#include "act/todo.hpp"

#include <sys/stat.h>

#include "base/file.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using act::TodoList;
using Added = act::TodoList::Added;

namespace {
struct Desk {
    test::Scratch dir;
    TodoList list{dir.path(), dir / "spool"};
    std::string text() { return *read_file(dir / "TODO.md"); }
};
}  // namespace

TEST_CASE("a todo is a line of a Markdown check list, once per request") {
    Desk d;
    CHECK(*d.list.add("우유 사기", "a1") == Added::added);
    CHECK(*d.list.add("우유 사기", "a1") == Added::there);
    CHECK(*d.list.add("우유  사기.", "a2") == Added::same);
    CHECK(*d.list.add("책 반납", "a3") == Added::added);
    CHECK(d.text() ==
          "# TODO.md\n\n- [ ] 우유 사기 <!-- id: a1 -->\n- [ ] 책 반납 <!-- id: a3 -->\n");
}

TEST_CASE("what people wrote in TODO.md stays as it is") {
    Desk d;
    const std::string before = "# 할 일\r\n\r\n* [X] 옛일\r\n- 그냥 줄\n\t- [ ] 안쪽 <b>\n끝줄";
    d.dir.put("TODO.md", before, 0644);
    REQUIRE(d.list.add("새 일", "a1"));
    CHECK(d.text() == before + "\n- [ ] 새 일 <!-- id: a1 -->\n");
    struct stat info {};
    REQUIRE(::stat((d.dir / "TODO.md").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0644);
    REQUIRE(*d.list.remove("a1"));
    CHECK(d.text() == before + "\n");
    CHECK_FALSE(*d.list.remove("a1"));
}

TEST_CASE(
    "a ticked item of that id is not added again, an old one with the same words is no obstacle") {
    Desk d;
    REQUIRE(d.list.add("우유 사기", "a1"));
    auto ticked = d.list.tick("우유");
    REQUIRE(ticked);
    REQUIRE(*ticked);
    CHECK((*ticked)->text == "우유 사기");
    CHECK_THAT(d.text(), contains("- [x] 우유 사기 <!-- id: a1 -->"));
    CHECK(*d.list.add("우유 사기", "a1") == Added::there);
    CHECK(*d.list.add("우유 사기", "a2") == Added::added);
}

TEST_CASE("only what is meant without doubt is ticked") {
    Desk d;
    REQUIRE(d.list.add("우유 사기", "a1"));
    REQUIRE(d.list.add("두유 사기", "a2"));
    CHECK_FALSE(*d.list.tick("사기"));
    CHECK_FALSE(*d.list.tick(""));
    CHECK_FALSE(*d.list.tick("빵"));
    CHECK(*d.list.tick("두유사기"));
}

TEST_CASE("a todo cannot write more than its line") {
    Desk d;
    REQUIRE(d.list.add("x\n- [ ] 남의 일 <!-- id: b1 -->", "a1"));
    auto items = d.list.read();
    REQUIRE(items);
    REQUIRE(items->size() == 1);
    CHECK(items->front().id == "a1");
}

TEST_CASE("TODO.md may be a link") {
    Desk d;
    d.dir.put("elsewhere/list.md", "- [ ] 하나\n");
    std::filesystem::create_symlink(d.dir / "elsewhere/list.md", d.dir / "TODO.md");
    REQUIRE(d.list.add("둘", "a1"));
    CHECK(std::filesystem::is_symlink(d.dir / "TODO.md"));
    CHECK_THAT(*read_file(d.dir / "elsewhere/list.md"), contains("둘"));
}
