#include "bridge/briefing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "act/ask.hpp"
#include "act/overview.hpp"
#include "agent/memory.hpp"
#include "agent/persona.hpp"
#include "agent/phrases.hpp"
#include "agent/prompt.hpp"
#include "base/wall_time.hpp"
#include "json/writer.hpp"

namespace pa::bridge {
namespace {

using Clock = std::chrono::steady_clock;

/// What earlier calls left open with the owner: questions, and promises that nothing came of.
struct Unsettled {
    std::vector<std::string> lines, questions;  // questions: ids of requests
};
Unsettled unsettled_of(const config::Settings& settings, KeptFiles& kept) {
    constexpr std::size_t most = 5;
    bool korean = settings.language == "ko";
    Unsettled out;
    auto asks = act::AskList(settings.directory + "/spool").open();
    for (const act::Question& q : asks ? *asks : std::vector<act::Question>()) {
        if (out.lines.size() == most) break;
        out.lines.push_back(fmt::format(
            fmt::runtime(korean ? "{} (\"{}\"): 언제인지 묻는다" : "{} (\"{}\"): ask when"),
            q.title, q.quote));
        out.questions.push_back(q.request_id);
    }
    auto promised = kept.promises.get(act::promise_files(settings), Clock::now(),
                                      [&] { return act::promises(settings); });
    for (const act::Entry& e : promised ? *promised : std::vector<act::Entry>()) {
        if (out.lines.size() == most) break;
        if (!e.by_owner) continue;
        out.lines.push_back(fmt::format(fmt::runtime(korean ? "{}: 해 주겠다고 했지만 아직 못 했다"
                                                            : "{}: promised, not done yet"),
                                        e.title));
    }
    return out;
}

Result<agent::PromptInput> prompt_input(const config::Settings& settings, const Dial& dial,
                                        bool outbound, Standing standing, KeptFiles& kept) {
    auto persona = agent::find_persona(settings, dial.persona);
    if (!persona) return persona.error();
    auto memory = kept.memory.get(agent::memory_files(settings.workspace_dir), Clock::now(),
                                  [&] { return agent::read_memory(settings.workspace_dir); });
    if (!memory) return memory.error();
    agent::PromptInput input;
    input.persona = std::move(*persona);
    input.memory = std::move(*memory);
    input.language = settings.language;
    input.timezone = settings.timezone;
    input.now = to_civil(wall_now());
    input.outbound = outbound;
    input.owner = standing.owner;
    input.pin_wanted = standing.pin_wanted;
    input.recorded = settings.record;
    input.about = dial.about;
    input.ack = dial.ack;
    return input;
}

call::Interruption interruption_of(agent::Interruption policy) {
    switch (policy) {
        case agent::Interruption::immediate: return call::Interruption::immediate;
        case agent::Interruption::guarded: return call::Interruption::guarded;
        case agent::Interruption::off: return call::Interruption::off;
    }
    return call::Interruption::immediate;
}

call::OnMachine on_machine(std::string_view word) {
    return word == "message" ? call::OnMachine::message
           : word == "talk"  ? call::OnMachine::talk
                             : call::OnMachine::hang_up;
}

call::Prewarm prewarm_of(std::string_view word) {
    return word == "off"       ? call::Prewarm::off
           : word == "session" ? call::Prewarm::session
                               : call::Prewarm::greeting;
}

/// For the carrier to place the call and to bring its stream when it was answered.
constexpr std::chrono::seconds placing_grace{60};

call::SessionConfig session_config(const config::Settings& settings,
                                   const agent::PromptInput& input, const Dial& dial) {
    const agent::Phrases& say = agent::phrases(input.language);
    const agent::Persona& persona = input.persona;
    call::SessionConfig c;
    c.interruption = interruption_of(persona.interruption);
    c.guard = persona.guard;
    c.vad_silence = std::chrono::milliseconds(persona.silence_duration_ms);
    c.vad_padding = std::chrono::milliseconds(persona.prefix_padding_ms);
    c.prewarm = prewarm_of(settings.prewarm);
    c.on_machine = on_machine(dial.machine);
    c.machine_message = agent::message_instructions(input.language);
    c.wants_ack = !dial.ack.empty();
    c.stream_deadline = dial.ring + placing_grace;
    c.greeting = agent::greeting_instructions(input.language);
    c.limit_goodbye = say.limit_goodbye;
    c.budget_goodbye = say.budget_goodbye;
    c.stopped_goodbye = say.stopped_goodbye;
    c.silence_goodbye = say.silence_goodbye;
    c.silence_nudges = {say.still_there, say.really_there};
    c.resumed = say.resumed;
    c.one_moment = say.one_moment;
    c.word_for_word = say.word_for_word;
    c.whispered = say.whispered;
    c.transfer_failed = say.transfer_failed;
    c.language = input.language;
    c.wrong_language = say.wrong_language;
    c.silence = persona.silence_after;
    c.max_duration = std::chrono::minutes(settings.max_call_minutes);
    if (input.pin_wanted) c.pin = settings.caller_pin.reveal();
    return c;
}

openai::SessionSettings model_settings(const config::Settings& settings,
                                       const agent::PromptInput& input) {
    const agent::Persona& persona = input.persona;
    openai::SessionSettings m;
    m.model = settings.realtime_model;
    m.instructions = agent::build_prompt(input);
    m.voice = settings.voice;
    m.transcription_model = settings.transcribe_model;
    m.language = settings.language;
    m.turn_detection.kind = persona.vad == agent::Vad::semantic
                                ? openai::TurnDetection::Kind::semantic
                                : openai::TurnDetection::Kind::server;
    m.turn_detection.threshold = persona.threshold;
    m.turn_detection.prefix_padding_ms = persona.prefix_padding_ms;
    m.turn_detection.silence_duration_ms = persona.silence_duration_ms;
    m.turn_detection.eagerness = persona.eagerness;
    m.noise_reduction = persona.noise_reduction;
    m.tools = tools_with({}, !input.ack.empty());
    return m;
}

store::CallMeta meta_of(const config::Settings& settings, const CallFacts& facts,
                        const agent::PromptInput& input, const Dial& dial) {
    store::CallMeta meta;
    meta.call_sid = facts.call_sid;
    meta.direction = facts.direction;
    meta.from = facts.from;
    meta.to = facts.to;
    meta.owner = input.owner;
    meta.agent = input.persona.name;
    meta.model = settings.realtime_model;
    meta.voice = settings.voice;
    meta.transcribe_model = settings.transcribe_model;
    meta.language = settings.language;
    meta.about = input.about;
    meta.persona = dial.persona;
    meta.ack = input.ack;
    if (dial.machine != "hangup") meta.machine = dial.machine;
    meta.started_at = wall_now();
    return meta;
}

}  // namespace

Standing standing_of(const config::Settings& settings, const CallFacts& facts) {
    bool outbound = facts.direction == "outbound";
    auto other = PhoneNumber::parse(outbound ? facts.to : facts.from);
    if (!other || !settings.is_owner(*other)) return {};
    bool prove = !facts.proved && !outbound && !settings.caller_pin.empty();
    return {!prove, prove};
}

Result<CallSetup> brief(const config::Settings& base, const CallFacts& facts, const Dial& dial,
                        FunctionCatalog* catalog, KeptFiles* earlier) {
    KeptFiles none;
    KeptFiles& kept = earlier != nullptr ? *earlier : none;
    auto chosen = dial.persona.empty() ? Result<config::Settings>(base)
                                       : config::with_persona(base, dial.persona);
    if (!chosen) return chosen.error();
    const config::Settings& settings = *chosen;
    auto input = prompt_input(settings, dial, facts.direction == "outbound",
                              standing_of(settings, facts), kept);
    if (!input) return input.error();
    Standing standing{input->owner, input->pin_wanted};
    CallSetup setup;
    if (standing.owner || standing.pin_wanted) {
        Unsettled open = unsettled_of(settings, kept);
        input->unsettled = std::move(open.lines);
        setup.questions = std::move(open.questions);
        if (catalog != nullptr) setup.functions = catalog->list(settings, setup.warnings);
    }
    setup.meta = meta_of(settings, facts, *input, dial);
    setup.session = session_config(settings, *input, dial);
    setup.model = model_settings(settings, *input);
    if (standing.owner) setup.model.tools = tools_with(setup.functions, !input->ack.empty());
    setup.connect.url = openai::realtime_url(settings.openai_realtime_url, settings.realtime_model);
    setup.connect.headers = openai::realtime_headers(settings.openai_api_key);
    setup.budget_usd = settings.budget_call_usd;
    if (input->outbound)
        setup.machine_instructions = dial.machine == "message" ? agent::message_prompt(*input)
                                                               : agent::discreet_prompt(*input);
    if (settings.record) setup.tapes.recording_folder = settings.call_log_dir;
    setup.tapes.announcement = agent::phrases(settings.language).recorded_word;
    if (input->pin_wanted) {
        agent::PromptInput proved = *input;
        proved.owner = true;
        proved.pin_wanted = false;
        setup.owner_instructions = agent::build_prompt(proved);
    }
    return setup;
}

Result<std::string> prompt_for(const config::Settings& settings, const Dial& dial, bool outbound,
                               bool owner) {
    KeptFiles none;
    auto input = prompt_input(settings, dial, outbound, {owner, false}, none);
    if (!input) return input.error();
    return agent::build_prompt(*input);
}

}  // namespace pa::bridge
