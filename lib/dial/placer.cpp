#include "dial/placer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "dial/rules.hpp"
#include "twilio/twiml.hpp"

namespace pa::dial {
namespace {

using namespace std::chrono_literals;
using State = Attempt::State;

/// A create may still be under way at the service when its sender has given up.
constexpr auto settling_time = 60s;

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
    : world_(std::move(world)), ledger_(world_.settings.directory + "/run") {}

Result<Placed> Placer::place(const Order& order) {
    Entries entries{std::nullopt, ledger_.of_number(order.to)};
    std::optional<FileLock> key_lock;
    if (!order.key.empty()) {
        entries.key = ledger_.of_key(order.key);
        auto lock = entries.key->lock();  // whoever comes second waits here for the first one's SID
        if (!lock) return lock.error();
        key_lock = std::move(*lock);
        auto used = settle(*entries.key);
        if (!used) return used.error();
        if (*used) return Placed{(*used)->call_sid, (*used)->to, true, (*used)->outcome};
    }
    const WallTime now = world_.now();
    if (Status ok = check_rules(order.to, order.urgent, world_.settings, now, world_.say); !ok)
        return ok.error();
    return place_new(order, entries);
}

/// What became of the call written down in `entry`, whose lock we hold: nullopt if none was made.
Result<std::optional<Attempt>> Placer::settle(const Ledger::Entry& entry) {
    auto attempt = entry.read();
    if (!attempt) return attempt.error();
    if (attempt->state == State::none) return std::optional<Attempt>();
    if (attempt->state != State::attempting) return std::optional(*attempt);
    auto sid = look_patiently(*attempt);
    if (!sid) return sid.error().in("an earlier call in doubt cannot be looked up");
    attempt->state = *sid ? State::placed : State::none;
    attempt->call_sid = sid->value_or("");
    if (Status written = entry.write(*attempt); !written) return written.error();
    return *sid ? std::optional(*attempt) : std::nullopt;
}

/// The list of calls is eventually consistent: a young attempt is looked for several times.
Result<std::optional<std::string>> Placer::look_patiently(const Attempt& a) {
    Result<std::optional<std::string>> found = std::optional<std::string>();
    for (auto pause : {0ms, 1000ms, 2000ms, 3000ms}) {
        if (pause > 0ms && world_.now() - a.attempted_at > settling_time) break;
        if (pause > 0ms) world_.sleep(pause);
        found = world_.calls.look(a.to, a.from, a.attempted_at, world_.now());
        if (found && *found) break;
    }
    return found;
}

Result<Placed> Placer::place_new(const Order& order, const Entries& entries) {
    const config::Settings& s = world_.settings;
    auto from =
        world_.calls.caller_id(s.twilio_phone_number_sid, s.directory + "/run/caller-id.json");
    if (!from) return from.error();
    auto info = world_.bridge.status();
    if (!info) return info.error();
    if (Status ok = world_.bridge.check_public(*info); !ok) return ok.error();

    auto lock = entries.number.lock();
    if (!lock) return lock.error();
    if (Status free = check_line_free(order, entries.number); !free) return free.error();
    auto counted = ledger_.count(world_.now(), [&](int placed) {
        return check_daily_cap(s.max_calls_per_day, placed, order.urgent);
    });
    if (!counted) return counted.error();
    auto sid = create(order, entries, *info, *from);
    if (sid) return Placed{*sid, order.to.str(), false, std::nullopt};
    auto left = entries.number.read();
    bool in_doubt = left && left->state == State::attempting;
    if (!in_doubt)
        if (Status back = ledger_.uncount(*counted); !back) world_.say(back.error().what);
    return sid.error();
}

/// One call per destination at a time.
Status Placer::check_line_free(const Order& order, const Ledger::Entry& entry) {
    auto last = settle(entry);
    if (!last) return last.error();
    if (!*last || (*last)->state != State::placed) return Done{};
    auto over = is_over(**last);
    if (!over) return over.error().in(fmt::format("the earlier call {}", (*last)->call_sid));
    if (*over) return Done{};
    return Error{Errc::later, fmt::format("{} is being called already ({})",
                                          mask_number(order.to.str()), (*last)->call_sid)};
}

Result<bool> Placer::is_over(const Attempt& attempt) {
    auto known = world_.bridge.call(attempt.call_sid);
    bool bridge_knows = known && *known;
    if (bridge_knows && (*known)->final()) return true;
    auto call = world_.calls.fetch(attempt.call_sid);  // the bridge may have missed the end
    if (call) return twilio::is_final(call->status);
    if (call.error().code != Errc::unavailable) return call.error();
    // Twilio has no such call: its record was deleted, or it is too young to be seen.
    return !bridge_knows && world_.now() - attempt.attempted_at > settling_time;
}

/// The one place where a call comes into being. What is written before and after it makes sure that
/// no crash loses or repeats it.
Result<std::string> Placer::create(const Order& order, const Entries& entries,
                                   const Bridge::Info& info, const std::string& from) {
    auto matter = world_.bridge.announce(order.matter);
    if (!matter) return matter.error();
    Attempt attempt{State::attempting, order.to.str(), from,        {},
                    world_.now(),      std::nullopt,   order.matter};
    if (Status written = write(entries, attempt); !written) return written.error();

    auto creation = world_.calls.create(new_call(order, from, info.public_url), world_.never_sent);
    if (!creation.call_sid && creation.in_doubt) {
        world_.say(fmt::format("{}; looking whether the call was made", creation.error.what));
        auto found = look_patiently(attempt);
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
