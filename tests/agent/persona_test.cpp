#include "agent/persona.hpp"

#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa::agent;
using pa::Errc;

namespace {
std::string error_of(const std::string& text) {
    auto persona = parse_persona(text, "persona.md");
    REQUIRE_FALSE(persona);
    CHECK(persona.error().code == Errc::config);
    return persona.error().what;
}
}  // namespace

TEST_CASE("a persona is its text, the rest has defaults") {
    auto p = parse_persona("너는 하나야.\n", "persona.md");
    REQUIRE(p);
    CHECK(p->body == "너는 하나야.");
    CHECK(p->name == "하나");
    CHECK(p->file == "persona.md");
    CHECK(p->interruption == Interruption::immediate);
    CHECK(p->vad == Vad::server);
    CHECK(p->silence_duration_ms == 500);
    CHECK(p->noise_reduction.empty());
}

TEST_CASE("the front matter sets how the agent converses") {
    auto p = parse_persona(
        "---\nname: 두리\nowner_name: 코난쌤\ninterruption: guarded\nguard_ms: 700\n"
        "greeting: \"여보세요?\"\nsilence_after_s: 0\nvad: semantic\nthreshold: 0.65\n"
        "prefix_padding_ms: 200\nsilence_duration_ms: 700\neagerness: low\n"
        "noise_reduction: far_field\nVOICE: marin\nrealtime-model: gpt-realtime-2.1\n---\nBody",
        "persona.md");
    REQUIRE(p);
    CHECK(p->name == "두리");
    CHECK(p->owner_name == "코난쌤");
    CHECK(p->interruption == Interruption::guarded);
    CHECK(p->guard == std::chrono::milliseconds(700));
    CHECK(p->greeting == "여보세요?");
    CHECK(p->silence_after == std::chrono::seconds(0));
    CHECK(p->vad == Vad::semantic);
    CHECK(p->threshold == 0.65);
    CHECK(p->prefix_padding_ms == 200);
    CHECK(p->silence_duration_ms == 700);
    CHECK(p->eagerness == "low");
    CHECK(p->noise_reduction == "far_field");
}

TEST_CASE("an empty value is the default, and noise reduction can be off") {
    auto p =
        parse_persona("---\nname:\nnoise_reduction: off\ninterruption: off\n---\nBody", "x.md");
    REQUIRE(p);
    CHECK(p->name == "하나");
    CHECK(p->noise_reduction.empty());
    CHECK(p->interruption == Interruption::off);
}

TEST_CASE("what is wrong in a persona is told with its line") {
    CHECK_THAT(error_of("---\nname: x\nvoise: marin\n---\nB"), contains("persona.md:3: voise is"));
    CHECK_THAT(error_of("---\ninterruption: never\n---\nB"), contains("immediate, guarded, off"));
    CHECK_THAT(error_of("---\n\nguard_ms: -1\n---\nB"), contains("persona.md:3: guard_ms: \"-1\""));
    CHECK_THAT(error_of("---\nthreshold: 1.5\n---\nB"), contains("from 0 to 1"));
    CHECK_THAT(error_of("---\nthreshold: nan\n---\nB"), contains("from 0 to 1"));
    CHECK_THAT(error_of("---\nvad: loud\n---\nB"), contains("server, semantic"));
    CHECK_THAT(error_of("---\neagerness: x\n---\nB"), contains("auto, low, medium, high"));
    CHECK_THAT(error_of("---\nsilence_after_s: 5s\n---\nB"), contains("no whole number"));
    CHECK_THAT(error_of("---\nname\n---\nB"), contains("persona.md:2: not `key: value`"));
    CHECK_THAT(error_of("---\nname: x\nB"), contains("never closed") || contains("not `key"));
    CHECK_THAT(error_of("---\nname: x\n---\n  \n"), contains("has no text"));
    CHECK_THAT(error_of(""), contains("has no text"));
    CHECK_THAT(error_of("\xFF"), contains("UTF-8"));
}

TEST_CASE("every shipped persona is read, and names settings that are") {
    pa::test::Environment env;
    for (std::string_view name : pa::config::setting_names())
        env.set(std::string(name), std::nullopt);
    env.set("PA_SHARE_DIR", PA_SHARE);
    pa::test::Scratch agent;
    for (const char* name :
         {"default", "english", "morning-call", "reminder", "job-done", "urgent", "end-of-day"}) {
        INFO(name);
        auto settings = pa::config::load({agent.path(), {}, name});
        REQUIRE(settings);
        CHECK(settings->problems.empty());
        CHECK(settings->language == (std::string(name) == "english" ? "en" : "ko"));
        auto persona = find_persona(*settings, name);
        REQUIRE(persona);
        CHECK(persona->body.size() > 500);
    }
    pa::config::Settings settings;
    settings.directory = agent.path();
    CHECK(find_persona(settings, "")->file == std::string(PA_SHARE) + "/personas/default.md");
    CHECK(find_persona(settings, "nobody").error().code == Errc::config);
}

TEST_CASE("the keys shown as comments in the default persona are real, with their defaults") {
    auto text = pa::read_file(std::string(PA_SHARE) + "/personas/default.md");
    REQUIRE(text);
    for (std::string_view line :
         {"# voice: ", "# greeting: ", "# owner_name: ", "# interruption: ", "# guard_ms: ",
          "# silence_after_s: ", "# vad: ", "# threshold: ", "# eagerness: ",
          "# silence_duration_ms: ", "# prefix_padding_ms: ", "# noise_reduction: "}) {
        INFO(line);
        const std::size_t at = text->find(line);
        REQUIRE(at != std::string::npos);
        text->erase(at, 2);
    }
    auto p = parse_persona(*text, "default.md");
    REQUIRE(p);
    const Persona defaults;
    CHECK(p->name == defaults.name);
    CHECK(p->owner_name.empty());
    CHECK(p->greeting.empty());
    CHECK(p->interruption == defaults.interruption);
    CHECK(p->guard == defaults.guard);
    CHECK(p->silence_after == defaults.silence_after);
    CHECK(p->threshold == defaults.threshold);
    CHECK(p->silence_duration_ms == defaults.silence_duration_ms);
    CHECK(p->prefix_padding_ms == defaults.prefix_padding_ms);
    CHECK(p->eagerness == defaults.eagerness);
    CHECK(p->noise_reduction == defaults.noise_reduction);
}
