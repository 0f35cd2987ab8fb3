#include "bridge/public_base.hpp"

#include "base/file.hpp"
#include "support/captured_stderr.hpp"
#include "support/catch.hpp"

#include <unistd.h>

using namespace pa;
using bridge::check_public_base;
using bridge::PublicBaseSource;

TEST_CASE("a public base is https, without user or query, with at most the path of an instance") {
    CHECK(*check_public_base(" https://A.example/ \n") == "https://a.example");
    CHECK(*check_public_base("https://a.example:8443") == "https://a.example:8443");
    CHECK(*check_public_base("http://127.0.0.1:8082") == "http://127.0.0.1:8082");
    for (const char* bad :
         {"", "a.example", "http://a.example", "wss://a.example", "https://u:p@a.example",
          "https://a.example?x=1", "https://a b.example", "https://a.example/b1/x",
          "https://a.example/b1?x", "https://a.example/..", "https://a.example/b%31",
          "https://a.example/b1#x"})
        CHECK_FALSE(check_public_base(bad));
    CHECK(*check_public_base("https://A.example:8443/b-1_x.y/") ==
          "https://a.example:8443/b-1_x.y");
    CHECK(*check_public_base("http://127.0.0.1:80/10.0.0.7") == "http://127.0.0.1:80/10.0.0.7");
    CHECK(bridge::instance_path("https://a.example/b1") == "/b1");
    CHECK(bridge::instance_path("https://a.example").empty());
    CHECK(bridge::instance_path("").empty());
}

TEST_CASE("one of several bridges answers for itself, for any, and for one that is gone") {
    using bridge::asked_for;
    for (const char* path : {"/after", "/b1/after", "/b2/after"}) {
        auto asked = asked_for(path, "https://a.example/b1");
        REQUIRE(asked);
        CHECK(asked->endpoint == "/after");
        CHECK(std::string(asked->instance) + "/after" == path);
    }
    CHECK(asked_for("/after", "https://a.example")->instance.empty());
    for (const char* path : {"/b1/after", "//after", "/a/b/after", "after", ""})
        CHECK_FALSE(asked_for(path, "https://a.example"));
    for (const char* path : {"//after", "/a/b/after", "/../after", "/b 1/after", "after", ""})
        CHECK_FALSE(asked_for(path, "https://a.example/b1"));
}

TEST_CASE("a watched file tells its last whole line, each time that changes") {
    std::string path = "/tmp/pa-public-url-test." + std::to_string(::getpid());
    config::Settings settings;
    settings.directory = "/";
    auto source = PublicBaseSource::open("@" + path, settings);
    REQUIRE(source);
    CHECK_FALSE(source->update({}));  // not there yet
    REQUIRE(write_file(path, "https://one.example\nhttps://tw"));
    CHECK(source->update({}) == "https://one.example");
    CHECK_FALSE(source->update({}));
    REQUIRE(write_file(path, "https://one.example\nhttps://two.example\n"));
    CHECK(source->update({}) == "https://two.example");
    REQUIRE(write_file(path, "https://one.example\nrubbish\n"));
    pa::test::CapturedStderr said;
    CHECK_FALSE(source->update({}));
    CHECK_THAT(said.take(), contains("'rubbish' is no URL"));
    CHECK_FALSE(source->update({}));
    CHECK(said.take().empty());  // once is enough
    ::unlink(path.c_str());
    CHECK_FALSE(source->ended());
}
