#include "base/temporary_file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "base/file_writer.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using pa::test::TempDir;
namespace fs = std::filesystem;

namespace {

/// Names in `folder`, one behind the other.
std::string names_in(const std::string& folder) {
    std::string names;
    for (const auto& entry : fs::directory_iterator(folder))
        names += entry.path().filename().string() + " ";
    return names;
}

TemporaryFile begun(const std::string& path) {
    auto file = TemporaryFile::create(path, 0600);
    REQUIRE(file);
    REQUIRE(write_all(file->fd(), "half"));
    return std::move(*file);
}

void age(const std::string& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::minutes(2));
}

}  // namespace

TEST_CASE("a file in the making takes the place of the old one when it is whole, or is gone") {
    TempDir dir;
    const std::string path = dir / "log.json";
    REQUIRE(write_file(path, "old"));
    { TemporaryFile given_up = begun(path); }
    CHECK(names_in(dir.path()) == "log.json ");
    TemporaryFile file = begun(path);
    CHECK(*read_file(path) == "old");
    REQUIRE(write_all(file.fd(), " and half"));
    REQUIRE(file.put_in_place());
    CHECK(*read_file(path) == "half and half");
    CHECK(names_in(dir.path()) == "log.json ");
}

TEST_CASE("a process that is killed while it writes leaves what is taken away") {
    TempDir dir;
    int told[2];
    REQUIRE(::pipe(told) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(60);
        auto file = TemporaryFile::create(dir / "log.json", 0600);
        bool half = file && write_all(file->fd(), "half") && write_all(told[1], "x");
        if (half) ::pause();
        ::_exit(1);
    }
    ::close(told[1]);
    char x = 0;
    CHECK(::read(told[0], &x, 1) == 1);
    ::close(told[0]);
    remove_unfinished(dir.path());
    CHECK_THAT(names_in(dir.path()), contains("log.json."));  // it lives
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    CHECK_THAT(names_in(dir.path()), contains("log.json."));
    remove_unfinished(dir.path());
    CHECK(names_in(dir.path()).empty());
}

TEST_CASE("the mode of a file that is replaced whole is not the umask's") {
    TempDir dir;
    const mode_t before = ::umask(077);
    Status whole = write_file(dir / "whole", "x", 0644);
    auto pieces = FileWriter::create(dir / "pieces", 0644);
    ::umask(before);
    REQUIRE(whole);
    REQUIRE(pieces);
    REQUIRE(pieces->commit());
    struct stat info {};
    REQUIRE(::stat((dir / "whole").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0644);
    REQUIRE(::stat((dir / "pieces").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600);
}

TEST_CASE("what a killed writer left is taken away; what lives, and all else, stays") {
    TempDir dir;
    const std::string left = dir / "a.json.0123456789ab.tmp",
                      born = dir / "b.json.0123456789ab.tmp";
    REQUIRE(append_file(left, "private words"));
    REQUIRE(append_file(born, ""));  // may be locked in a moment
    for (const char* other : {"c.json", "c.tmp", "c.json.0123456789ag.tmp", "c.0123456789a.tmp",
                              ".0123456789ab.tmp.json", "0123456789ab.tmp", "cd0123456789ab.tmp"})
        REQUIRE(append_file(dir / other, "theirs"));
    REQUIRE(make_directory(dir / "d.0123456789ab.tmp"));
    fs::create_symlink(dir / "c.json", dir / "e.0123456789ab.tmp");
    const std::string pipe = dir / "g.0123456789ab.tmp";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    age(pipe);
    TemporaryFile alive = begun(dir / "f.json");

    remove_unfinished(dir.path());
    CHECK_FALSE(file_exists(left));
    CHECK(file_exists(born));
    CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 12);
    CHECK(*read_file(dir / "c.json") == "theirs");
    REQUIRE(alive.put_in_place());
    CHECK(*read_file(dir / "f.json") == "half");

    age(born);
    remove_unfinished(dir.path());
    CHECK_FALSE(file_exists(born));
    remove_unfinished(dir / "none");
    CHECK_FALSE(file_exists(dir / "none"));
}

TEST_CASE("a file that cannot be made or put in place names it") {
    TempDir dir;
    auto none = TemporaryFile::create(dir / "missing/f", 0600);
    REQUIRE_FALSE(none);
    CHECK_THAT(none.error().what, contains(dir / "missing/f"));
    REQUIRE(make_directory(dir / "taken"));
    {
        TemporaryFile file = begun(dir / "taken");
        Status put = file.put_in_place();
        REQUIRE_FALSE(put);
        CHECK_THAT(put.error().what, contains(dir / "taken"));
    }
    CHECK(names_in(dir.path()) == "taken ");
}

TEST_CASE("what is written piece by piece appears when it is whole") {
    TempDir dir;
    const std::string path = dir / "page.html";
    {
        auto given_up = FileWriter::create(path);
        REQUIRE(given_up);
        given_up->append(std::string(1000000, 'x'));
    }
    CHECK(names_in(dir.path()).empty());
    auto page = FileWriter::create(path);
    REQUIRE(page);
    page->append(std::string(1000000, 'x'));
    page->append("end");
    CHECK_FALSE(file_exists(path));
    REQUIRE(page->commit());
    CHECK(read_file(path)->size() == 1000003);
    CHECK(names_in(dir.path()) == "page.html ");
}

TEST_CASE("what is written piece by piece leaves a link one") {
    TempDir dir;
    REQUIRE(write_file(dir / "page.html", "old"));
    fs::create_symlink("page.html", dir / "link.html");
    auto page = FileWriter::create(dir / "link.html");
    REQUIRE(page);
    page->append("new");
    REQUIRE(page->commit());
    CHECK(fs::is_symlink(dir / "link.html"));
    CHECK(*read_file(dir / "page.html") == "new");
}
