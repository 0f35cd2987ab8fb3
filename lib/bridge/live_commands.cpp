// Commands on a live call: what the operator, in a shell or on the live page, wants of it.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/text.hpp"
#include "bridge/operator_answers.hpp"
#include "bridge/worker.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "dial/ledger.hpp"
#include "dial/line.hpp"
#include "dial/rules.hpp"
#include "json/document.hpp"
#include "net/http.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t most_text = 2000;  // bytes said, whispered, or given as a reason

Error ending(std::string_view call_sid) {
    return {Errc::no, fmt::format("{} is ending, or was put through", call_sid)};
}

Result<std::string_view> text_of(json::Value wish, std::string_view name) {
    std::string_view text = wish[name].text();
    if (trim(text).empty()) return Error{Errc::data, fmt::format("{}: say what", name)};
    if (text.size() > most_text)
        return Error{Errc::data, fmt::format("{}: more than {} bytes", name, most_text)};
    return text;
}

/// Views into `wish`.
Result<call::Event> event_of(std::string_view what, json::Value wish) {
    if (what == "mute") return call::Event(call::MuteRequested{wish["on"].boolean(true)});
    if (what == "hangup")
        return call::Event(call::HangUpRequested{wish["reason"].text("asked for by the operator"),
                                                 wish["goodbye"].boolean()});
    if (what != "say" && what != "whisper")
        return Error{Errc::no, fmt::format("no such command: {}", what)};
    auto text = text_of(wish, "text");
    if (!text) return text.error();
    return what == "say" ? call::Event(call::SayRequested{*text})
                         : call::Event(call::WhisperRequested{*text});
}

std::string done_json(std::string_view call_sid, std::string_view what) {
    json::Writer w;
    w.start().object().member("call_sid", call_sid).member("done", what).end();
    return w.str();
}

void pause(std::chrono::milliseconds t) { std::this_thread::sleep_for(t); }

/// Like any dial: numbers, countries, hours, budgets.
Result<PhoneNumber> number_of(const config::Settings& settings, const TransferWish& wish) {
    if (Status ok = dial::check_rule_settings(settings); !ok) return ok.error();
    auto number = dial::check_number(read_number(wish.to), wish.to, wish.confirmed);
    if (!number) return number.error();
    if (number->str() == wish.caller || number->str() == wish.called)
        return Error{Errc::data,
                     fmt::format("{} is a number of this very call", number->national())};
    dial::SpendingLogs logs(settings.call_log_dir, cli::warn);
    if (Status ok = dial::check_rules(*number, wish.urgent, settings, wall_now(), logs); !ok)
        return ok.error();
    return number;
}

/// And one call per destination at a time, the day's cap. From here on the number is being called,
/// until release().
Result<PutThrough> take_line(const config::Settings& settings, const TransferWish& wish,
                             const std::string& call_sid, const std::atomic<bool>& give_up) {
    auto number = number_of(settings, wish);
    if (!number) return number.error();
    auto account = carrier::account_of(settings);
    if (!account) return account.error();
    net::CurlHttp http(&give_up);
    carrier::Calls calls(http, *account, pause);
    const dial::Inquiry ask{calls, [](const std::string&) { return std::nullopt; }, wall_now,
                            pause};

    dial::Ledger ledger(settings.directory + "/run");
    const dial::Ledger::Entry entry = ledger.of_number(*number);
    auto lock = entry.lock();
    if (!lock) return lock.error();
    // Unless its last call was a leg of this very call: that has ended, since we are streaming.
    if (auto last = entry.read(); !last || last->call_sid != call_sid)
        if (Status free = dial::check_line_free(*number, entry, ask); !free) return free.error();
    // Nothing is held back for it: the model has no part in it.
    auto counted = ledger.count(wall_now(), std::nullopt, [&](const dial::Ledger::Count& before) {
        return dial::check_daily_cap(settings.max_calls_per_day, before.placed, wish.urgent);
    });
    if (!counted) return counted.error();
    // It is a leg of this call, and runs no longer.
    dial::Attempt attempt;
    attempt.state = dial::Attempt::State::placed;
    attempt.to = number->str();
    attempt.call_sid = call_sid;
    attempt.attempted_at = wall_now();
    if (Status written = entry.write(attempt); !written) {
        (void)ledger.uncount(*counted).has_value();  // the same disk
        return written.error();
    }
    return PutThrough{*number, call_sid, *counted};
}

