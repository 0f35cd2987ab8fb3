// A call whose process died is taken up by another with what the journal kept.
#include <algorithm>

#include "support/catch.hpp"
#include "support/world.hpp"

using namespace pa;
using namespace pa::test;

namespace {

call::Record half_a_call() {
    using Role = call::TranscriptLine::Role;
    call::Record r;
    auto line = [&](Role role, std::string text, std::int64_t start_ms) {
        call::TranscriptLine l;
        l.role = role;
        l.text = std::move(text);
        l.start_ms = start_ms;
        l.end_ms = start_ms + 1'000;
        r.transcript.push_back(l);
    };
    line(Role::assistant, "여보세요.", 0);
    line(Role::user, "", 0);  // a place that was never kept
    line(Role::assistant, "적어뒀어.", 5'000);
    line(Role::user, "우유 사야 해.", 2'000);
    r.functions.push_back({"call_1", "todo-add", "{}", "", "", 5'500, 0});
    r.stream_sid = "MZ01";
    r.duration_ms = 7'000;
    return r;
}

std::vector<std::string> told(const std::vector<call::Action>& actions) {
    std::vector<std::string> out;
    for (const auto& a : actions)
        if (const auto* m = std::get_if<call::AddMessage>(&a))
            out.push_back(std::string(m->role) + ": " + m->text);
    return out;
}

template <class A>
bool any(const std::vector<call::Action>& actions) {
    return std::any_of(actions.begin(), actions.end(),
                       [](const auto& a) { return std::holds_alternative<A>(a); });
}

struct Restored {
    explicit Restored(call::SessionConfig config = {}, call::Record earlier = half_a_call())
        : session(std::move(config), now) {
        session.restore(std::move(earlier), 9s, actions);
        session.start(actions);
    }
    const std::vector<call::Action>& feed(const call::Event& e, milliseconds after = 0ms) {
        actions.clear();
        session.handle(e, now += after, actions);
        return actions;
    }
    void ready() {
        feed(call::ModelOpened{}, 100ms);
        feed(call::SessionUpdated{"audio/pcmu", "audio/pcmu", 0}, 50ms);
    }
    TimePoint now{};
    std::vector<call::Action> actions;
    call::Session session;
};

}  // namespace

TEST_CASE("a restored call opens the model at once and waits for the carrier to come back") {
    Restored r;
    CHECK(any<call::OpenModel>(r.actions));
    CHECK(r.session.after() == call::After::resume);
    REQUIRE(r.session.record().events.size() == 1);
    CHECK(r.session.record().events[0].what == "restart");
    CHECK(r.session.record().events[0].at_ms == 9'000);
    CHECK_FALSE(any<call::Finished>(r.feed(call::Timeout{}, 7s)));
    CHECK(any<call::CompleteCall>(r.feed(call::Timeout{}, 2s)));  // nobody came
}

TEST_CASE("the model of a restored call is told what was said, in order, and goes on") {
    call::SessionConfig config;
    config.resumed = "say that the line was gone for a moment";
    Restored r(config);
    r.ready();
    auto lines = told(r.actions);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == "assistant: 여보세요.");
    CHECK(lines[1] == "user: 우유 사야 해.");
    CHECK(lines[2] == "assistant: 적어뒀어.");
    CHECK_THAT(lines[3], contains("it is not known whether it was done"));
    r.feed(call::StreamStarted{"MZ02"}, 100ms);
    bool resumed = std::any_of(r.actions.begin(), r.actions.end(), [](const call::Action& a) {
        const auto* c = std::get_if<call::CreateResponse>(&a);
        return c != nullptr && c->purpose == "resumed";
    });
    CHECK(resumed);
    CHECK(r.session.record().stream_sid == "MZ02");
}

TEST_CASE("new lines of a restored call take no place that an old one had, and come after") {
    Restored r;
    r.ready();
    r.feed(call::StreamStarted{"MZ02"}, 100ms);
    r.feed(call::SpeechStarted{"item_9", 0}, 1s);
    r.feed(call::SpeechStopped{"item_9", 800}, 1s);
    r.feed(call::InputCommitted{"item_9", ""});
    r.feed(call::CallerText{"item_9", "회의도 있어.", {}}, 100ms);
    auto kept = std::find_if(r.actions.begin(), r.actions.end(), [](const call::Action& a) {
        const auto* k = std::get_if<call::Keep>(&a);
        return k != nullptr && k->what == call::Keep::What::line;
    });
    REQUIRE(kept != r.actions.end());
    CHECK(std::get<call::Keep>(*kept).index == 4);
    r.feed(call::CarrierStatus{"completed"}, 100ms);
    for (int i = 0; i < 50 && !r.session.ended(); ++i) r.feed(call::Timeout{}, 1s);
    REQUIRE(r.session.ended());
    const auto& lines = r.session.record().transcript;
    REQUIRE(lines.size() == 4);
    CHECK(lines[3].text == "회의도 있어.");
    CHECK(lines[3].start_ms > 9'000);
}

TEST_CASE("a call that died before its greeting was heard greets when it is back") {
    call::SessionConfig config;
    config.greeting = "greet";
    Restored r(config, {});
    r.ready();
    CHECK(any<call::CreateResponse>(r.actions));
    r.feed(call::ResponseStarted{"resp_1", "greeting"}, 10ms);
    CHECK_FALSE(any<call::CreateResponse>(r.feed(call::StreamStarted{"MZ02"}, 100ms)));
}

TEST_CASE("the longest duration counts the time before the restart") {
    call::SessionConfig config;
    config.max_duration = 60s;
    Restored r(config);
    r.ready();
    r.feed(call::StreamStarted{"MZ02"}, 100ms);
    r.feed(call::Timeout{}, 51s);
    CHECK(r.session.after() == call::After::hang_up);
}

TEST_CASE("a call that was leaving a message on a machine leaves it anew, and does not talk") {
    call::SessionConfig config;
    config.on_machine = call::OnMachine::message;
    config.machine_message = "leave it";
    call::Record earlier = half_a_call();
    earlier.events.push_back({6'000, "machine", "machine_end_beep"});
    Restored r(config, earlier);
    r.ready();
    auto did = r.feed(call::StreamStarted{"MZ02"}, 100ms);
    CHECK(any<call::ForMachine>(did));
    auto asked = std::find_if(did.begin(), did.end(), [](const auto& a) {
        return std::holds_alternative<call::CreateResponse>(a);
    });
    REQUIRE(asked != did.end());
    CHECK(std::get<call::CreateResponse>(*asked).purpose == "message");
}
