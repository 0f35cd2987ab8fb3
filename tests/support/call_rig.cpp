#include "support/call_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "audio/g711.hpp"
#include "base/base64.hpp"

namespace pa::test {
namespace {

using namespace call;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

constexpr std::size_t number_bits = 40;  // a byte each, 0xFF or 0x7F: both are silence

/// Its number first, so that what was lost can be seen, then tone or silence.
std::string frame(std::int64_t number, bool loud) {
    std::string bytes(audio::kFrameBytes, audio::kSilence);
    if (loud)
        for (std::size_t i = number_bits; i < bytes.size(); ++i)
            bytes[i] = audio::mulaw_of(i % 8 < 4 ? 8000 : -8000);
    for (std::size_t i = 0; i < number_bits; ++i)
        bytes[i] = (number >> i & 1) != 0 ? '\x7f' : '\xff';
    return base64_encode(bytes);
}

std::int64_t number_of(std::string_view bytes) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < number_bits; ++i)
        if (bytes[i] == '\x7f') number |= std::int64_t{1} << i;
    return number;
}

}  // namespace

SessionConfig quiet_config() {
    SessionConfig c;
    c.greeting = "Say hello";
    c.limit_goodbye = "Say that time is up";
    c.budget_goodbye = "Say that money is up";
    c.stopped_goodbye = "Say that you must go";
    c.silence_goodbye = "Say goodbye, nobody is there";
    c.silence_nudges = {"Ask whether they are there", "Ask again"};
    c.resumed = "Say you are back";
    c.word_for_word = "Say exactly:";
    c.whispered = "The operator says:";
    c.transfer_failed = "Say that nobody took it";
    c.silence = 0ms;
    return c;
}

std::string show(const Action& action) {
    return std::visit(
        Overloaded{
            [](const OpenModel&) -> std::string { return "open model"; },
            [](const ConfigureSession& a) -> std::string {
                return a.interruptible ? "configure interruptible" : "configure";
            },
            [](const AppendAudio& a) {
                return fmt::format("append {}", base64_decoded_size(a.payload));
            },
            [](const CreateResponse& a) {
                return fmt::format("create {}: {}", a.purpose, a.instructions);
            },
            [](const CancelResponse&) -> std::string { return "cancel"; },
            [](const AddMessage& a) { return fmt::format("add {}: {}", a.role, a.text); },
            [](const AddFunctionOutput& a) {
                return fmt::format("output {} {}", a.call_id, a.output);
            },
            [](const Truncate& a) {
                return fmt::format("truncate {}/{} {}", a.item_id, a.content_index, a.audio_end_ms);
            },
            [](const DeleteItem& a) { return "delete " + a.item_id; },
            [](const CloseModel&) -> std::string { return "close model"; },
            [](const PlayAudio& a) {
                return fmt::format("play {}", base64_decoded_size(a.payload));
            },
            [](const SendMark& a) { return "mark " + a.name; },
            [](const ClearPlayback&) -> std::string { return "clear"; },
            [](const CompleteCall&) -> std::string { return "complete call"; },
            [](const CloseStream&) -> std::string { return "close stream"; },
            [](const OwnerProved&) -> std::string { return "owner proved"; },
            [](const ForMachine& a) -> std::string {
                return a.on ? "for a machine" : "for a person";
            },
            [](const RunFunction& a) {
                return fmt::format("run {} {} {}", a.call_id, a.name, a.arguments);
            },
            [](const Keep& a) {
                return fmt::format("keep {} {}", static_cast<int>(a.what), a.index);
            },
            [](const Finished&) -> std::string { return "finished"; },
            [](const Transfer& a) { return fmt::format("transfer {} {}", a.number, a.most_ms); },
        },
        action);
}

CallRig::CallRig(SessionConfig config, milliseconds one_way)
    : phone(TimePoint(1000s), one_way),
      begin_(1000s),
      now_(begin_),
      config_(std::move(config)),
      session_(config_, now_) {
    session_.start(actions_);
    carry_out();
}

// --- time ---

TimePoint CallRig::next_due(TimePoint limit) const {
    TimePoint due = limit;
    if (!agenda_.empty()) due = std::min(due, agenda_.begin()->first);
    if (auto t = phone.next_due()) due = std::min(due, *t);
    if (auto t = session_.next_timeout()) due = std::min(due, *t);
    if (stream_up_ && line_sends) due = std::min(due, next_frame_);
    return std::max(due, now_);
}