/// The number is called no more; if it never was, it does not count.
Status release_line(const std::string& run, const PutThrough& to) {
    dial::Ledger ledger(run);
    if (!to.counted.empty())
        if (Status back = ledger.uncount(to.counted); !back) return back;
    const dial::Ledger::Entry entry = ledger.of_number(to.number);
    auto lock = entry.lock();
    if (!lock) return lock.error();
    auto attempt = entry.read();
    if (!attempt) return attempt.error();
    if (attempt->call_sid != to.call_sid) return Done{};  // somebody has called it since
    attempt->state = dial::Attempt::State::ended;
    return entry.write(*attempt);
}

}  // namespace

Meant Worker::meant(std::string_view name) const {
    if (find(name) != nullptr) return {true, {std::string(name)}};
    Meant found;
    for (const auto& [sid, call] : calls_)
        if (!call->session().ended() && (name == "only" || sid.ends_with(name)))
            found.sids.push_back(sid);
    return found;
}

void Worker::command(const std::string& call_sid, std::string_view what, std::string_view details,
                     const net::Responder& responder) {
    auto document = json::Document::parse(details.empty() ? "{}" : details);
    if (!document) return answer_error(responder, document.error());
    CallDriver* call = find(call_sid);
    if (call == nullptr) return answer_error(responder, ending(call_sid));
    if (what != "hangup" && !call->session().operable())
        return answer_error(responder, ending(call_sid));
    if (what == "transfer") return transfer(*call, document->root(), responder);
    auto event = event_of(what, document->root());
    if (!event) return answer_error(responder, event.error());
    ++metrics_.commands;
    call->feed(*event);
    answer_json(responder, 200, done_json(call_sid, what));
}

/// Asks our rules away from the loop: they read files, and may ask the carrier.
void Worker::transfer(CallDriver& call, json::Value wanted, const net::Responder& responder) {
    if (!call.session().streaming())
        return answer_error(responder, {Errc::no, "nobody is on the line: nothing to put through"});
    TransferWish wish{std::string(wanted["to"].text()), std::string(wanted["urgent"].text()),
                      wanted["confirmed"].boolean(), call.meta().from, call.meta().to};
    commons_.lines.run([this, sid = call.meta().call_sid, wish, responder] {
        auto taken = take_line(settings_, wish, sid, commons_.give_up);
        loop_.post([this, sid, taken, responder] {
            if (!taken) return answer_error(responder, taken.error());
            CallDriver* there = find(sid);
            const bool can = there != nullptr && there->session().operable() &&
                             there->session().streaming() && !put_through_.contains(sid);
            if (!can) {
                release(*taken);
                return answer_error(responder, ending(sid));
            }
            ++metrics_.commands;
            put_through_.emplace(sid, *taken);
            there->feed(call::TransferRequested{taken->number.str()});
            answer_json(responder, 200, done_json(sid, "transfer"));
        });
    });
}

void Worker::release(const PutThrough& to) {
    commons_.lines.run([this, to] {
        if (Status ok = release_line(settings_.directory + "/run", to); !ok)
            cli::warn(ok.error().what);
    });
}

/// Of that call, if it was put through: it is so no more.
void Worker::release(const std::string& call_sid) {
    if (auto to = put_through_.extract(call_sid); to) release(to.mapped());
}

void Worker::put_through(const store::CallMeta& meta, const call::Transfer& wish) {
    auto refused = [this, sid = meta.call_sid](const std::string& why) {
        release(sid);
        if (CallDriver* call = find(sid); call != nullptr)
            call->feed(call::TransferEnded{"refused", why});
    };
    auto called = [this](const std::string& sid) {
        if (auto to = put_through_.find(sid); to != put_through_.end()) to->second.counted.clear();
    };
    auto account = carrier::account_of(settings_);
    if (!account) return loop_.post([refused, why = account.error().what] { refused(why); });
    twilio::DialNumber dial;
    dial.number = wish.number;
    dial.caller_id = meta.direction == "inbound" ? meta.to : meta.from;  // ours
    dial.action_url = after_url();
    dial.limit_s = std::max<std::int64_t>(1, wish.most_ms / 1000);
    http_.send(twilio::run_twiml(*account, meta.call_sid, twilio::dial_number(dial)),
               [refused, called, sid = meta.call_sid](const Result<HttpResponse>& answer) {
                   if (answer && answer->status < 400) return called(sid);
                   refused(answer ? fmt::format("HTTP {}", answer->status) : answer.error().what);
               });
}

/// The carrier asks what comes next, and tells what became of a transfer.
void Worker::transfer_ended(CallDriver& call, const Form& form) {
    std::string_view status = form_value(form, "DialCallStatus");
    if (status.empty()) return;
    release(call.meta().call_sid);
    std::string_view seconds = form_value(form, "DialCallDuration");
    call.feed(call::TransferEnded{status,
                                  seconds.empty() ? std::string() : fmt::format("{} s", seconds)});
}

}  // namespace pa::bridge
