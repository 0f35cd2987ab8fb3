#include "dial/placer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/log_reader.hpp"
#include "twilio/twiml.hpp"

namespace pa::dial {
namespace {

using namespace std::chrono_literals;
using State = Attempt::State;

/// Queueing before the ring, and a bridge that is started again at the end.
constexpr auto margin = 120s;

std::chrono::seconds runs_at_most(const Order& order) {
    return std::chrono::seconds(order.ring_s + order.limit_s) + margin;
}

}  // namespace

twilio::NewCall new_call(const Order& order, const std::string& from,
                         const std::string& public_url) {
    twilio::NewCall call;
    call.to = order.to.str();
    call.from = from;
    call.url = public_url + "/incoming" + std::string(twilio::retry_fragment);
    call.status_callback = public_url + "/status";
    call.ring_seconds = order.ring_s;
    call.limit_seconds = order.limit_s;
    call.detect_machine = order.detect_machine;
    call.detect_message_end = order.matter.machine == "message";
    call.machine_callback = public_url + "/amd";
    call.send_digits = order.send_digits;
    return call;
}

Placer::Placer(World world)
    : world_(std::move(world)),
      ledger_(world_.settings.directory + "/run"),
      ask_{ledger_, world_.calls,
           [this](const std::string& call_sid) {
               auto known = world_.bridge.call(call_sid);
               return known && *known ? std::optional((*known)->final()) : std::nullopt;
           },
           world_.now, world_.sleep},
      logs_(world_.settings.call_log_dir, world_.say) {}

Result<Placed> Placer::place(const Order& order) {
    Entries entries{std::nullopt, ledger_.of_number(order.to), {}};
    std::optional<FileLock> key_lock;
    if (!order.key.empty()) {
        entries.key = ledger_.of_key(order.key);
        auto lock = entries.key->lock();  // whoever comes second waits here for the first one's SID
        if (!lock) return lock.error();
        key_lock = std::move(*lock);
        auto used = settle(*entries.key, ask_);
        if (!used) return used.error();
        if (*used) return Placed{(*used)->call_sid, (*used)->to, true, (*used)->outcome};
    }
    Status ok = check_rules(order.to, order.urgent, world_.settings, world_.now(), logs_);
    if (!ok) return ok.error();
    return place_new(order, std::move(entries));
}

Result<Placed> Placer::place_new(const Order& order, Entries entries) {
    const config::Settings& s = world_.settings;
    auto from =
        world_.calls.caller_id(s.twilio_phone_number_sid, s.directory + "/run/caller-id.json");
    if (!from) return from.error();
    auto info = world_.bridge.status();
    if (!info) return info.error();
    if (Status ok = world_.bridge.check_public(*info); !ok) return ok.error();

    auto lock = entries.number.lock();
    if (!lock) return lock.error();
    if (Status free = check_line_free(order.to, entries.number, ask_); !free) return free.error();
    auto counted = count(order);
    if (!counted) return counted.error();
    entries.counted = *counted;
    auto sid = create(order, entries, *info, *from);
    if (sid) return Placed{*sid, order.to.str(), false, std::nullopt};
    auto left = entries.number.read();
    bool in_doubt = left && left->state == State::attempting;
    if (!in_doubt)
        if (Status back = ledger_.uncount(*counted); !back) world_.say(back.error().what);
    return sid.error();
}

/// What our rules say of one call more, in one step with writing it down. Before money that is held
/// back forbids it, those calls are asked after that may have ended without a log.
Result<std::string> Placer::count(const Order& order) {
    const config::Settings& s = world_.settings;
    const bool budgets = s.budget_day_usd || s.budget_month_usd;
    for (bool last = false;; last = true) {
        const WallTime now = world_.now();
        std::optional<Ledger::Hold> hold;
        if (budgets)
            hold = Ledger::Hold{s.budget_call_usd.value_or(logs_.usd_per_call()),
                                now + runs_at_most(order)};
        std::vector<Ledger::Open> open;
        auto counted = ledger_.count(now, hold, [&](const Ledger::Count& before) {
            if (Status ok = check_daily_cap(s.max_calls_per_day, before.placed, order.urgent); !ok)
                return ok;
            if (!budgets) return Status(Done{});
            open = before.open;
            return check_budgets(s, spending(open, now));
        });
        const bool held = !counted && counted.error().code == Errc::later;
        if (!held || last) return counted;
        for (const Ledger::Open& call : open)
            if (costs_no_more(call))
                if (Status closed = ledger_.close(call.name); !closed) return closed.error();
    }
}

/// Leaves those calls in `open` that are in no log yet.
Spending Placer::spending(std::vector<Ledger::Open>& open, WallTime now) {
    const Civil civil = to_civil(now);
    logs_.look(civil);
    std::erase_if(open, [this](const Ledger::Open& call) { return logs_.has(call.call_sid); });
    Spending spent = logs_.spent(civil);
    for (const Ledger::Open& call : open) spent.held += call.usd;
    return spent;
}

/// It has ended, and no conversation is still to become a log.
bool Placer::costs_no_more(const Ledger::Open& call) {
    if (call.call_sid.empty()) return false;
    auto known = world_.bridge.call(call.call_sid);
    bool ended = known && *known && (*known)->final();
    if (!ended) {  // the bridge may have missed the end
        auto there = world_.calls.fetch(call.call_sid);
        ended = there && twilio::is_final(there->status);
    }
    if (!ended) return false;
    const std::string log = store::log_of_call(world_.settings.call_log_dir, call.call_sid);
    return log.empty() || log.ends_with(".json");
}

/// The one place where a call comes into being. What is written before and after it makes sure that
/// no crash loses or repeats it.
Result<std::string> Placer::create(const Order& order, const Entries& entries,
                                   const Bridge::Info& info, const std::string& from) {
    auto matter = world_.bridge.announce(order.matter);
    if (!matter) return matter.error();
    Attempt attempt{State::attempting, order.to.str(), from,         {},
                    entries.counted,   world_.now(),   std::nullopt, order.matter};
    if (Status written = write(entries, attempt); !written) return written.error();

    auto creation = world_.calls.create(new_call(order, from, info.public_url), world_.never_sent);
    if (!creation.call_sid && creation.in_doubt) {
        world_.say(fmt::format("{}; looking whether the call was made", creation.error.what));
        auto found = look_patiently(attempt, ask_);
        if (found && *found) creation.call_sid = **found;
        if (!creation.call_sid)
            return Error{Errc::later, fmt::format("{}; no call is to be seen: try again later",
                                                  creation.error.what)};
    }
    attempt.state = creation.call_sid ? State::placed : State::none;
    attempt.call_sid = creation.call_sid.value_or("");
    Status written = write(entries, attempt);
    if (!creation.call_sid) {
        (void)world_.bridge.withdraw(*matter).has_value();  // it expires anyway
        return creation.error;
    }
    if (!written) world_.say(written.error().what);
    if (Status named = ledger_.name_call(entries.counted, *creation.call_sid); !named)
        world_.say(named.error().what);
    if (Status bound = world_.bridge.bind(*matter, *creation.call_sid); !bound)
        world_.say(bound.error().in("telling the bridge the call's SID").what);
    return *creation.call_sid;
}

Status Placer::write(const Entries& entries, const Attempt& attempt) const {
    if (entries.key)
        if (Status written = entries.key->write(attempt); !written) return written;
    return entries.number.write(attempt);
}

void Placer::keep_outcome(const Order& order, const std::string& call_sid, int outcome) const {
    std::vector<Ledger::Entry> entries{ledger_.of_number(order.to)};
    if (!order.key.empty()) entries.push_back(ledger_.of_key(order.key));
    for (const Ledger::Entry& entry : entries) {
        auto lock = entry.lock();
        auto attempt = entry.read();
        if (!lock || !attempt || attempt->call_sid != call_sid) continue;
        attempt->state = State::ended;
        attempt->outcome = outcome;
        if (Status written = entry.write(*attempt); !written) world_.say(written.error().what);
    }
}

}  // namespace pa::dial
