#include "bridge/briefing.hpp"

#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa::bridge;

namespace {

pa::config::Settings settings_in(const pa::test::Scratch& folder) {
    pa::config::Settings s;
    s.directory = folder.path();
    s.workspace_dir = folder.path();
    s.my_phone = *pa::PhoneNumber::parse("+821000001234");
    s.owners = {*s.my_phone};
    s.voice = "coral";
    return s;
}

const CallFacts to_owner{"CA1", "outbound", "+15550001000", "+821000001234", {}};

}  // namespace

TEST_CASE("a persona chosen for a call brings its voice and language") {
    pa::test::Scratch folder;
    folder.put("persona.md", "---\nname: 하나\n---\n너는 하나야.");
    folder.put("personas/english.md", "---\nlanguage: en\nvoice: marin\n---\nYou are Hana.");
    auto own = brief(settings_in(folder), to_owner, {});
    REQUIRE(own);
    CHECK(own->model.voice == "coral");
    CHECK(own->model.language == "ko");
    CHECK_THAT(own->model.instructions.str(), contains("너는 하나야."));

    Dial dial;
    dial.persona = "english";
    auto call = brief(settings_in(folder), to_owner, dial);
    REQUIRE(call);
    CHECK(call->model.voice == "marin");
    CHECK(call->meta.voice == "marin");
    CHECK(call->model.language == "en");
    CHECK(call->meta.language == "en");
    CHECK_THAT(call->model.instructions.str(), contains("You are Hana.") && contains("English"));

    dial.persona = "none";
    CHECK_FALSE(brief(settings_in(folder), to_owner, dial));
}

TEST_CASE("what is edited between two calls is in the second one's briefing") {
    pa::test::Scratch folder;
    KeptFiles kept;
    auto told = [&] {
        auto call = brief(settings_in(folder), to_owner, {}, nullptr, &kept);
        REQUIRE(call);
        return call->model.instructions.str();
    };
    folder.put("persona.md", "너는 하나야.");
    folder.put("MEMORY.md", "- 비밀 약속");
    CHECK_THAT(told(), contains("너는 하나야.") && contains("비밀 약속"));
    folder.put("persona.md", "너는 두리야.");
    folder.put("MEMORY.md", "- 다른 약속");
    folder.put("USER.md", "- 비밀 취미: 뜨개질");
    CHECK_THAT(told(), contains("너는 두리야.") && contains("다른 약속") && contains("뜨개질") &&
                           !contains("비밀 약속"));
}

TEST_CASE("only the owner's call is given the memory") {
    pa::test::Scratch folder;
    folder.put("persona.md", "너는 하나야.");
    folder.put("USER.md", "# USER.md\n- **이름:** 코난\n- 비밀 취미: 뜨개질");
    folder.put("MEMORY.md", "# MEMORY.md\n## 어제\n- 비밀 약속");
    auto owner = brief(settings_in(folder), to_owner, {});
    REQUIRE(owner);
    CHECK(owner->meta.owner);
    CHECK_THAT(owner->model.instructions.str(), contains("뜨개질") && contains("비밀 약속"));

    CallFacts other = to_owner;
    other.to = "+821000005678";
    auto stranger = brief(settings_in(folder), other, {});
    REQUIRE(stranger);
    CHECK_FALSE(stranger->meta.owner);
    CHECK_THAT(stranger->model.instructions.str(), !contains("뜨개질") && !contains("비밀 약속"));
    CHECK_THAT(stranger->model.instructions.str(), contains("코난님의 AI 비서"));
}

TEST_CASE("with a PIN, a call from the owner's number is the owner's once it is proved") {
    pa::test::Scratch folder;
    folder.put("persona.md", "너는 하나야.");
    folder.put("USER.md", "# USER.md\n- 비밀 취미: 뜨개질");
    pa::config::Settings s = settings_in(folder);
    s.caller_pin = pa::Secret("4711");
    const CallFacts from_owner{"CA1", "inbound", "+821000001234", "+15550001000", {}};
    auto setup = brief(s, from_owner, {});
    REQUIRE(setup);
    CHECK_FALSE(setup->meta.owner);
    CHECK(setup->session.pin == "4711");
    CHECK_THAT(setup->model.instructions.str(), !contains("뜨개질") && !contains("4711"));
    CHECK_THAT(setup->owner_instructions.str(), contains("뜨개질"));
    CHECK(brief(s, to_owner, {})->meta.owner);  // nobody can forge the number we call
}

TEST_CASE("a dial brings what to do with machines, how long it rings, and its question") {
    pa::test::Scratch folder;
    folder.put("persona.md", "너는 하나야.");
    folder.put("USER.md", "# USER.md\n- 비밀 취미: 뜨개질");
    Dial dial;
    dial.about = "혈액 검사 결과";
    using pa::call::OnMachine;
    auto setup = brief(settings_in(folder), to_owner, dial);
    REQUIRE(setup);
    CHECK(setup->session.on_machine == OnMachine::hang_up);
    CHECK(setup->meta.machine.empty());
    CHECK_FALSE(setup->session.wants_ack);
    CHECK_THAT(setup->model.tools.str(), !contains("acknowledge"));
    CHECK_THAT(setup->machine_instructions.str(), !contains("혈액 검사") && !contains("뜨개질"));

    dial.machine = "message";
    dial.ack = "들었지?";
    dial.ring = std::chrono::seconds(240);
    setup = brief(settings_in(folder), to_owner, dial);
    REQUIRE(setup);
    CHECK(setup->session.on_machine == OnMachine::message);
    CHECK(setup->meta.machine == "message");
    CHECK_THAT(setup->machine_instructions.str(), contains("혈액 검사") && !contains("뜨개질"));
    CHECK(setup->session.wants_ack);
    CHECK(setup->meta.ack == "들었지?");
    CHECK_THAT(setup->model.tools.str(), contains("acknowledge") && contains("end_call"));
    // A phone that rings for four minutes is not given up before.
    CHECK(setup->session.stream_deadline > dial.ring);
    dial.machine = "talk";
    CHECK(brief(settings_in(folder), to_owner, dial)->session.on_machine == OnMachine::talk);
}

TEST_CASE("PREWARM says what is done before the stream starts") {
    using pa::call::Prewarm;
    pa::test::Scratch folder;
    folder.put("persona.md", "너는 하나야.");
    pa::config::Settings s = settings_in(folder);
    CHECK(brief(s, to_owner, {})->session.prewarm == Prewarm::greeting);
    s.prewarm = "session";
    CHECK(brief(s, to_owner, {})->session.prewarm == Prewarm::session);
    s.prewarm = "off";
    CHECK(brief(s, to_owner, {})->session.prewarm == Prewarm::off);
}
