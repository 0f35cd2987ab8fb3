#include "dial/line.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pa::dial {
namespace {

using namespace std::chrono_literals;
using State = Attempt::State;

/// A create may still be under way at the service when its sender has given up.
constexpr auto settling_time = 60s;

}  // namespace

Result<std::optional<std::string>> look_patiently(const Attempt& a, const Inquiry& ask) {
    Result<std::optional<std::string>> found = std::optional<std::string>();
    for (auto pause : {0ms, 1000ms, 2000ms, 3000ms}) {
        if (pause > 0ms && ask.now() - a.attempted_at > settling_time) break;
        if (pause > 0ms) ask.sleep(pause);
        found = ask.calls.look(a.to, a.from, a.attempted_at, ask.now());
        if (found && *found) break;
    }
    return found;
}

Result<std::optional<Attempt>> settle(const Ledger::Entry& entry, const Inquiry& ask) {
    auto attempt = entry.read();
    if (!attempt) return attempt.error();
    if (attempt->state == State::none) return std::optional<Attempt>();
    if (attempt->state != State::attempting) return std::optional(*attempt);
    auto sid = look_patiently(*attempt, ask);
    if (!sid) return sid.error().in("an earlier call in doubt cannot be looked up");
    attempt->state = *sid ? State::placed : State::none;
    attempt->call_sid = sid->value_or("");
    if (!attempt->counted.empty()) {  // first: it may be told twice, should we be killed here
        Status told = *sid ? ask.ledger.name_call(attempt->counted, **sid)
                           : ask.ledger.uncount(attempt->counted);
        if (!told) return told.error();
    }
    if (Status written = entry.write(*attempt); !written) return written.error();
    return *sid ? std::optional(*attempt) : std::nullopt;
}

Result<bool> is_over(const Attempt& attempt, const Inquiry& ask) {
    const std::optional<bool> known = ask.ended(attempt.call_sid);
    if (known.value_or(false)) return true;
    auto call = ask.calls.fetch(attempt.call_sid);  // the bridge may have missed the end
    if (call) return twilio::is_final(call->status);
    if (call.error().code != Errc::unavailable) return call.error();
    // Twilio has no such call: its record was deleted, or it is too young to be seen.
    return !known && ask.now() - attempt.attempted_at > settling_time;
}

Status check_line_free(const PhoneNumber& number, const Ledger::Entry& entry, const Inquiry& ask) {
    auto last = settle(entry, ask);
    if (!last) return last.error();
    if (!*last || (*last)->state != State::placed) return Done{};
    auto over = is_over(**last, ask);
    if (!over) return over.error().in(fmt::format("the earlier call {}", (*last)->call_sid));
    if (*over) return Done{};
    return Error{Errc::later, fmt::format("{} is being called already ({})",
                                          mask_number(number.str()), (*last)->call_sid)};
}

}  // namespace pa::dial
