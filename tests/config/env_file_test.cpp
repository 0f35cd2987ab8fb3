#include "config/settings.hpp"
#include "support/catch.hpp"

using pa::config::parse_env;

namespace {
std::string value_of(const std::string& line) {
    std::vector<std::string> warnings;
    auto values = parse_env(line, &warnings);
    CHECK(warnings.empty());
    REQUIRE(values.count("NAME") == 1);
    return values["NAME"];
}
std::string warning_of(const std::string& text) {
    std::vector<std::string> warnings;
    CHECK(parse_env(text, &warnings).empty());
    REQUIRE(warnings.size() == 1);
    return warnings.front();
}
}  // namespace

TEST_CASE("a .env is read as people write it") {
    CHECK(value_of("NAME=value") == "value");
    CHECK(value_of("export NAME=value") == "value");
    CHECK(value_of("export\tNAME = value") == "value");
    CHECK(value_of("  NAME  =  two words  ") == "two words");
    CHECK(value_of("NAME=value # about it") == "value");
    CHECK(value_of("NAME=a#b") == "a#b");
    CHECK(value_of("NAME=# all comment") == "");
    CHECK(value_of("NAME=") == "");
    CHECK(value_of("NAME=\"two words\" # about it") == "two words");
    CHECK(value_of("NAME=\"a # b\"") == "a # b");
    CHECK(value_of("NAME=\"a\\nb\\t\\\"c\\\" \\\\ \\$d\"") == "a\nb\t\"c\" \\ $d");
    CHECK(value_of("NAME=\"C:\\Users\"") == "C:\\Users");
    CHECK(value_of("NAME='a\\n $b \"c\"'") == "a\\n $b \"c\"");
    CHECK(value_of("NAME=it's") == "it's");
    CHECK(value_of("NAME=a=b=c") == "a=b=c");
    CHECK(value_of("NAME=하나") == "하나");
    CHECK(value_of("NAME=value\r\n") == "value");
    CHECK(value_of("\xEF\xBB\xBFNAME=value") == "value");
    CHECK(value_of("# NAME=old\n\n   # again\nNAME=value\n") == "value");
}

TEST_CASE("of a repeated name the last counts, and a name may begin with the word export") {
    CHECK(value_of("NAME=one\nNAME=two") == "two");
    CHECK(parse_env("exported=1").count("exported") == 1);
    CHECK(parse_env("export=1").count("export") == 1);
}

TEST_CASE("a line that is no setting is told with its number, and the others are read") {
    std::vector<std::string> warnings;
    auto values = parse_env("A=1\nsk-secret\nB=2\n", &warnings);
    CHECK(values.size() == 2);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings.front() == "line 2: not NAME=VALUE; skipped");
}

TEST_CASE("every malformed line has its words, and none repeats the value") {
    CHECK_THAT(warning_of("NAME"), contains("not NAME=VALUE"));
    CHECK_THAT(warning_of("NAME: sk-secret"), contains("not NAME=VALUE"));
    CHECK_THAT(warning_of("=sk-secret"), contains("is no name"));
    CHECK_THAT(warning_of("MY NAME=sk-secret"), contains("is no name"));
    CHECK_THAT(warning_of("1NAME=sk-secret"), contains("is no name"));
    CHECK_THAT(warning_of("NAME=\"sk-secret"), contains("NAME: the quote is never closed"));
    CHECK_THAT(warning_of("NAME='sk-secret"), contains("never closed"));
    CHECK_THAT(warning_of("NAME=\"sk-secret\\\""), contains("never closed"));
    CHECK_THAT(warning_of("NAME=\"sk-\"secret"), contains("behind the closing quote"));
    CHECK_THAT(warning_of("NAME=\xFF\xFE"), contains("not UTF-8"));
    CHECK_THAT(warning_of(std::string("\xFF\xFEN\0A\0", 6)), contains("UTF-16"));
    for (const char* line :
         {"NAME: sk-secret", "=sk-secret", "NAME=\"sk-secret", "NAME=\"sk-\"secret"})
        CHECK(warning_of(line).find("secret") == std::string::npos);
}
