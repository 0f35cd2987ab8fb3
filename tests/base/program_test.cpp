#include "base/program.hpp"

#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;

TEST_CASE("a tool is found in PATH, else beside this program, else by its name") {
    test::Scratch dir;
    dir.put("one/pa-x", "text", 0644);
    dir.put("two/pa-x", "#!/bin/sh\n", 0755);
    test::Environment environment;
    environment.set("PATH", dir / "one" + ":" + dir / "two");
    CHECK(find_tool("pa-x") == dir / "two/pa-x");
    CHECK(find_tool("pa-no-such-tool") == "pa-no-such-tool");
    REQUIRE_FALSE(executable_folder().empty());
    CHECK(find_tool("unit_tests") == executable_folder() + "/unit_tests");
}

TEST_CASE("what calls our tools finds them behind everything else") {
    test::Environment environment;
    environment.set("PATH", "/usr/bin");
    CHECK(path_with_tools() == "/usr/bin:" + executable_folder());
}
