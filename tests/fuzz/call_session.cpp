// A whole call from messages of both legs: each line is one, T from the carrier, M from the model,
// anything else is time that passes.
#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "call/session.hpp"
#include "fuzz.hpp"
#include "openai/events.hpp"
#include "twilio/media.hpp"

using namespace pa;

namespace {

call::SessionConfig config() {
    call::SessionConfig c;
    c.greeting = "greet";
    c.limit_goodbye = c.budget_goodbye = c.silence_goodbye = c.stopped_goodbye = "say goodbye";
    c.silence_nudges = {"still there?", "really?"};
    c.resumed = "sorry";
    c.pin = "2468";
    return c;
}

/// Holds what the session does against what it was allowed to.
struct Watch {
    int finished = 0;
    std::map<std::string, std::int64_t, std::less<>> bytes;  // forwarded, of an item

    void look(const std::vector<call::Action>& actions) {
        for (const auto& a : actions) {
            PA_HOLDS(finished == 0);
            if (std::holds_alternative<call::Finished>(a)) ++finished;
            if (const auto* cut = std::get_if<call::Truncate>(&a)) PA_HOLDS(cut->audio_end_ms >= 0);
        }
    }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static json::Parser parser;
    call::TimePoint now{};
    call::Session session(config(), now);
    std::vector<call::Action> actions;
    Watch watch;
    session.start(actions);
    watch.look(actions);
    const auto feed = [&](const call::Event& event) {
        actions.clear();
        session.handle(event, now, actions);
        watch.look(actions);
    };
    for (std::string_view line : split(fuzz::text_of(data, size), '\n')) {
        if (line.empty()) continue;
        std::string buffer(line.substr(1));
        const std::size_t length = buffer.size();
        buffer.resize(length + 16);
        if (line.front() == 'T') {
            twilio::StreamStart start;
            if (auto e = twilio::parse_event(parser.parse_in_place({buffer.data(), length}), start))
                feed(*e);
        } else if (line.front() == 'M') {
            if (auto e = openai::parse_event(parser.parse_in_place({buffer.data(), length})))
                feed(*e);
        } else if (line.front() == 'O') {
            feed(call::ModelOpened{});
        } else if (line.front() == 'X') {
            feed(call::LegClosed{line.size() % 2 == 0 ? call::Leg::model : call::Leg::carrier, 1006,
                                 ""});
        } else {
            now += std::chrono::milliseconds(static_cast<unsigned char>(line.front()) * 20);
            if (auto due = session.next_timeout(); due && *due <= now) feed(call::Timeout{});
        }
    }
    // Left alone, every call ends.
    for (int i = 0; i < 4'000 && !session.ended(); ++i) {
        auto due = session.next_timeout();
        PA_HOLDS(due.has_value());
        now = std::max(now, *due);
        feed(call::Timeout{});
    }
    PA_HOLDS(session.ended() && watch.finished == 1);
    return 0;
}
