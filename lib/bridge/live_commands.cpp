// Commands on a live call: what the operator, in a shell or on the live page, wants of it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "bridge/operator_answers.hpp"
#include "bridge/worker.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "dial/ledger.hpp"
#include "dial/rules.hpp"
#include "json/document.hpp"
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

/// Like any dial: numbers, countries, hours, budgets, the day's cap. Returns the number, counted as
/// `counted`.
Result<PhoneNumber> allow_transfer(const config::Settings& settings, const TransferWish& wish,
                                   std::string& counted) {
    if (Status ok = dial::check_rule_settings(settings); !ok) return ok.error();
    auto number = dial::check_number(read_number(wish.to), wish.to, wish.confirmed);
    if (!number) return number.error();
    if (number->str() == wish.caller || number->str() == wish.called)
        return Error{Errc::data,
                     fmt::format("{} is a number of this very call", number->national())};
    if (Status ok = dial::check_rules(*number, wish.urgent, settings, wall_now(), cli::warn); !ok)
        return ok.error();
    dial::Ledger ledger(settings.directory + "/run");
    auto name = ledger.count(wall_now(), [&](int placed) {
        return dial::check_daily_cap(settings.max_calls_per_day, placed, wish.urgent);
    });
    if (!name) return name.error();
    counted = *name;
    return number;
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

/// Asks our rules away from the loop: they read files.
void Worker::transfer(CallDriver& call, json::Value wanted, const net::Responder& responder) {
    if (!call.session().streaming())
        return answer_error(responder, {Errc::no, "nobody is on the line: nothing to put through"});
    TransferWish wish{std::string(wanted["to"].text()), std::string(wanted["urgent"].text()),
                      wanted["confirmed"].boolean(), call.meta().from, call.meta().to};
    commons_.office.run([this, sid = call.meta().call_sid, wish, responder] {
        std::string counted;
        auto allowed = allow_transfer(settings_, wish, counted);
        loop_.post([this, sid, allowed, counted, responder] {
            if (!allowed) return answer_error(responder, allowed.error());
            CallDriver* there = find(sid);
            if (there == nullptr || !there->session().operable() || !there->session().streaming()) {
                uncount_dial(counted);
                return answer_error(responder, ending(sid));
            }
            ++metrics_.commands;
            counted_transfers_[sid] = counted;
            there->feed(call::TransferRequested{allowed->str()});
            answer_json(responder, 200, done_json(sid, "transfer"));
        });
    });
}

void Worker::uncount_dial(const std::string& name) {
    commons_.office.run([this, name] {
        dial::Ledger ledger(settings_.directory + "/run");
        if (Status back = ledger.uncount(name); !back) cli::warn(back.error().what);
    });
}

void Worker::put_through(const store::CallMeta& meta, const call::Transfer& wish) {
    auto refused = [this, sid = meta.call_sid](const std::string& why) {
        if (auto counted = counted_transfers_.extract(sid); counted) uncount_dial(counted.mapped());
        if (CallDriver* call = find(sid); call != nullptr)
            call->feed(call::TransferEnded{"refused", why});
    };
    auto account = carrier::account_of(settings_);
    if (!account) return loop_.post([refused, why = account.error().what] { refused(why); });
    twilio::DialNumber dial;
    dial.number = wish.number;
    dial.caller_id = meta.direction == "inbound" ? meta.to : meta.from;  // ours
    dial.action_url = after_url();
    dial.limit_s = std::max<std::int64_t>(1, wish.most_ms / 1000);
    http_.send(twilio::run_twiml(*account, meta.call_sid, twilio::dial_number(dial)),
               [this, refused, sid = meta.call_sid](const Result<HttpResponse>& answer) {
                   if (answer && answer->status < 400) return void(counted_transfers_.erase(sid));
                   refused(answer ? fmt::format("HTTP {}", answer->status) : answer.error().what);
               });
}

/// The carrier asks what comes next, and tells what became of a transfer.
void Worker::transfer_ended(CallDriver& call, const Form& form) {
    std::string_view status = form_value(form, "DialCallStatus");
    if (status.empty()) return;
    std::string_view seconds = form_value(form, "DialCallDuration");
    call.feed(call::TransferEnded{status,
                                  seconds.empty() ? std::string() : fmt::format("{} s", seconds)});
}

}  // namespace pa::bridge
