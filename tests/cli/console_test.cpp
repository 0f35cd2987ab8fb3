#include "cli/console.hpp"

#include "cli/background.hpp"
#include "support/captured_stderr.hpp"
#include "support/catch.hpp"

using namespace pa;

TEST_CASE("lines said in the background are those said in the foreground") {
    test::CapturedStderr captured;
    {
        cli::Background lines;
        cli::warn("a line\x1b[31m with colours");
        cli::warn("another");
    }
    cli::warn("and one more");
    const std::string text = captured.take();
    CHECK_THAT(text, contains("a line"));
    CHECK_THAT(text, !contains("\x1b"));
    CHECK(text.find("another") < text.find("and one more"));
}
