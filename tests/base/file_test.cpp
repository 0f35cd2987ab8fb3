#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using pa::test::TempDir;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 07777U;
}

std::size_t entries(const std::string& folder) {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
    return n;
}

}  // namespace

TEST_CASE("a file is replaced whole, private, and nothing is left beside it") {
    TempDir dir;
    REQUIRE(write_file(dir / "f", "old"));
    CHECK(mode_of(dir / "f") == 0600);
    REQUIRE(write_file(dir / "f", std::string(100000, 'x'), 0644));
    CHECK(read_file(dir / "f")->size() == 100000);
    CHECK(mode_of(dir / "f") == 0644);
    CHECK(entries(dir.path()) == 1);
}

TEST_CASE("a link stays a link, and what it leads to is written") {
    TempDir dir;
    REQUIRE(make_directory(dir / "dotfiles"));
    REQUIRE(write_file(dir / "dotfiles/persona.md", "old"));
    std::filesystem::create_symlink("dotfiles/persona.md", dir / "persona.md");
    std::filesystem::create_symlink(dir / "persona.md", dir / "twice");
    std::filesystem::create_symlink("dotfiles/new.md", dir / "dangling");
    REQUIRE(write_file(dir / "twice", "new"));
    REQUIRE(write_file(dir / "dangling", "made"));
    CHECK(std::filesystem::is_symlink(dir / "persona.md"));
    CHECK(std::filesystem::is_symlink(dir / "dangling"));
    CHECK(*read_file(dir / "dotfiles/persona.md") == "new");
    CHECK(*read_file(dir / "dotfiles/new.md") == "made");
    CHECK(entries(dir / "dotfiles") == 2);
}

TEST_CASE("links in a circle end in an error") {
    TempDir dir;
    std::filesystem::create_symlink("b", dir / "a");
    std::filesystem::create_symlink("a", dir / "b");
    CHECK(write_file(dir / "a", "x").error().code == Errc::io);
    CHECK(std::filesystem::is_symlink(dir / "a"));
}

TEST_CASE("a reader that has the old file open goes on reading it") {
    TempDir dir;
    REQUIRE(write_file(dir / "f", "old"));
    Fd open_file(::open((dir / "f").c_str(), O_RDONLY));
    REQUIRE(write_file(dir / "f", "new"));
    char buffer[8] = {};
    CHECK(::read(open_file.get(), buffer, sizeof buffer) == 3);
    CHECK(std::string(buffer) == "old");
    CHECK(*read_file(dir / "f") == "new");
}

TEST_CASE("a write that fails names the file and leaves the old one") {
    TempDir dir;
    Status status = write_file(dir / "missing/f", "x");
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::io);
    CHECK_THAT(status.error().what, contains(dir / "missing/f"));
    REQUIRE(make_directory(dir / "taken"));
    REQUIRE(write_file(dir / "taken/inside", "x"));
    CHECK_FALSE(write_file(dir / "taken", "x"));  // a folder cannot be replaced
    CHECK(entries(dir.path()) == 1);
}

TEST_CASE("reading is bounded and says what is missing") {
    TempDir dir;
    REQUIRE(write_file(dir / "f", "12345"));
    CHECK(*read_file(dir / "f", 5) == "12345");
    CHECK(read_file(dir / "f", 4).error().code == Errc::io);
    CHECK_THAT(read_file(dir / "none").error().what, contains(dir / "none"));
    CHECK(read_file(dir.path()).error().code == Errc::io);
}

TEST_CASE("appending adds whole pieces") {
    TempDir dir;
    REQUIRE(append_file(dir / "f", "a\n"));
    REQUIRE(append_file(dir / "f", "b\n"));
    CHECK(*read_file(dir / "f") == "a\nb\n");
    CHECK(mode_of(dir / "f") == 0600);
}

TEST_CASE("folders are made with their parents, once") {
    TempDir dir;
    REQUIRE(make_directory(dir / "a/b/c"));
    CHECK(mode_of(dir / "a/b/c") == 0700);
    CHECK(mode_of(dir / "a") == 0700);  // those on the way as well
    CHECK(make_directory(dir / "a/b/c"));
    REQUIRE(make_directory(dir / "x/y//"));  // as people type it
    CHECK(mode_of(dir / "x/y") == 0700);
    CHECK(make_directory("/"));
    REQUIRE(write_file(dir / "f", "x"));
    CHECK(make_directory(dir / "f").error().code == Errc::io);
    CHECK(make_directory(dir / "f/g").error().code == Errc::io);
    CHECK(file_exists(dir / "a/b"));
    CHECK_FALSE(file_exists(dir / "z"));
}

TEST_CASE("a path is taken below the base unless it is absolute") {
    CHECK(resolve_path("/agent", "call_logs") == "/agent/call_logs");
    CHECK(resolve_path("/agent", "/var/x") == "/var/x");
    CHECK(resolve_path("/agent", "") == "/agent");
    CHECK(resolve_path("", "x") == "x");
}

TEST_CASE("a lock has one holder, and is free when that goes") {
    TempDir dir;
    {
        auto first = FileLock::try_acquire(dir / "lock");
        REQUIRE(first);
        auto second = FileLock::try_acquire(dir / "lock");
        REQUIRE_FALSE(second);
        CHECK(second.error().code == Errc::no);
        FileLock moved = std::move(*first);
        CHECK_FALSE(FileLock::try_acquire(dir / "lock"));
    }
    CHECK(FileLock::try_acquire(dir / "lock"));
    CHECK(FileLock::acquire(dir / "lock"));
    CHECK(file_exists(dir / "lock"));
    CHECK(FileLock::acquire(dir / "no/lock").error().code == Errc::io);
}
