#include "bridge/public_base.hpp"

#include "base/file.hpp"
#include "support/captured_stderr.hpp"
#include "support/catch.hpp"

#include <unistd.h>

using namespace pa;
using bridge::check_public_base;
using bridge::PublicBaseSource;

TEST_CASE("a public base is https, without path, user or query") {
    CHECK(*check_public_base(" https://A.example/ \n") == "https://a.example");
    CHECK(*check_public_base("https://a.example:8443") == "https://a.example:8443");
    CHECK(*check_public_base("http://127.0.0.1:8082") == "http://127.0.0.1:8082");
    for (const char* bad :
         {"", "a.example", "http://a.example", "https://a.example/x", "wss://a.example",
          "https://u:p@a.example", "https://a.example?x=1", "https://a b.example"})
        CHECK_FALSE(check_public_base(bad));
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