void CallRig::step(TimePoint to) {
    spins_ = to == now_ ? spins_ + 1 : 0;
    if (spins_ > 10'000) throw std::runtime_error("time stands still: a timer in the past");
    now_ = to;
    for (const auto& mark : phone.poll(now_))
        if (stream_up_ && echo_marks) feed(MarkPlayed{mark.name});
    while (!agenda_.empty() && agenda_.begin()->first <= now_) {
        auto what = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        what();
    }
    if (stream_up_ && line_sends && next_frame_ <= now_) {
        next_frame_ += 20ms;
        std::string payload = frame(first_frame++, speaking);
        feed(CallerAudio{payload, first_frame * 20});
    }
    if (auto due = session_.next_timeout(); due && *due <= now_) feed(Timeout{});
}

void CallRig::run(milliseconds time) {
    const TimePoint end = now_ + time;
    while (true) {
        TimePoint due = next_due(end);
        step(due);
        if (now_ >= end && next_due(end + 1ms) > end) return;
    }
}

bool CallRig::run_until(const std::function<bool()>& so, milliseconds limit) {
    const TimePoint end = now_ + limit;
    while (!so()) {
        if (now_ >= end) return false;
        step(next_due(end));
    }
    return true;
}

void CallRig::at(milliseconds from_now, std::function<void()> what) {
    agenda_.emplace(now_ + from_now, std::move(what));
}

// --- the session and what it wants ---

void CallRig::feed(const Event& event) {
    actions_.clear();
    session_.handle(event, now_, actions_);
    if (watch) watch(event, actions_);
    carry_out();
}

void CallRig::carry_out() {
    // Our own echo may be fed from inside: the list is ours alone.
    std::vector<Action> actions;
    std::swap(actions, actions_);
    for (const Action& a : actions) {
        keep(a);
        perform(a);
    }
}

void CallRig::keep(const Action& action) {
    Action own = action;
    auto hold = [&](std::string_view& view) { view = kept_.emplace_back(view); };
    if (auto* a = std::get_if<AppendAudio>(&own)) hold(a->payload);
    if (auto* a = std::get_if<PlayAudio>(&own)) hold(a->payload);
    if (auto* a = std::get_if<CreateResponse>(&own)) hold(a->purpose);
    if (auto* a = std::get_if<AddMessage>(&own)) hold(a->role);
    done_.push_back({ms(), std::move(own)});
}

void CallRig::perform(const Action& action) {
    if (const auto* a = std::get_if<PlayAudio>(&action)) play(a->payload);
    if (const auto* a = std::get_if<AppendAudio>(&action)) append(a->payload);
    if (const auto* a = std::get_if<SendMark>(&action); a && stream_up_) phone.mark(a->name, now_);
    if (std::holds_alternative<ClearPlayback>(action) && stream_up_) phone.clear(now_);
    if (std::holds_alternative<CloseStream>(action) && carrier_obeys) close_stream();
    if (std::holds_alternative<CompleteCall>(action) && carrier_obeys && stream_up_)
        at(50ms, [this] { hang_up(); });
    if (std::holds_alternative<CloseModel>(action)) model_open_ = false, ++model_openings_;
    if (std::holds_alternative<OpenModel>(action)) {
        appended_.clear();
        appended_bytes_ = 0;
        last_item_.clear();
        int opening = ++model_openings_;
        at(model_rtt, [this, opening] {
            if (auto_model && opening == model_openings_) model_opens(), model_accepts();
        });
    }
}

void CallRig::play(std::string_view payload) {
    if (!stream_up_) return;
    std::string bytes = base64_decode(payload).value_or("");
    phone.media(bytes, now_, bytes.empty() ? "" : item_of_[bytes.front()]);
}

void CallRig::append(std::string_view payload) {
    std::string bytes = base64_decode(payload).value_or("");
    appended_bytes_ += static_cast<std::int64_t>(bytes.size());
    constexpr auto frame = static_cast<std::size_t>(audio::kFrameBytes);
    if (bytes.size() % frame != 0) return;
    for (std::size_t i = 0; i < bytes.size(); i += frame)
        appended_.push_back(number_of(bytes.substr(i, frame)));
}

std::vector<std::string> CallRig::take() {
    std::vector<std::string> out;
    for (; taken_ < done_.size(); ++taken_) {
        const Action& a = done_[taken_].action;
        if (std::holds_alternative<Keep>(a) || std::holds_alternative<AppendAudio>(a) ||
            std::holds_alternative<PlayAudio>(a) || std::holds_alternative<SendMark>(a))
            continue;
        out.push_back(show(a));
    }
    return out;
}

bool CallRig::happened(std::string_view what) const {
    auto is = [&](const Happening& h) { return h.what == what; };
    return std::any_of(record().events.begin(), record().events.end(), is) ||
           std::any_of(record().errors.begin(), record().errors.end(), is);
}

std::vector<std::string> CallRig::lines() const {
    std::vector<std::string> out;
    const auto lines = session_.ended() ? record().transcript : session_.transcript().ordered();
    for (const TranscriptLine& l : lines) {
        std::string who = l.role == TranscriptLine::Role::user ? "user: " : "assistant: ";
        out.push_back(who + l.text + (l.interrupted ? " | " + l.heard : ""));
    }
    return out;
}

// --- the carrier's leg ---

void CallRig::pick_up() {
    stream_up_ = true;
    closing_ = false;
    next_frame_ = now_;
    feed(StreamStarted{"MZ1"});
}

void CallRig::hang_up() {
    if (!stream_up_) return;
    stream_up_ = false;
    phone.clear(now_);  // the carrier's buffer goes with the stream
    feed(StreamStopped{});
    feed(LegClosed{Leg::carrier, 1000, ""});
}

void CallRig::break_stream() {
    if (!stream_up_) return;
    stream_up_ = false;
    phone.clear(now_);
    feed(LegClosed{Leg::carrier, 1006, ""});
}

void CallRig::close_stream() {
    if (!stream_up_ || closing_) return;
    closing_ = true;
    at(10ms, [this] {
        if (closing_) break_stream();
    });
}

// --- the model's leg ---

void CallRig::model_opens() {
    model_open_ = true;
    feed(ModelOpened{});
}

void CallRig::model_accepts() {
    feed(SessionCreated{"sess_1"});
    feed(SessionUpdated{"audio/pcmu", "audio/pcmu", 0});
}

void CallRig::model_drops(std::uint16_t code, std::string_view reason) {
    model_open_ = false;
    feed(LegClosed{Leg::model, code, reason});
}

void CallRig::response_starts(std::string_view response, std::string_view purpose) {
    feed(ResponseStarted{response, purpose});
}

void CallRig::order(std::string_view item, std::string_view role) {
    feed(ItemAdded{item, last_item_, role});
    last_item_ = item;
}

void CallRig::item_starts(std::string_view response, std::string_view item) {
    feed(OutputStarted{response, item, true});
    order(item, "assistant");
}

void CallRig::audio(std::string_view response, std::string_view item, std::int64_t audio_ms) {
    auto [tone, fresh] =
        tone_of_.try_emplace(std::string(item), static_cast<char>(tone_of_.size()));
    if (fresh) item_of_[tone->second] = item;
    std::string payload =
        base64_encode(std::string(static_cast<std::size_t>(audio_ms * 8), tone->second));
    feed(ModelAudio{response, item, 0, payload});
}

void CallRig::audio_done(std::string_view response, std::string_view item) {
    feed(ModelAudioDone{response, item, 0});
}

void CallRig::text_done(std::string_view response, std::string_view item, std::string_view text) {
    feed(ModelTextDone{response, item, text});
}

void CallRig::model_says(std::string_view response, std::string_view item, std::string_view text,
                         std::int64_t audio_ms, std::int64_t delta_ms) {
    item_starts(response, item);
    feed(ModelText{response, item, text});
    for (std::int64_t left = audio_ms; left > 0; left -= delta_ms)
        audio(response, item, std::min(left, delta_ms));
    audio_done(response, item);
    text_done(response, item, text);
}

void CallRig::response_done(std::string_view response, std::string_view status,
                            std::string_view reason, std::string_view error_code) {
    feed(ResponseDone{response, status, reason, error_code, "", false, {}});
}

void CallRig::answer(std::string_view response, std::string_view item, std::string_view text,
                     std::int64_t audio_ms, std::string_view purpose) {
    response_starts(response, purpose);
    model_says(response, item, text, audio_ms);
    response_done(response);
}

void CallRig::calls_function(std::string_view response, std::string_view call_id,
                             std::string_view name, std::string_view arguments) {
    std::string item = "f_" + std::string(call_id);
    feed(OutputStarted{response, item, false});
    order(item, "");
    feed(FunctionCalled{response, item, call_id, name, arguments});
}

// --- the caller ---

void CallRig::speech_starts(std::string_view item) {
    speaking = true;
    feed(SpeechStarted{item, appended_ms()});
}

void CallRig::speech_stops(std::string_view item) {
    speaking = false;
    run(config_.vad_silence);
    feed(SpeechStopped{item, appended_ms()});
}

void CallRig::commits(std::string_view item) {
    feed(InputCommitted{item, last_item_});
    last_item_ = item;
    feed(ItemAdded{item, "", "user"});
}

void CallRig::hears(std::string_view item, std::string_view text) {
    feed(CallerText{item, text, {}});
}

void CallRig::turn(std::string_view item, std::string_view text) {
    speech_starts(item);
    run(600ms);
    speech_stops(item);
    commits(item);
    hears(item, text);
}

void CallRig::connect() {
    run(model_rtt);
    pick_up();
    run(0ms);
}

void CallRig::connect_and_greet(std::int64_t greeting_ms) {
    connect();
    answer("r_g", "g", "hello", greeting_ms, "greeting");
    run(milliseconds(greeting_ms) + 500ms);
    forget();
}

}  // namespace pa::test
