// Calls survive the process that carried them: the carrier comes to /after when the stream breaks,
// and finds here a bridge that knows the conversation from its journal.
#include <fmt/format.h>

#include "agent/phrases.hpp"
#include "bridge/live_view.hpp"
#include "bridge/worker.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "store/log_reader.hpp"
#include "store/recovery.hpp"
#include "twilio/rest.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

/// The briefing that the call had, and what it has become since.
Result<CallSetup> brief_again(const config::Settings& settings, const store::CallMeta& meta,
                              Commons& commons) {
    CallFacts facts{meta.call_sid, meta.direction, meta.from, meta.to, {}};
    facts.proved = meta.owner;
    Dial dial;
    dial.to = meta.to;
    dial.about = meta.about;
    dial.ack = meta.ack;
    dial.persona = meta.persona;
    if (!meta.machine.empty()) dial.machine = meta.machine;
    auto setup = brief(settings, facts, dial, &commons.catalog, &commons.kept);
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
    briefing_begins(call_sid);
    auto found = std::make_shared<std::optional<store::Leftover>>(left_behind_.take(call_sid));
    auto held = std::make_shared<bool>(false), logged = std::make_shared<bool>(false);
    commons_.office.run([this, call_sid, found, held, logged, form = std::move(form)] {
        commons_.spending.look(wall_now());
        if (!*found) {
            auto late = store::find_leftovers(settings_.call_log_dir, call_sid);
            *held = late.held;
            if (!late.journals.empty()) *found = std::move(late.journals.front());
            *logged = !store::log_of_call(settings_.call_log_dir, call_sid).empty();
        }
        auto setup = std::make_shared<Result<CallSetup>>(
            *found ? brief_again(settings_, (*found)->log.meta, commons_)
                   : Result<CallSetup>(Error{Errc::no, call_sid + ": nothing is known of it"}));
        loop_.post([this, call_sid, found, held, logged, setup, form] {
            briefing_ends(call_sid);
            // Found by the look at the whole folder that was just before ours
            // [FrontDesk::look_for_leftovers()].
            if (!*found && left_behind_.has(call_sid)) {
                for (auto& asked : std::exchange(resuming_[call_sid], {}))
                    resume(call_sid, form, std::move(asked));
                return;
            }
            if (*setup) take_up(std::move(**setup), std::move(**found));
            if (!*setup && *found) end_unattended(std::move(**found));
            const bool here = find(call_sid) != nullptr;
            std::string twiml = twilio::hang_up();
            if (here) twiml = after(form);
            if (!here && *found) twiml = apology(agent::phrases(settings_.language).broken);
            const auto asked = std::exchange(resuming_[call_sid], {});
            resuming_.erase(call_sid);
            for (const net::Responder& who : asked)
                if (here || *found || *logged)
                    who.answer(200, twilio::twiml_content_type, twiml);
                else if (*held)  // another bridge has it, or is about to let go of it: asks again
                    who.answer(503, "text/plain", "another bridge has this call\n");
                else  // whoever had it died before anything was said
                    incoming(form, who, {});
        });
    });
}

void Worker::take_up(CallSetup setup, store::Leftover leftover) {
    call::Record earlier = leftover.log.record;
    journal_.resume(std::move(leftover));
    ++metrics_.calls_resumed;
    CallDriver& call = add_call(std::move(setup));
    call.take_up(std::move(earlier));
    end_if_over(call);
    cli::say(fmt::format("{} goes on", call.meta().call_sid));
}

/// The carrier is asked what became of it, and told to end it unless that is certain: nobody may
/// stay on the phone alone, at our cost.
void Worker::end_unattended(store::Leftover leftover) {
    const std::string sid = leftover.log.meta.call_sid;
    CallState& state = states_.at(sid, loop_.now());
    state.after = call::After::hang_up;
    if (state.final() || was_put_through(leftover.log.record))
        return close_unattended(std::move(leftover), state.status);
    auto account = carrier::account_of(settings_);
    if (!account) {
        cli::warn(account.error().what);
        return close_unattended(std::move(leftover), {});
    }
    ++unsaved_logs_;
    auto left = std::make_shared<store::Leftover>(std::move(leftover));
    http_.send(twilio::fetch_call(*account, sid), [this, left](const Result<HttpResponse>& answer) {
        --unsaved_logs_;
        auto call =
            answer ? twilio::read_call(*answer) : Result<twilio::CallResource>(answer.error());
        const std::string status = call ? call->status : "";
        if (!twilio::is_final(status)) complete_call(left->log.meta.call_sid);
        close_unattended(std::move(*left), status);
    });
}

/// Its log is written with what is known. `status`: the carrier's, "" if it is not known.
void Worker::close_unattended(store::Leftover leftover, std::string_view status) {
    store::CallLog log = store::recovered_log(leftover);
    log.meta.cost = cost_of(log.meta, log.record.usage);
    commons_.spending.finished(log.meta, log.meta.cost.total);
    cli::say(fmt::format("{} ended: nobody came back to it{}", log.meta.call_sid,
                         is_final_status(status) ? fmt::format(" (the carrier: {})", status) : ""));
    journal_.resume(std::move(leftover));
    save(std::move(log));
}

}  // namespace pa::bridge
