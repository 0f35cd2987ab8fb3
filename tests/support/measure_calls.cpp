#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "support/measures.hpp"
#include "support/world.hpp"

namespace pa::test {
namespace {

using namespace call;
using Lot = std::mt19937_64;

int any(Lot& lot, int from, int to) { return std::uniform_int_distribution<int>(from, to)(lot); }

template <std::size_t n>
const char* any(Lot& lot, const char* const (&of)[n]) {
    return of[any(lot, 0, static_cast<int>(n) - 1)];
}

World::Setup at_some_distance(Lot& lot) {
    World::Setup setup = World::plain();
    setup.to_phone = milliseconds(any(lot, 0, 120));
    setup.to_model = milliseconds(any(lot, 0, 150));
    return setup;
}

/// What was heard of a line: what a session is told of it.
std::string_view heard(const TranscriptLine& l) { return l.interrupted ? l.heard : l.text; }

bool nothing_heard(const TranscriptLine& l) {
    return heard(l).empty() || l.text == Transcript::inaudible;
}

// --- drops ---

/// The turn reached that session, or one after it, as sound.
bool heard_again(const World& world, std::size_t session, const TranscriptLine& line) {
    for (std::size_t s = session - 1; s < world.models().size(); ++s)
        for (const sim::HeardTurn& turn : world.models()[s]->heard())
            if (turn.text == line.text) return true;
    return false;
}

/// Whether a session was told that line with these words. What plays on while the session changes
/// may still be cut.
bool told_as(const TranscriptLine& l, const World::Told& t, std::int64_t dropped_ms) {
    if ((t.role == "assistant") != (l.role == TranscriptLine::Role::assistant)) return false;
    bool cut_later = l.interrupted && l.end_ms >= dropped_ms && t.text.starts_with(heard(l)) &&
                     l.text.starts_with(t.text);
    return t.text == heard(l) || cut_later;
}

/// What is wrong with what that session was told, "" if nothing is.
std::string fault_of_history(const World& world, std::size_t session, std::int64_t dropped_ms,
                             int& turns_told) {
    const std::vector<TranscriptLine>& lines = world.record().transcript;
    auto line = lines.begin();
    // A turn whose text had not come is heard again, behind what its answer had begun with.
    auto may_lack = [&](const TranscriptLine& l) {
        return nothing_heard(l) ||
               (l.role == TranscriptLine::Role::user && heard_again(world, session, l));
    };
    for (const World::Told& t : world.told()) {
        if (t.session != session) continue;
        while (line != lines.end() && !told_as(*line, t, dropped_ms) && may_lack(*line)) ++line;
        if (line == lines.end()) return "was told more than there was: " + t.text;
        if (!told_as(*line, t, dropped_ms))
            return fmt::format("was told '{}' and not '{}'", t.text, heard(*line));
        ++line, ++turns_told;
    }
    for (; line != lines.end(); ++line)
        if (line->start_ms < dropped_ms && !may_lack(*line))
            return fmt::format("was not told '{}' of {} ms", heard(*line), line->start_ms);
    return {};
}

void drop_call(Lot& lot, const std::string& name, Drops& out) {
    World::Setup setup = at_some_distance(lot);
    setup.session.silence = 0ms;
    const char* const stories[] = {"morning-call", "ten-turns"};
    World world(any(lot, stories), setup);
    std::vector<milliseconds> when{milliseconds(any(lot, 0, 40'000))};
    if (any(lot, 0, 2) == 0) when.push_back(when[0] + milliseconds(any(lot, 50, 15'000)));
    std::map<std::size_t, std::int64_t> dropped;  // by the session that follows
    for (milliseconds w : when)
        world.at(w, [&] {
            dropped[world.models().size() + 1] = world.ms();
            world.drop_model();
            ++out.drops;
        });
    auto fault = [&](const std::string& what) {
        out.faults.push_back(fmt::format("{}, dropped at {} ms: {}", name, when[0].count(), what));
    };
    ++out.calls;
    if (!world.run() || world.record().ended_by == EndedBy::error) return fault("did not go on");
    out.sessions += static_cast<int>(world.models().size());
    for (const sim::CallerStep& step : world.scenario().caller.script)
        if (!step.say.empty() &&
            world.caller_words().find(speech().find(step.say)->text) == std::string::npos)
            fault("of the caller's words is missing: " + step.say);
    // A session that went before it was ready was told nothing.
    for (std::size_t s = 2; s <= world.models().size(); ++s) {
        bool told = std::any_of(world.told().begin(), world.told().end(),
                                [&](const World::Told& t) { return t.session == s; });
        if (!told && s != world.models().size()) continue;
        if (auto what = fault_of_history(world, s, dropped[s], out.turns_told); !what.empty())
            fault(fmt::format("session {} {}", s, what));
    }
    for (const std::string& e : world.service_errors())
        if (!e.starts_with("conversation_already_has_active_response")) fault(e);
}

// --- goodbyes ---

/// The caller lets the agent tell something, or not; the goodbye is long.
std::string goodbye_story(Lot& lot, bool silent) {
    const char* const long_clips[] = {"story-long", "weather-long", "todo-long"};
    std::string script = silent ? ""
                                : R"({"when":"agent-silent","after_ms":500,"say":"tell-story"},)"
                                  R"({"when":"agent-silent","after_ms":700,"say":"thanks-bye"})";
    return fmt::format(
        R"({{"name":"goodbye","about":"The agent ends the call.","seed":{},
            "caller":{{"script":[{}]}},
            "model":{{"greeting":["greet-morning"],"pace":{},"delta_bytes":{},"latency_ms":{},
                "items_per_response":{},"purposes":{{"goodbye":["{}","goodbye"]}},
                "turns":[{{"hears":"tell-story","says":["{}"]}},
                    {{"hears":"thanks-bye","says":["{}","goodbye"],
                      "function":{{"name":"end_call"}}}}]}}}})",
        lot() % 1'000'000, script, any(lot, 12, 100) / 10.0, any(lot, 400, 4000),
        any(lot, 100, 800), any(lot, 1, 2), any(lot, long_clips), any(lot, long_clips),
        any(lot, long_clips));
}

/// The first one: what the service begins to answer after that is not said.
std::string response_with_goodbye(const World& world) {
    for (const sim::Spoken& s : world.models().back()->spoken())
        if (s.clips.back() == "goodbye") return s.response_id;
    return {};
}

void end_call(Lot& lot, const std::string& name, Goodbyes& out) {
    enum { agent, limit, money, silence };
    const int why = any(lot, agent, silence);
    World::Setup setup = at_some_distance(lot);
    setup.rest_works = any(lot, 0, 1) == 0;
    if (why == limit) setup.session.max_duration = milliseconds(any(lot, 3000, 30'000));
    if (why == silence) setup.session.silence = 3s;
    World world(goodbye_story(lot, why == silence), setup);
    if (why == money) world.at(milliseconds(any(lot, 3000, 30'000)), [&] { world.end("budget"); });
    ++out.calls;
    const bool finished = world.run();
    if (!finished || world.moments().over < 0 || world.finished() != 1)
        return out.faults.push_back(name + ": no end");
    std::int64_t clipped = 0, last_heard = 0;
    const std::string goodbye = response_with_goodbye(world);
    if (goodbye.empty()) out.faults.push_back(name + ": no goodbye");
    for (const sim::Spoken& s : world.models().back()->spoken()) {
        if (s.response_id != goodbye) continue;
        out.said_ms += s.whole_ms;
        clipped += s.whole_ms - world.heard_ms(s.item_id);
    }
    for (const TranscriptLine& l : world.record().transcript)
        if (l.role == TranscriptLine::Role::assistant && !l.interrupted)
            last_heard = std::max(last_heard, l.end_ms);
    out.clipped_ms += clipped;
    out.lines_held_ms.push_back(world.moments().over - world.moments().started - last_heard);
    out.to_record_ms.push_back(
        std::max<std::int64_t>(0, world.moments().finished - world.moments().over));
    if (clipped != 0) out.faults.push_back(fmt::format("{}: {} ms clipped", name, clipped));
    // Asking at the moment at which the service answers by itself is nobody's fault.
    for (const std::string& e : world.service_errors())
        if (!e.starts_with("conversation_already_has_active_response"))
            out.faults.push_back(name + ": " + e);
}

void hang_up(Lot& lot, const std::string& name, HangUps& out) {
    const char* const stories[] = {"morning-call", "ten-turns"};
    World world(any(lot, stories), at_some_distance(lot));
    world.at(milliseconds(any(lot, 0, 40'000)), [&] { world.hang_up(); });
    ++out.calls;
    if (!world.run() || world.finished() != 1) return out.faults.push_back(name + ": no end");
    out.to_record_ms.push_back(world.moments().finished - world.moments().over);
    for (const auto& model : world.models())
        for (const sim::HeardTurn& turn : model->heard()) {
            ++out.turns;
            if (world.caller_words().find(turn.text) == std::string::npos)
                out.faults.push_back(name + ": lost: " + turn.text);
        }
}

std::int64_t first_word(const std::string& scenario, World::Setup setup) {
    World world(scenario, std::move(setup));
    world.at(20s, [&] { world.hang_up(); });
    (void)world.run();
    return world.moments().first_media;
}

}  // namespace

Drops measure_drops(std::uint64_t seed, int calls) {
    Lot lot(seed);
    Drops out;
    for (int i = 0; i < calls; ++i) drop_call(lot, fmt::format("seed {} call {}", seed, i), out);
    return out;
}

Goodbyes measure_goodbyes(std::uint64_t seed, int calls) {
    Lot lot(seed);
    Goodbyes out;
    for (int i = 0; i < calls; ++i) end_call(lot, fmt::format("seed {} call {}", seed, i), out);
    return out;
}

HangUps measure_hang_ups(std::uint64_t seed, int calls) {
    Lot lot(seed);
    HangUps out;
    for (int i = 0; i < calls; ++i) hang_up(lot, fmt::format("seed {} call {}", seed, i), out);
    return out;
}

FirstWords measure_first_words(std::uint64_t seed, int calls, milliseconds round_trip) {
    Lot lot(seed);
    FirstWords out;
    for (int i = 0; i < calls; ++i) {
        const int model_ms = any(lot, 100, 600);
        const std::string scenario = fmt::format(
            R"({{"name":"first-word","about":"The greeting.","seed":{},
                "model":{{"greeting":["greet-morning"],"latency_ms":{}}}}})",
            i + 1, model_ms);
        World::Setup setup = World::plain();
        setup.to_model = round_trip / 2;
        setup.connect_round_trips = 3;
        setup.rings = milliseconds(any(lot, 2500, 20'000));
        const std::int64_t rang = setup.rings.count();
        out.outbound_ms.push_back(first_word(scenario, setup) - rang);
        setup.rings = milliseconds(any(lot, 0, 600));  // the carrier, from the TwiML to the stream
        out.inbound_ms.push_back(first_word(scenario, setup) - model_ms);
    }
    return out;
}

}  // namespace pa::test
