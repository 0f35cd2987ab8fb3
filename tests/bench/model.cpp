#include "bench/model.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>

#include "bench/carrier.hpp"

namespace pa::bench {
namespace {

constexpr std::size_t burst_characters = 5336;  // 4,000 bytes: half a second
constexpr std::size_t audio_at =
    std::string_view(R"({"type":"input_audio_buffer.append","audio":")").size();

// The script, in ticks of 20 ms. Frames: the answer starts 200 ms ahead of its playing, then comes
// at its pace until the caller cuts in. Bursts: four seconds of audio come within half a second;
// the caller cuts into every second answer.
constexpr int turn_ticks = 250;
constexpr int lead_frames = 10, last_frame = 235;
constexpr int bursts = 8, burst_every = 3, cut_at = 150, asked_at = 225;

struct Delta {
    explicit Delta(std::size_t characters)
        : frame(fmt::format(
                    R"({{"type":"response.output_audio.delta","event_id":"event_AAAAAAAAAAAA",)"
                    R"("response_id":"resp_RRRRRRRRRRRR","item_id":"item_IIIIIIIIIIII",)"
                    R"("output_index":0,"content_index":0,"delta":"{}fw=="}})",
                    std::string(characters - 4, 'f')),
                false) {}
    Template frame;
    std::size_t event = frame.find("AAAAAAAAAAAA"), response = frame.find("RRRRRRRRRRRR"),
                item = frame.find("IIIIIIIIIIII"), payload = frame.find("ffff");
};

Delta& delta_frame(bool burst) {
    static Delta small(frame_characters), large(burst_characters);
    return burst ? large : small;
}

}  // namespace

std::vector<std::unique_ptr<Carrier>>* all_calls = nullptr;

ModelLeg::ModelLeg(World& world, int fd) : world_(world) {
    stream_.open(world.epoll, fd, static_cast<Source*>(this), new_tls(world.tls, true));
}

void ModelLeg::ready(unsigned events) {
    if ((events & EPOLLOUT) != 0) stream_.flush();
    bool alive =
        stream_.drain(world_.buffer, sizeof world_.buffer, [&](char* bytes, std::size_t n) {
            if (upgraded_)
                return each_frame(partial_, bytes, n, [&](Frame& frame) { take(frame); });
            request_.append(bytes, n);
            upgrade();
        });
    if (alive) return;
    over_ = true;
    stream_.close();
    if (call_ != nullptr) call_->model = nullptr;
    call_ = nullptr;
}

void ModelLeg::upgrade() {
    if (request_.find("\r\n\r\n") == std::string::npos) return;
    answer_at_ = world_.woken + world_.options.model_delay * 1'000'000L;
    answer_when_due();
}

void ModelLeg::answer_when_due() {
    if (upgraded_ || over_ || answer_at_ == 0 || world_.woken < answer_at_) return;
    upgraded_ = true;
    ready_at_ = world_.woken;
    stream_.send(upgrade_answer(request_));
    request_.clear();
    say(R"({"type":"session.created","event_id":"event_1","session":{"id":"sess_1","object":"realtime.session"}})");
}

void ModelLeg::say(std::string_view message) { stream_.send(text_frame(message, false)); }

void ModelLeg::take(Frame& frame) {
    if (frame.opcode == 8) {
        stream_.send(std::string_view("\x88\x02\x03\xe8", 4));
        return;
    }
    if (frame.opcode != 1 || frame.size < audio_at) return;
    frame.unmask(0, std::min<std::size_t>(frame.size, 96));
    // {"type":"input_audio_buffer.append": nothing else we are sent is that long before a quote.
    if (frame.text().starts_with(R"({"type":"input_audio_buffer.append")"))
        return take_audio(frame);
    frame.unmask(96, frame.size);
    take_other(frame);
}

void ModelLeg::take_audio(Frame& frame) {
    const char* text = frame.payload + audio_at;
    std::size_t characters = frame.size - audio_at - 2;  // "}
    if (*text == '/') return;  // silence, which the bridge adds behind a turn cut off by the end
    if (call_ == nullptr) bind(read_hex(text + stamp_digits, caller_digits));
    ++world_.count.caller_messages;
    Figures* const into = call_ != nullptr ? call_->figures() : nullptr;
    if (characters > frame_characters) frame.unmask(96, frame.size);
    each_stamp({text, characters}, [&](std::uint64_t stamp) {
        if (stamp < last_stamp_) ++world_.count.disorder;
        last_stamp_ = stamp;
        ++world_.count.caller_received;
        // What was said before we were ready had to wait for us.
        const auto sent = static_cast<Nanos>(stamp);
        if (into != nullptr && sent > ready_at_) into->caller.add(world_.woken - sent);
    });
}

void ModelLeg::take_other(Frame& frame) {
    if (!frame.text().starts_with(R"({"type":"session.update")")) return;
    ready_at_ = now_ns();
    say(R"({"type":"session.updated","event_id":"event_2","session":{"id":"sess_1","expires_at":0,)"
        R"("audio":{"input":{"format":{"type":"audio/pcmu"}},)"
        R"("output":{"format":{"type":"audio/pcmu"}}}}})");
}

/// The caller is heard for the first time: the script begins, each call's at a place of its own.
void ModelLeg::bind(std::size_t call) {
    if (call >= all_calls->size()) return;
    call_ = (*all_calls)[call].get();
    call_->model = this;
    at_ = -1 - static_cast<int>(call * 37 % 100);
}

std::string ModelLeg::item() const { return fmt::format("item_{:012}", turn_); }
std::string ModelLeg::response() const { return fmt::format("resp_{:012}", turn_); }

void ModelLeg::begin_response() {
    ++turn_;
    say(fmt::format(R"({{"type":"response.created","event_id":"event_3","response":{{"id":"{}",)"
                    R"("object":"realtime.response","status":"in_progress","metadata":{}}}}})",
                    response(), turn_ == 1 ? R"({"purpose":"greeting"})" : "null"));
    say(fmt::format(
        R"({{"type":"response.output_item.added","event_id":"event_4","response_id":"{}",)"
        R"("output_index":0,"item":{{"id":"{}","type":"message","role":"assistant"}}}})",
        response(), item()));
}

void ModelLeg::delta() {
    Delta& d = delta_frame(world_.options.bursts);
    auto turn = static_cast<std::uint64_t>(turn_);
    d.frame.put_decimal(d.event, turn, 12);
    d.frame.put_decimal(d.response, turn, 12);
    d.frame.put_decimal(d.item, turn, 12);
    d.frame.put_hex(d.payload, static_cast<std::uint64_t>(now_ns()), stamp_digits);
    stream_.send(d.frame.bytes());
    ++world_.count.model_sent;
}

void ModelLeg::end_response(std::string_view status) {
    if (status == "completed")
        say(fmt::format(R"({{"type":"response.output_audio.done","event_id":"event_5",)"
                        R"("response_id":"{}","item_id":"{}","content_index":0}})",
                        response(), item()));
    say(fmt::format(
        R"({{"type":"response.output_audio_transcript.done","event_id":"event_6",)"
        R"("response_id":"{}","item_id":"{}","transcript":"Good morning, here I am."}})",
        response(), item()));
    say(fmt::format(R"({{"type":"response.done","event_id":"event_7","response":{{"id":"{}",)"
                    R"("status":"{}","usage":{{"input_tokens":90,"output_tokens":80,)"
                    R"("input_token_details":{{"text_tokens":60,"audio_tokens":30}},)"
                    R"("output_token_details":{{"text_tokens":20,"audio_tokens":60}}}}}}}})",
                    response(), status));
}

void ModelLeg::caller_speaks() {
    call_->interrupted(now_ns(), call_->playing());
    say(fmt::format(R"({{"type":"input_audio_buffer.speech_started","event_id":"event_8",)"
                    R"("audio_start_ms":{},"item_id":"user_{:012}"}})",
                    at_ * 20, turn_));
}

/// What follows the caller's words, in the order the service tells it.
void ModelLeg::caller_was_heard(int step) {
    std::string user = fmt::format("user_{:012}", turn_);
    if (step == 0)
        say(fmt::format(R"({{"type":"input_audio_buffer.speech_stopped","event_id":"event_9",)"
                        R"("audio_end_ms":{},"item_id":"{}"}})",
                        at_ * 20, user));
    if (step == 1) {
        say(fmt::format(R"({{"type":"input_audio_buffer.committed","event_id":"event_10",)"
                        R"("item_id":"{}"}})",
                        user));
        say(fmt::format(R"({{"type":"conversation.item.added","event_id":"event_11","item":{{)"
                        R"("id":"{}","type":"message","role":"user"}}}})",
                        user));
    }
    if (step == 2)
        say(fmt::format(R"({{"type":"conversation.item.input_audio_transcription.completed",)"
                        R"("event_id":"event_12","item_id":"{}","content_index":0,)"
                        R"("transcript":"Wait, one more thing.","usage":{{"type":"tokens",)"
                        R"("input_tokens":20,"output_tokens":6}}}})",
                        user));
}

void ModelLeg::step() {
    if (call_ == nullptr || over_) return;
    if (++at_ < 0) return;
    if (world_.options.mute) return step_mute();
    world_.options.bursts ? step_bursts() : step_frames();
    if (at_ >= turn_ticks - 1) at_ = -1;
}

/// A model that says nothing at all is not waited for.
void ModelLeg::step_mute() {
    if (turn_ > 0) return;
    begin_response();
    delta();
    end_response("completed");
}

void ModelLeg::step_frames() {
    if (at_ == 0) begin_response();
    for (int i = at_ == 0 ? lead_frames : 0; i > 0; --i) delta();
    if (at_ < last_frame) delta();
    if (at_ % 50 == 25 && at_ < last_frame)
        say(fmt::format(
            R"({{"type":"response.output_audio_transcript.delta","event_id":"event_13",)"
            R"("response_id":"{}","item_id":"{}","delta":"Good morning "}})",
            response(), item()));
    if (at_ == last_frame) caller_speaks();
    if (at_ == last_frame + 1) end_response("cancelled");
    if (at_ >= last_frame + 5) caller_was_heard(at_ - last_frame - 5);
}

void ModelLeg::step_bursts() {
    if (at_ == 0) begin_response();
    if (at_ % burst_every == 0 && at_ < bursts * burst_every) {
        delta();
        say(fmt::format(
            R"({{"type":"response.output_audio_transcript.delta","event_id":"event_13",)"
            R"("response_id":"{}","item_id":"{}","delta":"Good morning "}})",
            response(), item()));
    }
    if (at_ == bursts * burst_every) end_response("completed");
    const int speaks = turn_ % 2 == 1 ? cut_at : asked_at;
    if (at_ == speaks) caller_speaks();
    if (at_ >= speaks + 10) caller_was_heard((at_ - speaks - 10));
}

ModelServer::ModelServer(World& world, std::vector<std::unique_ptr<Carrier>>& calls)
    : world_(world), listener_(listen_on(world.options.model_port)) {
    all_calls = &calls;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = static_cast<Source*>(this);
    ::epoll_ctl(world.epoll, EPOLL_CTL_ADD, listener_, &event);
}

void ModelServer::ready(unsigned) {
    for (int fd; (fd = accept_from(listener_)) >= 0;) legs_.emplace_back(world_, fd);
}

void ModelServer::answer_when_due() {
    for (ModelLeg& leg : legs_) leg.answer_when_due();
}

void ModelServer::sweep() {
    legs_.remove_if([](const ModelLeg& leg) { return leg.over(); });
}

}  // namespace pa::bench
