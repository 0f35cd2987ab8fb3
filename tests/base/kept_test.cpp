#include "base/kept.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace std::chrono_literals;

namespace {

/// Two files, the first of which changes; what is made of them is their texts.
struct Files {
    test::Scratch folder;
    std::string path = folder / "one", other = folder.put("two", "second");
    Kept<std::string> kept;
    std::chrono::steady_clock::time_point now{1h};
    int made = 0;

    Result<std::string> get() {
        return kept.get({path, other}, now, [this]() -> Result<std::string> {
            ++made;
            std::string texts;
            for (const std::string& name : {path, other}) {
                if (!file_exists(name)) continue;
                auto text = read_file(name);
                if (!text) return text.error();
                texts += *text;
            }
            return texts;
        });
    }
    /// It has stood there for so long that it is kept.
    void settle() {
        static_cast<void>(get());
        now += 2s;
        static_cast<void>(get());
        made = 0;
    }
    void put_in_place(const std::string& text) const {  // the file stays the same one
        std::FILE* file = std::fopen(path.c_str(), "r+");
        REQUIRE(file != nullptr);
        std::fputs(text.c_str(), file);
        std::fclose(file);
    }
};

}  // namespace

TEST_CASE(
    "what was made of files that stay as they are is made once they have settled, then kept") {
    Files f;
    f.folder.put("one", "first ");
    for (auto wait : {0ms, 1ms, 1998ms}) {  // an edit may have the same stamp still
        f.now += wait;
        CHECK(*f.get() == "first second");
    }
    CHECK(f.made == 3);
    f.now += 1ms;
    CHECK(*f.get() == "first second");
    CHECK(f.made == 4);
    for (auto wait : {0ms, 1ms, 3'600'000ms}) {
        f.now += wait;
        CHECK(*f.get() == "first second");
    }
    CHECK(f.made == 4);
}

TEST_CASE("a change of any kind is seen at once, and counts as fresh") {
    Files f;
    f.folder.put("one", "first ");
    f.settle();
    std::string wanted;
    SECTION("another size") { f.put_in_place(wanted = "first, longer "); }
    SECTION("the same size, another time") { f.put_in_place(wanted = "FIRST "); }
    SECTION("the same size, and its time set back") {
        struct stat before {};
        REQUIRE(::stat(f.path.c_str(), &before) == 0);
        ::usleep(20'000);  // a tick of the file system's clock
        f.put_in_place(wanted = "FIRST ");
        const timespec times[] = {before.st_atim, before.st_mtim};
        REQUIRE(::utimensat(AT_FDCWD, f.path.c_str(), times, 0) == 0);
    }
    SECTION("replaced by a rename") {
        f.folder.put("new", wanted = "FIRST ");
        REQUIRE(std::rename((f.folder / "new").c_str(), f.path.c_str()) == 0);
    }
    SECTION("deleted") { REQUIRE(::unlink(f.path.c_str()) == 0); }
    SECTION("a link to another") {
        REQUIRE(::unlink(f.path.c_str()) == 0);
        REQUIRE(::symlink(f.folder.put("new", wanted = "FIRST ").c_str(), f.path.c_str()) == 0);
    }
    CHECK(*f.get() == wanted + "second");
    CHECK(*f.get() == wanted + "second");
    CHECK(f.made == 2);
    f.settle();
    CHECK(*f.get() == wanted + "second");
    CHECK(f.made == 0);
}

TEST_CASE("a file that comes later is seen, and that there was none was kept") {
    Files f;
    f.settle();
    CHECK(*f.get() == "second");
    CHECK(f.made == 0);
    f.folder.put("one", "first ");
    CHECK(*f.get() == "first second");
    CHECK(f.made == 1);
}

TEST_CASE("a change while it is made, and an error, are not kept") {
    Files f;
    f.folder.put("one", "first ");
    static_cast<void>(f.get());
    f.now += 2s;
    auto made = f.kept.get({f.path, f.other}, f.now, [&]() -> Result<std::string> {
        f.folder.put("one", "later ");
        return std::string("early");
    });
    CHECK(*made == "early");
    CHECK(*f.get() == "later second");

    f.settle();
    REQUIRE(::unlink(f.path.c_str()) == 0);
    REQUIRE(::mkdir(f.path.c_str(), 0700) == 0);  // opens, and cannot be read; root, too, is told
    for (int again = 0; again < 3; ++again) {
        CHECK_FALSE(f.get());
        f.now += 2s;
    }
    CHECK(f.made == 3);
    REQUIRE(::rmdir(f.path.c_str()) == 0);
    CHECK(*f.get() == "second");
}

TEST_CASE("a file that may not be opened is tried each time") {
    if (::geteuid() == 0) return;  // may open everything
    Files f;
    f.folder.put("one", "first ");
    f.settle();
    REQUIRE(::chmod(f.path.c_str(), 0) == 0);
    for (int again = 0; again < 3; ++again) {
        CHECK_FALSE(f.get());
        f.now += 2s;
    }
    CHECK(f.made == 3);
    REQUIRE(::chmod(f.path.c_str(), 0600) == 0);
    CHECK(*f.get() == "first second");
}

TEST_CASE("other files are not taken for those that are kept") {
    Files f;
    f.folder.put("one", "first ");
    f.settle();
    f.path = f.folder.put("three", "third ");
    CHECK(*f.get() == "third second");
}
