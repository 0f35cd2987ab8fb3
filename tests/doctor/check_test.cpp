#include "doctor/check.hpp"

#include <sys/stat.h>

#include <vector>

#include "agent/init.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using doctor::Finding;
using doctor::Level;

namespace {

/// A new agent, filled in so that every check is content.
struct Agent {
    Agent() {
        for (std::string_view name : config::setting_names())
            environment.set(std::string(name), std::nullopt);
        environment.set("PA_SHARE_DIR", PA_SHARE);
        REQUIRE(agent::init_agent(home, {2026, 2, 28, 0, 0, 0, 6}));
        put(".env", env);
    }
    void put(const std::string& name, const std::string& text) const {
        scratch.put("agent/" + name, text);
    }

    std::vector<Finding> examine() {
        settings = *config::load({home, {}, ""});
        std::vector<Finding> found;
        doctor::Report report([&](const Finding& finding) { found.push_back(finding); });
        well = doctor::examine({settings}, report);
        return found;
    }
    /// The only finding that is not ok.
    Finding trouble() {
        std::vector<Finding> bad;
        for (auto& finding : examine())
            if (finding.level != Level::ok) bad.push_back(finding);
        REQUIRE(bad.size() == 1);
        CHECK(well == (bad.front().level != Level::fail));
        return bad.front();
    }

    test::Environment environment;
    test::Scratch scratch;
    const std::string home = scratch / "agent";
    const std::string digits = "0123456789abcdef0123456789abcdef";
    const std::string env = "OPENAI_API_KEY=sk-secret\nTWILIO_ACCOUNT_SID=AC" + digits +
                            "\nTWILIO_AUTH_TOKEN=" + digits + "\nTWILIO_PHONE_NUMBER_SID=PN" +
                            digits + "\nMY_PHONE=010-0000-1234\n";
    config::Settings settings;
    bool well = false;
};

}  // namespace

TEST_CASE("a new agent that is filled in passes every check") {
    Agent agent;
    for (const auto& finding : agent.examine()) {
        INFO(finding.subject << ": " << finding.sentence);
        CHECK(finding.level == Level::ok);
        CHECK_FALSE(finding.hop.empty());
        CHECK(finding.sentence.find("secret") == std::string::npos);
        CHECK(finding.sentence.find(agent.digits) == std::string::npos);
    }
    CHECK(agent.well);
}

TEST_CASE("each check names the hop that is broken") {
    Agent agent;
    SECTION("a key that is not set") {
        agent.put(".env", agent.env.substr(agent.env.find('\n') + 1));
        Finding f = agent.trouble();
        CHECK(f.hop == "settings");
        CHECK(f.subject == "OPENAI_API_KEY");
        CHECK_THAT(f.sentence, contains("is not set: put it in " + agent.home + "/.env"));
    }
    SECTION("a setting that is malformed, though it has a default") {
        agent.put(".env", agent.env + "PORT=eighty\n");
        CHECK(agent.trouble().subject == "PORT");
        CHECK(agent.trouble().level == Level::fail);
    }
    SECTION("no owner") {
        agent.put(".env", agent.env.substr(0, agent.env.find("MY_PHONE")));
        CHECK(agent.trouble().subject == "MY_PHONE");
        CHECK(agent.trouble().level == Level::warn);
    }
    SECTION("a .env that others can read") {
        REQUIRE(::chmod((agent.home + "/.env").c_str(), 0644) == 0);
        CHECK_THAT(agent.trouble().sentence, contains("chmod 600"));
    }
    SECTION("a persona with a misspelt key") {
        agent.put("persona.md", "---\nvoise: marin\n---\nBody");
        CHECK(agent.trouble().hop == "persona");
        CHECK_THAT(agent.trouble().sentence, contains("persona.md:2"));
    }
    SECTION("a memory that cannot be read") {
        std::filesystem::remove(agent.home + "/USER.md");
        std::filesystem::create_directory(agent.home + "/USER.md");
        CHECK(agent.trouble().hop == "memory");
    }
    SECTION("call logs that others can enter") {
        REQUIRE(::chmod((agent.home + "/call_logs").c_str(), 0755) == 0);
        CHECK(agent.trouble().subject == "CALL_LOG_DIR");
        CHECK_THAT(agent.trouble().sentence, contains("chmod 700"));
    }
}

TEST_CASE("an agent directory that does not exist is told with the way to make it") {
    test::Scratch scratch;
    config::Settings settings;
    settings.directory = scratch / "gone";
    std::vector<Finding> found;
    doctor::Report report([&](const Finding& finding) { found.push_back(finding); });
    doctor::check_directory({settings}, report);
    REQUIRE(found.size() == 1);
    CHECK(found[0].level == Level::fail);
    CHECK_THAT(found[0].sentence, contains("pa-doctor --init " + settings.directory));
}

TEST_CASE("the checks have distinct names") {
    for (const auto& a : doctor::checks())
        for (const auto& b : doctor::checks()) CHECK((&a == &b || a.hop != b.hop));
}
