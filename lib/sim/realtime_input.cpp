// The caller's audio: turns found in it, committed, transcribed; silence that lasts too long.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "sim/realtime_session.hpp"

namespace pa::sim {
namespace {

constexpr std::int64_t least_commit_ms = 100;
constexpr std::int64_t kept_ms = 2'000;  // of audio before anything was detected, for the padding

}  // namespace

void RealtimeSession::hear(const std::string& mulaw) {
    received_ += static_cast<std::int64_t>(mulaw.size());
    input_ += mulaw;
    std::vector<SpeechEdge> edges;
    vad_.append(mulaw, edges);
    if (settings_.turns.type.empty()) return;
    for (const SpeechEdge& edge : edges)
        edge.started ? speech_started(edge.at_ms) : speech_stopped(edge.at_ms);
    auto excess = static_cast<std::int64_t>(input_.size() / 8) - kept_ms;
    if (!speech_item_.empty() || excess <= kept_ms) return;
    input_.erase(0, static_cast<std::size_t>(excess) * 8);
    input_from_ms_ += excess;
}

std::string RealtimeSession::slice(std::int64_t from_ms, std::int64_t to_ms) const {
    auto begin = static_cast<std::size_t>(std::max(std::int64_t{0}, from_ms - input_from_ms_)) * 8;
    auto end = static_cast<std::size_t>(std::max(std::int64_t{0}, to_ms - input_from_ms_)) * 8;
    if (begin >= input_.size()) return {};
    return input_.substr(begin, end - begin);
}

void RealtimeSession::speech_started(std::int64_t at_ms) {
    ++idle_round_;
    speech_item_ = new_id("item");
    speech_from_ms_ = at_ms;
    event("input_audio_buffer.speech_started")
        .member("audio_start_ms", at_ms)
        .member("item_id", speech_item_);
    send();
    if (!settings_.turns.interrupt_response || active_.empty()) return;
    responses_.at(active_)->interrupted = true;
    if (script_.late_delta_ms == 0) return cancel(active_, "turn_detected");
    after(script_.late_delta_ms, [this, id = active_] { cancel(id, "turn_detected"); });
}

void RealtimeSession::speech_stopped(std::int64_t at_ms) {
    if (speech_item_.empty()) return;
    std::string item_id = std::exchange(speech_item_, {});
    event("input_audio_buffer.speech_stopped")
        .member("audio_end_ms", at_ms)
        .member("item_id", item_id);
    send();
    commit_turn(item_id, speech_from_ms_, at_ms);
    if (!settings_.turns.create_response) return;
    if (!active_.empty() && responses_.at(active_)->interrupted) cancel(active_, "turn_detected");
    create_response({});
}

void RealtimeSession::on_commit(json::Value e) {
    std::int64_t now_ms = input_from_ms_ + static_cast<std::int64_t>(input_.size() / 8);
    std::int64_t from = std::max(committed_to_ms_, input_from_ms_);
    if (now_ms - from < least_commit_ms)
        return send_error(
            {"input_audio_buffer_commit_empty",
             fmt::format("Error committing input audio buffer: buffer too small. Expected at "
                         "least 100ms of audio, but buffer only has {:.2f}ms of audio.",
                         static_cast<double>(now_ms - from)),
             ""},
            e["event_id"].text());
    std::string item_id = speech_item_.empty() ? new_id("item") : std::exchange(speech_item_, {});
    vad_.reset();
    commit_turn(item_id, from, now_ms);
}

void RealtimeSession::on_clear() {
    committed_to_ms_ = input_from_ms_ + static_cast<std::int64_t>(input_.size() / 8);
    speech_item_.clear();
    vad_.reset();
    event("input_audio_buffer.cleared");
    send();
}

void RealtimeSession::commit_turn(const std::string& item_id, std::int64_t from_ms,
                                  std::int64_t to_ms) {
    json::Writer& w = event("input_audio_buffer.committed").key("previous_item_id");
    std::string previous = conversation_.last_id();
    previous.empty() ? w.null() : w.value(previous);
    w.member("item_id", item_id);
    send();
    Item item;
    item.id = item_id;
    item.role = "user";
    item.content_type = "input_audio";
    item.audio = slice(from_ms, to_ms);
    item.heard = book_.recognise(item.audio);
    heard_.push_back({item_id, text_of(item.heard), from_ms, to_ms});
    committed_to_ms_ = to_ms;
    transcribe(item);
    add_item(std::move(item), {});
}

void RealtimeSession::transcribe(const Item& item) {
    if (settings_.transcription == "null") return;
    const Fault* fault = faults_.next("model.transcript");
    if (fault != nullptr && fault->what == "lose") return;
    std::int64_t delay = script_.transcript_delay_ms + (fault != nullptr ? fault->ms : 0);
    if (script_.transcript_jitter_ms > 0)
        delay += static_cast<std::int64_t>(
            lots_() % static_cast<std::uint64_t>(script_.transcript_jitter_ms));
    bool failed = fault != nullptr && fault->what == "fail";
    std::string code = failed && !fault->code.empty() ? fault->code : "audio_unintelligible";
    bool sound = !item.audio.empty() && item.heard.empty();
    after(delay, [this, id = item.id, ms = item.audio_ms(), failed, sound, code] {
        transcript_ready(id, ms, failed || sound, code);
    });
}

void RealtimeSession::transcript_ready(const std::string& item_id, std::int64_t audio_ms,
                                       bool failed, const std::string& code) {
    constexpr std::string_view base = "conversation.item.input_audio_transcription.";
    Item* item = conversation_.find(item_id);
    if (item == nullptr) return;
    if (failed) {
        event(fmt::format("{}failed", base)).member("item_id", item_id).member("content_index", 0);
        writer_.key("error").object().member("type", "transcription_error").member("code", code);
        writer_.member("message", "The audio could not be transcribed.").key("param").null().end();
        return send();
    }
    item->text = text_of(item->heard);
    item->has_text = true;
    if (!item->text.empty()) {
        event(fmt::format("{}delta", base)).member("item_id", item_id).member("content_index", 0);
        writer_.member("delta", item->text).key("logprobs").null();
        send();
    }
    event(fmt::format("{}completed", base)).member("item_id", item_id).member("content_index", 0);
    writer_.member("transcript", item->text).key("languages").array();
    if (!item->heard.empty()) writer_.object().member("code", item->heard[0].clip->lang).end();
    writer_.end().key("logprobs").null().key("usage").object().member("type", "duration");
    writer_.member("seconds", static_cast<double>(audio_ms) / 1000).end();
    send();
}

// The server guesses when its audio has been played: the time of response.done and the audio's
// length.
void RealtimeSession::arm_idle_timeout(std::int64_t audio_ms) {
    std::uint64_t round = ++idle_round_;
    if (!settings_.turns.idle_timeout_ms || settings_.turns.type != "server_vad") return;
    after(audio_ms + *settings_.turns.idle_timeout_ms, [this, round] {
        if (round == idle_round_ && active_.empty() && speech_item_.empty()) idle_timeout();
    });
}

void RealtimeSession::idle_timeout() {
    std::int64_t to = vad_.position_ms(),
                 from = std::max(committed_to_ms_, to - *settings_.turns.idle_timeout_ms);
    std::string item_id = new_id("item");
    event("input_audio_buffer.timeout_triggered").member("audio_start_ms", from);
    writer_.member("audio_end_ms", to).member("item_id", item_id);
    send();
    commit_turn(item_id, from, from);  // silence: nothing is in it
    Wish wish;
    wish.purpose = "idle";
    create_response(wish);
}

}  // namespace pa::sim
