#include "doctor/crontab.hpp"

#include "support/catch.hpp"

using namespace pa;
using doctor::read_crontab;

namespace {

using Words = std::vector<std::string>;

doctor::CronEntry entry_of(const std::string& line) {
    auto crontab = read_crontab(line + "\n");
    INFO(line);
    REQUIRE(crontab.entries.size() == 1);
    return crontab.entries.front();
}

Words programs(const std::string& command) { return entry_of("* * * * * " + command).programs; }

}  // namespace

TEST_CASE("entries are told from comments and variables, indented or not") {
    auto crontab = read_crontab(
        "# m h dom mon dow\n\n  # 0 7 * * * pa-dial\nMAILTO = me\n"
        "\t30\t6  * * 1-5\tpa-dial --wait\r\n  @daily pa-act\nnonsense\n");
    REQUIRE(crontab.entries.size() == 2);
    CHECK(crontab.entries[0].when == "30 6 * * 1-5");
    CHECK(crontab.entries[0].command == "pa-dial --wait");
    CHECK(crontab.entries[1].when == "@daily");
    CHECK(crontab.entries[1].starts("pa-act"));
    CHECK_FALSE(crontab.sets_path);
}

TEST_CASE("PATH may be set with blanks and quotes") {
    for (const char* line : {"PATH=/a", "PATH = /a", "  PATH=/a:/b", "PATH=\"/a b\"",
                             "\"PATH\"='/a'", "PATH\t=\t/a"}) {
        INFO(line);
        CHECK(read_crontab(std::string("A=b\n") + line + "\n").sets_path);
    }
    for (const char* line : {"#PATH=/a", "  # PATH = /a", "MYPATH=/a", "A=PATH=/a", "PATH", ""}) {
        INFO(line);
        CHECK_FALSE(read_crontab(line).sets_path);
    }
    CHECK(entry_of("0 7 * * * PATH=/a:$PATH pa-dial").sets_path);
    CHECK(entry_of("0 7 * * * bash -lc 'pa-dial'").sets_path);
    CHECK_FALSE(entry_of("0 7 * * * bash -c 'pa-dial'").sets_path);
}

TEST_CASE("programs are what a command starts, not what it only names") {
    CHECK(programs("pgrep -x pa-dial >/dev/null") == Words{"pgrep"});
    CHECK(programs("echo '; pa-dial' \"&& pa-dial\" # ; pa-dial") == Words{"echo"});
    CHECK(programs("cd /x && A=b ./pa-dial | tee log") == Words{"cd", "./pa-dial", "tee"});
    CHECK(programs("x 2>&1; pa-act &>log || (pa-dial)") == Words{"x", "pa-act", "pa-dial"});
    CHECK(programs("</dev/null 2> log pa-act") == Words{"pa-act"});
    CHECK(programs("if a; then ! pa-act; fi") == Words{"a", "pa-act", "fi"});
    CHECK(programs("flock -n /run/x nice -n 5 pa-act --due") == Words{"flock", "pa-act"});
    CHECK(programs("timeout 60 sh -c 'cd x; pa-act'") == Words{"timeout", "sh", "cd", "pa-act"});
    CHECK(programs("sh x.sh -c pa-dial") == Words{"sh"});
    CHECK(programs("pa-dial --about -%milk; pa-act") == Words{"pa-dial"});
    CHECK(programs(R"(date +\%F; pa-act)") == Words{"date", "pa-act"});
    CHECK(programs("").empty());
    CHECK(entry_of("0 7 * * * a '#b' c#d # e").command == "a '#b' c#d");
}
