#include "config/directory.hpp"

#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa::config;
using pa::Errc;

namespace {
/// Stands in another folder for as long as it lives.
struct Standing {
    explicit Standing(const std::string& place) { std::filesystem::current_path(place); }
    ~Standing() { std::filesystem::current_path(before); }
    std::filesystem::path before = std::filesystem::current_path();
};
}  // namespace

TEST_CASE("the agent directory is -C, PA_AGENT_DIR, here, or the one below the home folder") {
    pa::test::Scratch scratch;
    pa::test::Environment env;
    for (const char* name : {"typed", "named", "here", "config"})
        std::filesystem::create_directory(scratch / name);
    scratch.put("here/.env", "");
    env.set("PA_AGENT_DIR", scratch / "named");
    env.set("XDG_CONFIG_HOME", scratch / "config");
    Standing here(scratch / "here");
    CHECK(*find_agent_directory(scratch / "typed") == scratch / "typed");
    CHECK(*find_agent_directory("../typed/") == scratch / "typed");
    CHECK(*find_agent_directory("") == scratch / "named");
    env.set("PA_AGENT_DIR", "");
    CHECK(*find_agent_directory("") == scratch / "here");
    std::filesystem::remove(scratch / "here/.env");
    CHECK(*find_agent_directory("") == scratch / "config/phone-agent");
    env.set("XDG_CONFIG_HOME", std::nullopt);
    env.set("HOME", scratch / "home");
    CHECK(*find_agent_directory("") == scratch / "home/.config/phone-agent");
}

TEST_CASE("a named agent directory that is no folder is told with the way to make one") {
    pa::test::Scratch scratch;
    auto none = find_agent_directory(scratch / "none");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::config);
    CHECK_THAT(none.error().what, contains("pa-doctor --init"));
    pa::test::Environment env;
    env.set("PA_AGENT_DIR", scratch.put("file", ""));
    CHECK_THAT(find_agent_directory("").error().what, contains("PA_AGENT_DIR"));
}

TEST_CASE("the shipped files are found beside the build, or where PA_SHARE_DIR says") {
    pa::test::Environment env;
    env.set("PA_SHARE_DIR", std::nullopt);
    auto shipped = share_directory();
    if (shipped) CHECK(pa::file_exists(*shipped + "/personas"));  // not so when built elsewhere
    pa::test::Scratch scratch;
    env.set("PA_SHARE_DIR", scratch.path());
    CHECK(*share_directory() == scratch.path());
    env.set("PA_SHARE_DIR", scratch / "none");
    CHECK_THAT(share_directory().error().what, contains("PA_SHARE_DIR"));
}

TEST_CASE("a persona is the agent's own, then the shipped one, or a file") {
    pa::test::Scratch scratch;
    pa::test::Environment env;
    env.set("PA_SHARE_DIR", scratch / "share");
    scratch.put("share/personas/default.md", "");
    scratch.put("share/personas/urgent.md", "");
    scratch.put("share/personas/english.md", "");
    const std::string agent = scratch / "agent";
    CHECK(*find_persona_file(agent, "") == scratch / "share/personas/default.md");
    scratch.put("agent/persona.md", "");
    scratch.put("agent/personas/urgent.md", "");
    CHECK(*find_persona_file(agent, "") == agent + "/persona.md");
    CHECK(*find_persona_file(agent, "urgent") == agent + "/personas/urgent.md");
    CHECK(*find_persona_file(agent, "english") == scratch / "share/personas/english.md");
    CHECK(*find_persona_file(agent, "personas/urgent.md") == agent + "/personas/urgent.md");
    Standing here(scratch / "share");
    CHECK(*find_persona_file(agent, "personas/urgent.md") == scratch / "share/personas/urgent.md");
    auto none = find_persona_file(agent, "nobody");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::config);
    CHECK_THAT(none.error().what, contains("persona \"nobody\""));
    CHECK_THAT(none.error().what, contains(agent + "/personas/nobody.md"));
}
