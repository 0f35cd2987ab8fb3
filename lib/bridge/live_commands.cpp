// Commands on a live call: what the operator, in a shell or on the live page, wants of it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "bridge/operator_answers.hpp"
#include "bridge/worker.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "json/document.hpp"
#include "twilio/twiml.hpp"

namespace pa::bridge {
namespace {

/// After the carrier has begun to do something else with a call.
constexpr std::chrono::seconds stream_stops_within{3};

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
    const std::string sid = call.meta().call_sid;
    if (!call.session().streaming())
        return answer_error(responder, {Errc::no, "nobody is on the line: nothing to put through"});
    if (!transfers_.try_emplace(sid).second)
        return answer_error(responder, {Errc::no, sid + " is being put through already"});
    TransferWish wish{std::string(wanted["to"].text()), std::string(wanted["urgent"].text()),
                      wanted["confirmed"].boolean(), call.meta().from, call.meta().to};
    commons_.lines.run([this, sid, wish, responder, asked = std::chrono::steady_clock::now()] {
        auto line = take_line(settings_, wish, sid, asked, commons_.give_up);
        loop_.post([this, sid, line, responder] {
            CallDriver* there = find(sid);
            const bool can =
                there != nullptr && there->session().operable() && there->session().streaming();
            if (!line || !can) transfers_.erase(sid);
            if (!line) return answer_error(responder, line.error());
            if (!can) {
                let_go(*line, true);
                return answer_error(responder, ending(sid));
            }
            ++metrics_.commands;
            transfers_[sid].line = *line;
            there->feed(call::TransferRequested{line->number.str()});
            answer_json(responder, 200, done_json(sid, "transfer"));
        });
    });
}

void Worker::let_go(const TakenLine& line, bool uncount) {
    commons_.lines.run([this, line, uncount] {
        if (Status ok = release_line(settings_.directory + "/run", line, uncount, commons_.give_up);
            !ok)
            cli::warn(ok.error().what);
    });
}

/// The line that call has taken, if it has: its transfer is over.
void Worker::let_go(const std::string& call_sid, bool uncount) {
    if (auto ended = transfers_.extract(call_sid); ended && ended.mapped().line)
        let_go(*ended.mapped().line, uncount);
}

void Worker::put_through(const store::CallMeta& meta, const call::Transfer& wish) {
    auto account = carrier::account_of(settings_);
    const auto& line = transfers_[meta.call_sid].line;  // taken before the call was told to
    auto failed = [this, sid = meta.call_sid, counted = line ? line->counted : ""](
                      const std::string& why, bool in_doubt) {
        transfer_failed(sid, counted, why, in_doubt);
    };
    if (!account) return loop_.post([failed, why = account.error().what] { failed(why, false); });
    twilio::DialNumber dial;
    dial.number = wish.number;
    dial.caller_id = meta.direction == "inbound" ? meta.to : meta.from;  // ours
    dial.action_url = after_url();
    dial.limit_s = std::max<std::int64_t>(1, wish.most_ms / 1000);
    http_.send(twilio::run_twiml(*account, meta.call_sid, twilio::dial_number(dial)),
               [failed](const Result<HttpResponse>& answer) {
                   if (answer && answer->status < 400) return;
                   failed(answer ? fmt::format("HTTP {}", answer->status) : answer.error().what,
                          !answer || answer->status >= 500);
               });
}

/// In doubt the carrier may have taken the call, and only its answer was lost: then the stream
/// stops, and what becomes of the call is told as it always is.
void Worker::transfer_failed(const std::string& call_sid, const std::string& counted,
                             const std::string& why, bool in_doubt) {
    auto found = transfers_.find(call_sid);
    if (found == transfers_.end() || !found->second.line || found->second.line->counted != counted)
        return;  // it is over, and there may be another
    CallDriver* call = find(call_sid);
    if (call == nullptr) return;
    if (in_doubt) {
        found->second.doubt = std::make_unique<net::Timer>(loop_, [=, this] {
            loop_.post([=, this] {  // which ends this timer
                if (CallDriver* there = find(call_sid);
                    there != nullptr && there->session().streaming())
                    transfer_failed(call_sid, counted, why, false);
            });
        });
        return found->second.doubt->arm(stream_stops_within);
    }
    let_go(call_sid, true);
    call->feed(call::TransferEnded{"refused", why});
}

/// The carrier asks what comes next, and tells what became of a transfer.
void Worker::transfer_ended(CallDriver& call, const Form& form) {
    std::string_view status = form_value(form, "DialCallStatus");
    if (status.empty()) return;
    let_go(call.meta().call_sid, false);
    std::string_view seconds = form_value(form, "DialCallDuration");
    call.feed(call::TransferEnded{status,
                                  seconds.empty() ? std::string() : fmt::format("{} s", seconds)});
}

}  // namespace pa::bridge
