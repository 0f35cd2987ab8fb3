// Calls survive the process that carried them: the carrier comes to /after when the stream breaks,
// and finds here a bridge that knows the conversation from its journal.
#include <fmt/format.h>

#include "agent/phrases.hpp"
#include "bridge/live_view.hpp"
#include "bridge/worker.hpp"
#include "cli/console.hpp"
#include "store/recovery.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

/// The briefing that the call had, and what it has become since.
Result<CallSetup> brief_again(const config::Settings& settings, const store::CallMeta& meta,
                              FunctionCatalog& catalog) {
    CallFacts facts{meta.call_sid, meta.direction, meta.from, meta.to, {}};
    facts.proved = meta.owner;
    Dial dial;
    dial.to = meta.to;
    dial.about = meta.about;
    dial.ack = meta.ack;
    dial.persona = meta.persona;
    if (!meta.machine.empty()) dial.machine = meta.machine;
    auto setup = brief(settings, facts, dial, &catalog);
    if (setup) setup->meta = meta;
    return setup;
}

}  // namespace

void Worker::adopt(store::Leftover leftover) {
    cli::say(fmt::format("{} was cut off in the middle: waiting for the carrier to ask for it",
                         leftover.log.meta.call_sid));
    // Unless whoever had it has told us of its end.
    states_.update(leftover.log.meta.call_sid, {{"CallStatus", "in-progress"}}, loop_.now());
    spent(leftover.log.meta, cost_of(leftover.log.meta, leftover.log.record.usage).total);
    left_behind_.add(std::move(leftover), net::Clock::now());
}

/// Somebody else may have left it a moment ago: then its journal is in the folder.
void Worker::resume(const std::string& call_sid, Form form, net::Responder responder) {
    auto& waiting = resuming_[call_sid];
    waiting.push_back(std::move(responder));
    if (waiting.size() > 1) return;  // asked twice: one answer for all
    briefings_.insert(call_sid);
    count_places();
    auto found = std::make_shared<std::optional<store::Leftover>>(left_behind_.take(call_sid));
    auto held = std::make_shared<bool>(false);
    commons_.office.run([this, call_sid, found, held, form = std::move(form)] {
        commons_.spending.look(wall_now());
        if (!*found) {
            auto late = store::find_leftovers(settings_.call_log_dir, call_sid);
            *held = late.held;
            if (!late.journals.empty()) *found = std::move(late.journals.front());
        }
        auto setup = std::make_shared<Result<CallSetup>>(
            *found ? brief_again(settings_, (*found)->log.meta, commons_.catalog)
                   : Result<CallSetup>(Error{Errc::no, call_sid + ": nothing is known of it"}));
        loop_.post([this, call_sid, found, held, setup, form] {
            briefings_.erase(briefings_.find(call_sid));
            count_places();
            // Found by the look at the whole folder that was just before ours
            // [FrontDesk::look_for_leftovers()].
            if (!*found && left_behind_.has(call_sid)) {
                for (auto& asked : std::exchange(resuming_[call_sid], {}))
                    resume(call_sid, form, std::move(asked));
                return;
            }
            if (*setup) take_up(std::move(**setup), std::move(**found));
            if (!*setup && *found) end_unattended(std::move(**found));
            // Another bridge has it, or has not let go of it yet: who asked asks again.
            bool elsewhere = *held && find(call_sid) == nullptr;
            std::string twiml = find(call_sid) != nullptr
                                    ? after(form)
                                    : apology(agent::phrases(settings_.language).broken);
            for (const auto& asked : resuming_[call_sid])
                elsewhere ? asked.answer(503, "text/plain", "another bridge has this call\n")
                          : asked.answer(200, twilio::twiml_content_type, twiml);
            resuming_.erase(call_sid);
        });
    });
}

void Worker::take_up(CallSetup setup, store::Leftover leftover) {
    std::string sid = setup.meta.call_sid;
    call::Record earlier = leftover.log.record;
    journal_.resume(std::move(leftover));
    ++metrics_.calls_resumed;
    setup.tapes.trace_folder = commons_.options.trace_folder;
    auto made = std::make_unique<CallDriver>(*this, std::move(setup));
    CallDriver& call = *calls_.insert_or_assign(sid, std::move(made)).first->second;
    count_places();
    call.take_up(std::move(earlier));
    end_if_over(call);
    cli::say(fmt::format("{} goes on", sid));
}

/// Its log is written with what is known, and the carrier told to end it, should it still run.
void Worker::end_unattended(store::Leftover leftover) {
    store::CallLog log = store::recovered_log(leftover);
    log.meta.cost = cost_of(log.meta, log.record.usage);
    commons_.spending.finished(log.meta, log.meta.cost.total);
    if (!was_put_through(log.record)) complete_call(log.meta.call_sid);
    cli::say(fmt::format("{} ended: nobody came back to it", log.meta.call_sid));
    journal_.resume(std::move(leftover));
    states_.at(log.meta.call_sid, loop_.now()).after = call::After::hang_up;
    save(std::move(log));
}

}  // namespace pa::bridge
