#include "support/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/base64.hpp"
#include "json/document.hpp"
#include "openai/events.hpp"

namespace pa::test {
namespace {

using namespace call;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

sim::Scenario scenario_of(const std::string& text) {
    auto s = text.starts_with('{') ? sim::Scenario::parse(text, "test.json")
                                   : sim::Scenario::load(text, PA_SHARE);
    if (!s) throw std::runtime_error(s.error().what);
    return std::move(*s);
}

std::string_view clip_audio(std::string_view id) {
    const sim::Clip* clip = speech().find(id);
    return clip == nullptr ? std::string_view() : std::string_view(clip->audio);
}

}  // namespace

const sim::ClipBook& speech() {
    static const sim::ClipBook book = std::move(*sim::ClipBook::load(PA_SHARE "/clips"));
    return book;
}

World::Setup World::plain() {
    Setup s;
    s.session.greeting = "Greet.";
    s.session.limit_goodbye = "Say that time is up.";
    s.session.budget_goodbye = s.session.silence_goodbye = s.session.stopped_goodbye = "Say bye.";
    s.session.silence_nudges = {"Ask: 여보세요? 듣고 있어?", "Ask: 여보세요? 듣고 있어?"};
    s.session.resumed = "Say: 미안, 잠깐 끊겼지? 계속 말해줘.";
    s.model.instructions = "You are on the phone.";
    s.model.tools = R"([{"type":"function","name":"end_call","description":"Ends the call.",)"
                    R"("parameters":{"type":"object","properties":{}}}])";
    return s;
}

World::World(const std::string& scenario, Setup setup)
    : setup_(std::move(setup)),
      scenario_(scenario_of(scenario)),
      faults_(scenario_.faults),
      begin_(1000s),
      now_(begin_),
      session_(setup_.session, now_),
      phone_(now_, setup_.to_phone),
      caller_(scenario_.caller, clip_audio, scenario_.seed) {
    session_.start(actions_);
    if (setup_.watch) setup_.watch(now_, nullptr, actions_);
    carry_out();
    at(setup_.rings, [this] { pick_up(); });
}

World::~World() = default;

// --- time ---

void World::at(milliseconds time, std::function<void()> what) {
    agenda_.emplace(now_ + time, std::move(what));
}

TimePoint World::next_due() const {
    TimePoint due = now_ + 1s;
    auto consider = [&](std::optional<TimePoint> t) {
        if (t) due = std::min(due, *t);
    };
    if (!agenda_.empty()) consider(agenda_.begin()->first);
    consider(phone_.next_due());
    consider(session_.next_timeout());
    if (answered_ && !gone_) consider(caller_.next_due());
    if (model_up_) consider(models_.back()->next_due());
    return std::max(due, now_);
}

void World::step(TimePoint to) {
    now_ = to;
    for (const auto& mark : phone_.poll(now_))
        if (stream_up_) feed(MarkPlayed{mark.name});
    while (!agenda_.empty() && agenda_.begin()->first <= now_) {
        auto what = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        what();
    }
    if (model_up_) {
        models_.back()->poll(now_);
        collect();
    }
    if (answered_ && !gone_ && caller_.next_due() && *caller_.next_due() <= now_) tick();
    if (auto due = session_.next_timeout(); due && *due <= now_) feed(Timeout{});
}

bool World::run(milliseconds limit) {
    const TimePoint end = now_ + limit;
    while (now_ < end && !over()) step(next_due());
    return finished_ > 0;
}

// --- the session ---

void World::feed(const Event& event) {
    if (const auto* a = std::get_if<ModelAudio>(&event))
        item_of_[std::string(a->payload)] = a->item_id;
    if (const auto* e = std::get_if<ModelError>(&event))
        errors_.push_back(fmt::format("{}: {}", e->code, e->message));
    actions_.clear();
    session_.handle(event, now_, actions_);
    if (setup_.watch) setup_.watch(now_, &event, actions_);
    carry_out();
}

void World::carry_out() {
    std::vector<Action> actions;
    std::swap(actions, actions_);
    for (const Action& a : actions) perform(a);
}

void World::perform(const Action& action) {
    if (const auto* a = std::get_if<PlayAudio>(&action); a && stream_up_) {
        if (moments_.first_media < 0) moments_.first_media = ms();
        phone_.media(*base64_decode(a->payload), now_, item_of_[std::string(a->payload)]);
    }
    if (const auto* a = std::get_if<AddMessage>(&action); a && a->role != "system")
        told_.push_back({models_.size(), a->role, a->text});
    if (const auto* a = std::get_if<SendMark>(&action); a && stream_up_) phone_.mark(a->name, now_);
    if (std::holds_alternative<ClearPlayback>(action) && stream_up_) phone_.clear(now_);
    if (const auto* a = std::get_if<Truncate>(&action))
        at(setup_.to_phone, [this, cut = *a] {
            (void)phone_.poll(now_);
            cuts_.push_back({cut.item_id, cut.audio_end_ms, heard_ms(cut.item_id)});
        });
    if (std::holds_alternative<OpenModel>(action)) open_model();
    if (std::holds_alternative<CloseModel>(action)) model_up_ = false, ++opening_;
    if (std::holds_alternative<CompleteCall>(action) && setup_.rest_works)
        at(100ms, [this] { hang_up(); });
    if (std::holds_alternative<CloseStream>(action))
        at(setup_.to_phone, [this] { break_stream(); });
    if (std::holds_alternative<Finished>(action)) {
        ++finished_;
        moments_.finished = ms();
    }
    if (const auto* a = std::get_if<RunFunction>(&action)) run_function(*a);
    if (model_up_ && write(action)) send();
}

void World::run_function(const RunFunction& run) {
    if (run.name != "acknowledge")
        return at(50ms, [this, id = run.call_id] {
            feed(FunctionReturned{id, R"({"ok":true})", true});
        });
    at(0ms, [this, run] {
        auto arguments = std::move(*json::Document::parse(run.arguments));
        json::Value root = arguments.root();
        feed(AnswerGiven{run.call_id, root["acknowledged"].boolean(), root["words"].text()});
    });
}

// --- the model's leg ---

std::string World::event_id(std::string_view what) {
    return fmt::format("{}-{}", what, ++event_ids_);
}

bool World::write(const Action& action) {
    json::Writer& w = writer_;
    return std::visit(
        Overloaded{
            [&](const ConfigureSession& a) {
                openai::write_session_update(w, setup_.model, a.interruptible, event_id("session"));
                return true;
            },
            [&](const AppendAudio& a) { return openai::write_append(w, a.payload), true; },
            [&](const CreateResponse& a) {
                if (!a.instructions.empty() && write(AddMessage{"system", a.instructions})) send();
                openai::write_response_create(w, a.purpose, a.words_only, event_id("response"));
                return true;
            },
            [&](const CancelResponse&) {
                return openai::write_cancel(w, event_id("cancel")), true;
            },
            [&](const AddMessage& a) {
                return openai::write_message(w, a.role, a.text, event_id("message")), true;
            },
            [&](const AddFunctionOutput& a) {
                openai::write_function_output(w, a.call_id, a.output, event_id("output"));
                return true;
            },
            [&](const Truncate& a) {
                openai::write_truncate(w, a.item_id, a.content_index, a.audio_end_ms,
                                       event_id("truncate"));
                return true;
            },
            [&](const DeleteItem& a) {
                return openai::write_delete(w, a.item_id, event_id("delete")), true;
            },
            [](const auto&) { return false; },
        },
        action);
}

void World::send() {
    at(setup_.to_model, [this, text = std::string(writer_.view()), opening = opening_] {
        if (!model_up_ || opening != opening_) return;
        models_.back()->receive(text, now_);
        collect();
    });
}

void World::open_model() {
    int opening = ++opening_;
    at(2 * setup_.connect_round_trips * setup_.to_model, [this, opening] {
        if (opening != opening_) return;
        sim::RealtimeSession::Options options;
        options.id = std::to_string(opening);
        options.model = setup_.model.model;
        models_.push_back(std::make_unique<sim::RealtimeSession>(scenario_, speech(), faults_,
                                                                 std::move(options), now_));
        model_up_ = true;
        feed(ModelOpened{});
    });
}

void World::collect() {
    if (!model_up_) return;
    for (sim::ServerMessage& m : models_.back()->take())
        at(setup_.to_model, [this, m = std::move(m), opening = opening_] {
            if (opening != opening_ || !model_up_) return;
            if (m.kind == sim::ServerMessage::Kind::text) return hear_model(m.text, opening);
            model_up_ = false;
            feed(LegClosed{Leg::model, m.code, m.text});
        });
}

void World::hear_model(const std::string& text, int opening) {
    auto doc = json::Document::parse(text);
    if (!doc || opening != opening_) return;
    if (auto event = openai::parse_event(doc->root())) feed(*event);
}

void World::drop_model() {
    if (!model_up_) return;
    model_up_ = false;
    ++opening_;
    feed(LegClosed{Leg::model, 1006, "connection reset"});
}

// --- the carrier's leg ---

void World::pick_up() {
    if (gone_) return;
    stream_up_ = true;
    if (moments_.started < 0) moments_.started = ms();
    feed(StreamStarted{"MZ1"});
    if (!answered_) caller_.answered(now_);
    answered_ = true;
}

void World::tick() {
    sim::Caller::Output out = caller_.tick(phone_.speaking(now_));
    if (out.hang_up) return hang_up();
    if (out.key != 0 && stream_up_) feed(KeyPressed{out.key});
    if (out.lost || !stream_up_) return;
    std::string payload = base64_encode(out.frame);
    feed(CallerAudio{payload, ms()});
}

void World::hang_up() {
    if (gone_) return;
    gone_ = true;
    moments_.over = ms();
    bool was_up = stream_up_;
    stream_up_ = false;
    phone_.clear(now_);
    if (!was_up) return feed(CarrierStatus{"completed"});
    feed(StreamStopped{});
    feed(LegClosed{Leg::carrier, 1000, ""});
}

void World::break_stream() {
    if (!stream_up_) return;
    stream_up_ = false;
    phone_.clear(now_);
    feed(LegClosed{Leg::carrier, 1006, ""});
    at(600ms, [this] { stream_closed(); });
}

/// What the carrier does when it asks at /after.
void World::stream_closed() {
    if (gone_ || stream_up_) return;
    switch (session_.after()) {
        case After::resume:
        case After::wait: return pick_up();
        case After::hang_up:
        case After::apologise: return hang_up();
    }
}

std::int64_t World::heard_ms(std::string_view item_id) const {
    return phone_.played(item_id, now_) / 8;
}

std::string World::caller_words() const {
    std::string words;
    for (const TranscriptLine& l : record().transcript)
        if (l.role == TranscriptLine::Role::user) words += (words.empty() ? "" : " ") + l.text;
    return words;
}

}  // namespace pa::test
