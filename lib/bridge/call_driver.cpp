#include "bridge/call_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/fetch_ahead.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "json/document.hpp"
#include "openai/prices.hpp"

namespace pa::bridge {
namespace {

/// That were given before: one for each restart, though it may never have come, and one for each
/// time that the carrier came back in between.
int streams_after_the_first(const call::Record& record) {
    int given = 0;
    bool awaited = false;
    for (const call::Happening& e : record.events) {
        const bool came = e.what == "reattached";
        if (e.what == "restart" || (came && !awaited)) ++given;
        if (e.what == "restart" || came) awaited = !came;
    }
    return given;
}

}  // namespace

store::CallCost cost_of(const store::CallMeta& meta, const call::Usage& usage) {
    store::CallCost cost = meta.cost;
    cost.model = openai::cost_usd(meta.model, usage).value_or(0);
    cost.transcription = openai::transcription_cost_usd(meta.transcribe_model, usage).value_or(0);
    cost.total = cost.model + cost.transcription + cost.carrier;
    return cost;
}

CallDriver::CallDriver(CallHost& host, CallSetup setup)
    : host_(host),
      setup_(std::move(static_cast<CallTerms&>(setup))),
      instructions_(std::exchange(setup.model.instructions, {})),
      terms_(shared(ModelTerms{std::move(setup.model), std::move(setup.connect)})),
      functions_(shared(std::move(setup.functions))),
      made_(host.loop().now()),
      session_(shared(std::move(setup.session)), made_),
      milestones_(made_),
      actions_(host.tools().actions),
      timer_(host.loop(), [this] {
          armed_.reset();
          feed(call::Timeout{});
      }) {
    const CallTapes::Wish& wish = setup.tapes;
    if (!wish.trace_folder.empty() || !wish.recording_folder.empty())
        tapes_ = std::make_unique<CallTapes>(host.tape_writer(), wish);
}

CallDriver::~CallDriver() {
    send_joined();
    if (media_ != nullptr) media_->let_go();
    if (carrier_ != nullptr) carrier_->close(1001, "going away");
    if (model_) host_.retired_legs().add(std::move(model_));
}

void CallDriver::begin() {
    trace_begins(std::nullopt);
    actions_.clear();
    start();
}

void CallDriver::take_up(call::Record earlier) {
    // Clocks may have been set meanwhile.
    auto since = std::clamp(wall_now() - setup_.meta.started_at, std::chrono::milliseconds(0),
                            std::chrono::milliseconds(std::chrono::hours(24)));
    taken_up_ = true;
    resumes = streams_after_the_first(earlier);
    trace_begins(trace::Header::Earlier{earlier, since});
    actions_.clear();
    session_.restore(std::move(earlier), since, actions_);
    host_.spent(setup_.meta, cost_so_far());
    start();
}

bool CallDriver::expects(std::string_view token) const {
    return !taken_up_ || token == first_token || resuming_twiml.find(token) != std::string::npos;
}

void CallDriver::trace_begins(std::optional<trace::Header::Earlier> earlier) {
    if (!tapes_) return;
    trace::Header header{setup_.meta.call_sid, to_iso(setup_.meta.started_at), made_,
                         session_.config(), std::move(earlier)};
    tapes_->begin(setup_.meta, std::move(header));
}

void CallDriver::start() {
    session_.start(actions_);
    host_.tools().happened_at = made_;
    host_.tools().is_message = false;
    if (tapes_) tapes_->saw(made_, nullptr, actions_, session_);
    carry_out();
    timer_.arm(armed_ = session_.next_timeout());
}

void CallDriver::carry_out() {
    constexpr std::size_t most_kept = 64;
    bool& carrying_out = host_.tools().carrying_out;
    assert(!carrying_out);  // nothing is fed to a call meanwhile: the list is the loop's
    carrying_out = true;
    for (const call::Action& a : actions_) {
        const bool audio = std::holds_alternative<call::PlayAudio>(a) ||
                           std::holds_alternative<call::AppendAudio>(a);
        if (!audio) send_joined();  // it stands before this
        std::visit([this](const auto& x) { perform(x); }, a);
    }
    carrying_out = false;
    // What was kept until the model was there comes out at once, and only once.
    if (actions_.capacity() > most_kept) std::vector<call::Action>().swap(actions_);
}

/// What a frame of either side looks at, but for the model's socket: its place is known to the leg
/// only, and to wait for that costs more than it saves (measured).
void CallDriver::comes_soon() const {
    const std::string& sid = setup_.meta.stream_sid;
    fetch_ahead(sid);
    fetch_members(milestones_, taken_up_);
    session_.comes_soon();
    if (model_) fetch_ahead(*model_);
    if (carrier_ != nullptr) carrier_->send_comes_soon();
    fetch_ahead(sid.data(), sid.size());
}

void CallDriver::feed(const call::Event& event) {
    host_.tools().is_message = false;
    handle(event, host_.loop().now(), false);
}

void CallDriver::feed(const call::Event& event, net::TimePoint at, bool more_waits) {
    host_.tools().is_message = true;
    handle(event, at, more_waits);
}

void CallDriver::handle(const call::Event& event, net::TimePoint at, bool more_waits) {
    more_waits_ = more_waits;
    actions_.clear();
    host_.tools().happened_at = at;
    milestones_.saw(event, at);
    if (const auto* frame = std::get_if<call::CallerAudio>(&event))
        levels_.heard(frame->payload, at);
    session_.handle(event, at, actions_);
    if (tapes_) tapes_->saw(at, &event, actions_, session_);
    carry_out();
    if (!more_waits) send_joined();
    // Most frames change no deadline: the timer is left alone.
    if (auto next = session_.next_timeout(); next != armed_) timer_.arm(armed_ = next);
    check_budget(event);
}

void CallDriver::model_event(const call::Event& event, net::TimePoint at, bool more_waits) {
    // The leg is gone already; the session may ask for a new one.
    if (std::holds_alternative<call::LegClosed>(event) && model_)
        host_.retired_legs().add(std::move(model_));
    feed(event, at, more_waits);
}

void CallDriver::attach(MediaSocket& socket, net::WsPeer& peer, const call::Event& started) {
    if (media_ != nullptr) {
        // The carrier replaced the stream without ending the old one.
        media_->let_go();
        if (carrier_ != nullptr) carrier_->close(1000, "replaced");
        media_ = nullptr;
        carrier_ = nullptr;
        feed(call::LegClosed{call::Leg::carrier, 1000, "replaced"});
    }
    media_ = &socket;
    carrier_ = &peer;
    resuming_until = {};
    if (setup_.meta.stream_sid.empty()) setup_.meta.started_at = wall_now();
    setup_.meta.stream_sid = std::get<call::StreamStarted>(started).stream_sid;
    if (tapes_) tapes_->stream(setup_.meta);
    feed(started);
}

void CallDriver::learn_numbers(std::string from, std::string to) {
    setup_.meta.from = std::move(from);
    setup_.meta.to = std::move(to);
}

void CallDriver::media_closed(MediaSocket& socket, std::uint16_t code, std::string_view reason) {
    if (media_ != &socket) return;
    media_ = nullptr;
    carrier_ = nullptr;
    feed(call::LegClosed{call::Leg::carrier, code, reason});
}

void CallDriver::perform(const call::OpenModel&) {
    model_ = std::make_unique<ModelLeg>(host_.loop(), terms_->connect, host_.tools(), *this);
}

void CallDriver::perform(const call::ConfigureSession& a) {
    if (!model_) return;
    openai::SessionSettings settings = terms_->settings;
    settings.instructions = instructions_;
    model_->configure(settings, a.interruptible);
}

void CallDriver::perform(const call::CloseModel&) {
    if (model_) host_.retired_legs().add(std::move(model_));
}

void CallDriver::perform(const call::PlayAudio& a) {
    if (carrier_ == nullptr) return;
    const net::TimePoint now = host_.tools().happened_at;
    milestones_.played(now);
    levels_.said(a.payload, now);
    join(host_.tools().joining.to_carrier, a.payload,
         [this](auto payload) { send_media(payload); });
}

void CallDriver::perform(const call::AppendAudio& a) {
    join(host_.tools().joining.to_model, a.payload, [this](auto payload) { send_append(payload); });
}

/// Sends it, unless more waits behind it: then it is put off, to go in one message with that.
template <class Send>
void CallDriver::join(JoinedAudio& with, std::string_view payload, Send send) {
    CallDriver*& joining = host_.tools().joining.of;
    if (!more_waits_ && joining == nullptr) return send(payload);
    if (joining != this && joining != nullptr) joining->send_joined();
    joining = this;
    if (with.add(payload)) return;
    if (!with.empty()) send(with.take());
    if (!more_waits_ || !with.add(payload)) send(payload);
}

/// On both legs.
void CallDriver::send_joined() {
    Joining& joining = host_.tools().joining;
    if (joining.of != this) return;
    joining.of = nullptr;
    if (!joining.to_carrier.empty()) send_media(joining.to_carrier.take());
    if (!joining.to_model.empty()) send_append(joining.to_model.take());
}

void CallDriver::send_media(std::string_view payload) {
    if (carrier_ == nullptr) return;
    twilio::write_media(host_.tools().writer, setup_.meta.stream_sid, payload);
    carrier_->send_text(host_.tools().writer.view());
}

void CallDriver::send_append(std::string_view payload) {
    if (model_) model_->append(payload);
}

void CallDriver::perform(const call::SendMark& a) {
    if (carrier_ == nullptr) return;
    twilio::write_mark(host_.tools().writer, setup_.meta.stream_sid, a.name);
    carrier_->send_text(host_.tools().writer.view());
}

void CallDriver::perform(const call::ClearPlayback&) {
    if (carrier_ == nullptr) return;
    levels_.cleared(host_.tools().happened_at);
    twilio::write_clear(host_.tools().writer, setup_.meta.stream_sid);
    carrier_->send_text(host_.tools().writer.view());
    // An operator, or a machine that was noticed, is no voice of the caller's.
    if (host_.tools().is_message) host_.interrupted(host_.loop().now() - host_.tools().happened_at);
}

void CallDriver::perform(const call::CompleteCall&) { host_.complete_call(setup_.meta.call_sid); }

void CallDriver::perform(const call::Transfer& a) { host_.put_through(setup_.meta, a); }

void CallDriver::perform(const call::CloseStream&) {
    if (carrier_ != nullptr) carrier_->close(1000, "call ended");
}

void CallDriver::perform(const call::OwnerProved&) {
    instructions_ = setup_.owner_instructions;
    ModelTerms proved = *terms_;
    proved.settings.tools = tools_with(*functions_);
    terms_ = shared(std::move(proved));
    setup_.meta.owner = true;
    host_.journal_start(setup_.meta);
}

void CallDriver::perform(const call::ForMachine& a) {
    if (setup_.machine_instructions.empty()) return;  // whoever calls us is no machine
    if (a.on != for_machine_) std::swap(instructions_, setup_.machine_instructions);
    for_machine_ = a.on;
}

void CallDriver::perform(const call::RunFunction& a) {
    if (a.name == "acknowledge" && session_.config().wants_ack) return read_answer(a);
    const Function* function = setup_.meta.owner ? find_function(*functions_, a.name) : nullptr;
    if (function != nullptr)
        return host_.run_function({setup_.meta, a.call_id, *function, a.arguments, keys()});
    // The model may only call what it was offered; anything else is told to it as its mistake.
    refuse(a, R"({"error":"there is no such function"})");
}

/// What was pressed so far; of a PIN the record has only stars.
std::string CallDriver::keys() const {
    std::string out;
    for (const call::Happening& h : session_.record().events)
        if (h.what == "key" && (session_.config().pin.empty() || h.detail != "*")) out += h.detail;
    return out;
}

/// Later: nothing is fed to the session while its actions are carried out.
void CallDriver::refuse(const call::RunFunction& a, std::string_view why) {
    host_.loop().post(
        [&host = host_, sid = setup_.meta.call_sid, call_id = a.call_id,
         output = std::string(why)] { host.function_returned(sid, call_id, output, false); });
}

void CallDriver::read_answer(const call::RunFunction& a) {
    constexpr std::size_t most_words = 500;  // characters
    auto document = json::Document::parse(a.arguments);
    if (!document || !document->root()["acknowledged"].is_bool())
        return refuse(a, R"({"error":"acknowledged: expected true or false"})");
    json::Value root = document->root();
    host_.loop().post([&host = host_, sid = setup_.meta.call_sid, call_id = a.call_id,
                       yes = root["acknowledged"].boolean(),
                       words = std::string(utf8_prefix(root["words"].text(), most_words))] {
        host.answer_given(sid, call_id, yes, words);
    });
}

void CallDriver::perform(const call::Keep& a) {
    if (a.what == call::Keep::What::start) {
        setup_.meta.arrival = milestones_.arrival();
        host_.journal_start(setup_.meta);
        return;
    }
    host_.journal_keep(setup_.meta, session_, a);
}

void CallDriver::perform(const call::Finished&) { host_.call_finished(*this); }

/// What is said after the goodbye costs too. The end itself was counted by call_finished().
void CallDriver::check_budget(const call::Event& event) {
    bool costly = std::holds_alternative<call::ResponseDone>(event) ||
                  std::holds_alternative<call::CallerText>(event);
    if (!costly || session_.ended()) return;
    const double cost = cost_so_far();
    const bool within = host_.spent(setup_.meta, cost);
    const bool own = !setup_.budget_usd || cost < *setup_.budget_usd;
    if ((within && own) || budget_used_) return;
    budget_used_ = true;
    feed(call::EndRequested{"budget"});
}

std::vector<std::string> CallDriver::asked_questions() const {
    bool talked = setup_.meta.owner && !session_.record().turns.empty();
    return talked ? setup_.questions : std::vector<std::string>();
}

std::size_t CallDriver::queued_bytes() const {
    return (carrier_ != nullptr ? carrier_->queued_bytes() : 0) +
           (model_ ? model_->queued_bytes() : 0);
}

double CallDriver::cost_so_far() const {
    return cost_of(setup_.meta, session_.record().usage).total;
}

store::CallLog CallDriver::log() const {
    store::CallLog log{setup_.meta, session_.record()};
    log.meta.arrival = milestones_.arrival();
    log.meta.ended_at = log.meta.started_at + std::chrono::milliseconds(log.record.duration_ms);
    log.meta.cost = cost_of(log.meta, log.record.usage);
    return log;
}

}  // namespace pa::bridge
