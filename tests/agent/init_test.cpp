#include "agent/init.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "agent/memory.hpp"
#include "agent/persona.hpp"
#include "config/settings.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using agent::init_agent;

namespace {

const Civil day{2026, 2, 28, 0, 0, 0, 6};

unsigned mode_of(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
}

struct Shipped {
    Shipped() { environment.set("PA_SHARE_DIR", PA_SHARE); }
    test::Environment environment;
    test::Scratch scratch;
};

}  // namespace

TEST_CASE("a new agent has all its files and folders, readable by its owner only") {
    Shipped s;
    const std::string home = s.scratch / "new/agent";
    auto made = init_agent(home, day);
    REQUIRE(made);
    REQUIRE(made->size() == 11);
    CHECK(made->front() == home);
    for (const auto& path : *made) {
        INFO(path);
        CHECK(file_exists(path));
        CHECK((mode_of(path) & 077U) == 0);
    }
    CHECK(mode_of(home + "/.env") == 0600);
    CHECK(::access((home + "/functions/todo-add").c_str(), X_OK) == 0);
    CHECK_THAT(*read_file(home + "/MEMORY.md"),
               contains("## 2026-02-28 (토)\n\n### 작업 내역\n- "));
    CHECK_THAT(*read_file(home + "/USER.md"), contains("# USER.md - About Your Human"));
}

TEST_CASE("nothing that is there is overwritten, and what is missing is added") {
    Shipped s;
    const std::string home = s.scratch / "agent";
    s.scratch.put("agent/.env", "PORT=9000\n");
    REQUIRE(::symlink("/nowhere", (home + "/USER.md").c_str()) == 0);
    auto made = init_agent(home, day);
    REQUIRE(made);
    CHECK(made->size() == 8);
    CHECK(*read_file(home + "/.env") == "PORT=9000\n");
    CHECK_FALSE(file_exists(home + "/USER.md"));
    CHECK(init_agent(home, day)->empty());
}

TEST_CASE("a new agent has valid settings, a persona and a memory that the model may see") {
    Shipped s;
    for (std::string_view name : config::setting_names())
        s.environment.set(std::string(name), std::nullopt);
    const std::string home = s.scratch / "agent";
    REQUIRE(init_agent(home, day));
    auto settings = config::load({home, {}, ""});
    REQUIRE(settings);
    CHECK(settings->problems.empty());
    CHECK(settings->warnings.empty());
    CHECK_THAT(settings->require({"OPENAI_API_KEY"}).error().what, contains(home + "/.env"));
    auto persona = agent::find_persona(*settings, "");
    REQUIRE(persona);
    CHECK(persona->file == home + "/persona.md");
    auto memory = agent::read_memory(home);
    REQUIRE(memory);
    CHECK_THAT(memory->recent, contains("phone-agent"));
    CHECK_THAT(memory->user, contains("타임존"));
    CHECK(agent::name_in_user(memory->user).empty());
}

TEST_CASE("the example of .env names every setting once and gives none a value") {
    auto text = read_file(std::string(PA_SHARE) + "/../.env.example");
    REQUIRE(text);
    std::vector<std::string> warnings;
    auto values = config::parse_env(*text, &warnings);
    CHECK(warnings.empty());
    CHECK(values.size() == config::setting_names().size());
    for (std::string_view name : config::setting_names()) {
        INFO(name);
        REQUIRE(values.count(std::string(name)) == 1);
        const std::string line = "\n" + std::string(name) + "=";
        CHECK(text->find(line) == text->rfind(line));
        CHECK(values[std::string(name)].empty());  // a value here would beat the persona's
    }
}

TEST_CASE("a folder that cannot be made is an error of the file system") {
    Shipped s;
    s.scratch.put("file", "");
    auto made = init_agent(s.scratch / "file/agent", day);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::io);
    CHECK_THAT(made.error().what, contains("file/agent"));
}

TEST_CASE("without the shipped files there is no new agent") {
    Shipped s;
    s.environment.set("PA_SHARE_DIR", s.scratch / "none");
    auto made = init_agent(s.scratch / "agent", day);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::io);
}
