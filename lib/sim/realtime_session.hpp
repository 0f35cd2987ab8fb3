// One connection to the simulated Realtime API (GA): client events in, server events out, each at
// its time. No socket and no clock, so that a conversation can be run in virtual time.
//
// The order of events is that of the service: speech_started, speech_stopped, committed, item.added
// and .done; response.created, rate_limits.updated, output_item.added, item.added,
// content_part.added, deltas (faster than real time), the .done of each, response.done. Transcripts
// of the caller come when they come. Speech of the caller cancels the response (turn_detected) if
// interrupt_response says so.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "call/time.hpp"
#include "json/writer.hpp"
#include "sim/actor.hpp"
#include "sim/agenda.hpp"
#include "sim/clip_book.hpp"
#include "sim/conversation.hpp"
#include "sim/event_rules.hpp"
#include "sim/scenario.hpp"
#include "sim/session_settings.hpp"
#include "sim/vad.hpp"

namespace pa::sim {

struct ServerMessage {
    enum class Kind {
        text,   // send it
        close,  // with code, `text` is the reason
        drop    // the connection breaks
    };
    Kind kind = Kind::text;
    std::string text;
    std::uint16_t code = 0;
};

/// The truth, for tests: a message that the model spoke. `audio` is what was sent of it; `text`
/// belongs to all that was meant to be said.
struct Spoken {
    std::string item_id, response_id, text;
    std::vector<std::string> clips;
    std::string audio;          // mu-law
    std::int64_t whole_ms = 0;  // had it not been interrupted
    bool interrupted = false;
};
/// A turn of the caller as it reached the service.
struct HeardTurn {
    std::string item_id, text;
    std::int64_t start_ms = 0, end_ms = 0;  // stream time
};

class RealtimeSession {
public:
    struct Options {
        std::string id = "1";  // makes the ids of all its objects unique; at most 12 characters
        std::string model = "gpt-realtime-2.1-mini";
        std::int64_t unix_time = 0;  // now [s]
    };
    /// Scenario, book and faults are borrowed. session.created is due after model.connect_ms.
    RealtimeSession(const Scenario& scenario, const ClipBook& book, Faults& faults, Options options,
                    call::TimePoint now);

    /// One message of the client; before session.created it waits. `now` never goes back.
    void receive(std::string_view message, call::TimePoint now);
    /// Does what is due.
    void poll(call::TimePoint now) { agenda_.run(now, clock_); }
    [[nodiscard]] std::optional<call::TimePoint> next_due() const { return agenda_.next(); }
    /// What there is to send, in order. After close or drop nothing follows.
    [[nodiscard]] std::vector<ServerMessage> take();

    [[nodiscard]] const std::deque<Spoken>& spoken() const { return spoken_; }
    [[nodiscard]] const std::vector<HeardTurn>& heard() const { return heard_; }
    /// All of the caller's audio that came.
    [[nodiscard]] std::int64_t audio_received_ms() const { return received_ / 8; }
    /// The last of spoken() may still be growing.
    [[nodiscard]] bool generating() const { return !responses_.empty(); }
    [[nodiscard]] const SessionSettings& settings() const { return settings_; }
    [[nodiscard]] const Conversation& conversation() const { return conversation_; }

private:
    using milliseconds = call::milliseconds;
    struct Part {
        std::string audio, text;
        std::vector<std::string> clips;
    };
    struct Response {
        std::string id, metadata = "null";
        bool in_conversation = true, text_only = false, interrupted = false;
        std::string output_format, max_output_tokens;
        std::vector<Part> parts;
        std::vector<FunctionScript> functions;
        std::size_t part = 0, function = 0;
        Item item;  // being generated
        bool item_open = false;
        std::size_t position = 0;         // in the part's audio [bytes]
        std::size_t text_position = 0;    // in its text [letters]
        std::int64_t sent_ms = 0;         // of all parts
        std::vector<std::string> output;  // finished items, as JSON
        Tokens input, cached, out;
        const Fault* fault = nullptr;
    };
    /// What response.create asks for beyond the session's settings.
    struct Wish {
        std::string purpose, instructions, metadata = "null", event_id, tool_choice;
        bool in_conversation = true;
        std::optional<bool> text_only;
        std::string output_format, max_output_tokens;
    };

    // events out (realtime_session.cpp)
    json::Writer& event(std::string_view type);
    void send();
    void send_error(const EventError& error, std::string_view event_id);
    void close(std::uint16_t code, std::string reason);
    void drop();
    void send_garbage(const std::string& code);
    bool misbehave(const Fault& fault);  // drop, close, garbage, silent, flood, error: done, true
    std::string new_id(std::string_view kind);
    void after(std::int64_t ms, Agenda::Task task) {
        agenda_.at(clock_ + milliseconds(ms), std::move(task));
    }
    void plan_faults();

    // client events
    void understand(std::string_view message);
    void handle(json::Value e);
    void on_session_update(json::Value e);
    void on_append(json::Value e);
    void on_commit(json::Value e);
    void on_clear();
    void on_item_create(json::Value e);
    void on_item_delete(json::Value e);
    void on_item_retrieve(json::Value e);
    void on_truncate(json::Value e);
    void on_response_create(json::Value e);
    void on_response_cancel(json::Value e);

    // the caller's audio (realtime_input.cpp)
    void hear(const std::string& mulaw);
    void speech_started(std::int64_t at_ms);
    void speech_stopped(std::int64_t at_ms);
    void commit_turn(const std::string& item_id, std::int64_t from_ms, std::int64_t to_ms);
    void transcribe(const Item& item);
    void transcript_ready(const std::string& item_id, std::int64_t audio_ms, bool failed,
                          const std::string& code);
    [[nodiscard]] std::string slice(std::int64_t from_ms, std::int64_t to_ms) const;
    void arm_idle_timeout(std::int64_t audio_ms);
    void idle_timeout();

    // items (realtime_items.cpp)
    void send_item(std::string_view type, const Item& item, bool with_previous = true);
    void add_item(Item item, std::string_view previous);

    // responses (realtime_response.cpp)
    void create_response(const Wish& wish);
    Cue cue_for(const Wish& wish, const std::string& response_id);
    void read_words(const std::string& text, Cue& cue) const;
    void plan(Response& r, const Line& line) const;
    void begin(Response& r);
    void schedule(const std::string& id, double ms, void (RealtimeSession::*step)(Response&));
    void step(Response& r);
    void open_item(Response& r);
    void next_delta(Response& r);
    void send_text_delta(Response& r, const Part& part, std::size_t end);
    void send_audio_delta(Response& r, std::string_view piece);
    void close_item(Response& r, const std::string& status);
    void call_function(Response& r, const FunctionScript& function);
    bool strike(Response& r);  // the response's fault, if its time has come: true if it is over
    void cancel(const std::string& id, const std::string& reason);
    void finish(Response& r, const std::string& status, const std::string& details);
    void write_response(json::Writer& w, const Response& r, const std::string& status,
                        const std::string& details, bool with_usage);
    json::Writer& item_event(std::string_view type, const Response& r, bool with_content = true);
    void write_part(json::Writer& w, const Response& r, const std::string& text);
    void obfuscate(json::Writer& w);

    const Scenario& scenario_;
    const ModelScript& script_;
    const ClipBook& book_;
    Faults& faults_;
    Options options_;
    call::TimePoint clock_, created_at_;
    Agenda agenda_;
    std::vector<ServerMessage> out_;
    json::Writer writer_;
    bool silent_ = false, over_ = false;
    std::uint64_t ids_ = 0;
    std::mt19937_64 lots_;

    SessionSettings settings_;
    Conversation conversation_;
    Actor actor_;
    bool spoke_ = false;  // the voice is fixed
    std::string conversation_id_;

    Vad vad_;
    std::int64_t received_ = 0;  // [bytes] of the caller's audio, in all
    std::string input_;          // the caller's audio since input_from_ms_
    std::int64_t input_from_ms_ = 0, committed_to_ms_ = 0, speech_from_ms_ = 0;
    std::string speech_item_;  // "" between turns
    std::uint64_t idle_round_ = 0;

    std::map<std::string, std::unique_ptr<Response>> responses_;
    std::string active_;  // response of the default conversation, "" if none
    Tokens last_input_;   // of the response before: what is cached
    std::int64_t requests_left_ = 1000, tokens_left_ = 50'000;

    std::deque<Spoken> spoken_;
    std::vector<HeardTurn> heard_;
};

}  // namespace pa::sim
