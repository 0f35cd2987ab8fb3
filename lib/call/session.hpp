// The call: events in, actions out. No socket, no thread, no clock: a ten-minute call with barge-in
// runs in a test in milliseconds.
//
// The rules of the machine
//
//   Arriving   One of the two legs is not there. The model is opened at once (for an outbound call
//              while the phone still rings), configured, and may already say its greeting, which is
//              held until the carrier's stream starts. Caller audio is kept until the model is
//              ready. A call whose stream broke without a `stop` comes back here: the carrier will
//              ask at /after and may return with a new stream.
//   Talking    Both legs have been there. The model's leg may drop and be opened again: the
//              caller's audio is kept meanwhile and the new session is told the conversation so
//              far (session_reconnect.cpp).
//   Leaving    The end is decided. A goodbye is played to its last acknowledged mark; then the call
//              is completed by REST and the stream closed. Or the caller has hung up: transcripts
//              that are on their way are waited for.
//   Ended      Finished was given, once; every event is ignored.
//
//   Detection may say at any time that a machine has answered (session_machine.cpp): the call is
//   hung up on, goes on without its matter, or becomes a Leaving whose goodbye is the message. A
//   yes to the question of a call stands if the caller's words or a key bear it out, and falls if a
//   machine spoke them (session_ack.cpp).
//
//   An operator may at any time have something said, tell the agent something, silence it, end the
//   call, or have it put through to somebody else (session_operator.cpp). A call that was put
//   through is Arriving: it comes back if nobody takes it.
//
//   What is *recorded* of an event does not depend on the state (note()); what is *done* about it
//   does (on(), any()). What a peer does out of turn is ignored.
//
//   One response at a time is asked for, and none while the caller speaks or the service is about
//   to answer their turn by itself (session_respond.cpp).
//
// The driver gives the messages it sends event ids that begin with "session" (ConfigureSession) and
// "response" (CreateResponse): ModelError::event_id tells by them what was refused. When a second
// stream replaces the first, it reports the first one's LegClosed before the StreamStarted, and
// nothing of the first after.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/shared_value.hpp"
#include "call/action.hpp"
#include "call/backlog.hpp"
#include "call/event.hpp"
#include "call/loudness.hpp"
#include "call/pin.hpp"
#include "call/playback.hpp"
#include "call/recent_audio.hpp"
#include "call/record.hpp"
#include "call/session_config.hpp"
#include "call/time.hpp"
#include "call/transcript.hpp"

namespace pa::call {

class Session {
public:
    /// `now` is the start of the call's clock until the carrier's stream starts: from then on all
    /// times of the record count from there.
    Session(Shared<SessionConfig> config, TimePoint now);
    Session(SessionConfig config, TimePoint now);

    /// Before start(): takes up a call whose process died. `earlier` is its record as far as it was
    /// kept (its lines at the places that they had), `elapsed` the time since its stream began. The
    /// call waits for the carrier's next stream; the model is told the conversation so far.
    void restore(Record earlier, milliseconds elapsed, std::vector<Action>& out);
    /// Asks for the model's leg. Call once, before any event.
    void start(std::vector<Action>& out);
    /// Appends what is to be done; views in it live as long as those of the event. `now` never goes
    /// back.
    void handle(const Event& event, TimePoint now, std::vector<Action>& out);
    /// An event is about to come: asks for what audio looks at [fetch_ahead()].
    void comes_soon() const;
    /// When handle(Timeout) is wanted next.
    [[nodiscard]] std::optional<TimePoint> next_timeout() const;

    [[nodiscard]] const SessionConfig& config() const { return *config_; }
    /// Its transcript is there when the call has ended; what Keep calls a line is one of
    /// transcript() till then.
    [[nodiscard]] const Record& record() const { return record_; }
    [[nodiscard]] const Transcript& transcript() const { return transcript_; }
    /// `now` as the record counts it.
    [[nodiscard]] std::int64_t call_ms(TimePoint now) const { return ms_between(started_, now); }
    /// For those who watch: the lines that will not change any more.
    [[nodiscard]] std::vector<TranscriptLine> settled_lines(TimePoint now) const {
        return transcript_.settled(call_ms(now));
    }
    [[nodiscard]] bool ended() const { return std::holds_alternative<Ended>(state_); }
    [[nodiscard]] bool streaming() const { return stream_up_; }
    [[nodiscard]] bool owner_proved() const { return pin_.proved(); }
    /// An operator's wishes are taken still: the end is not decided, the call not put through.
    [[nodiscard]] bool operable() const;
    [[nodiscard]] bool muted() const { return muted_; }
    [[nodiscard]] bool put_through() const { return handover_ != Handover::none; }
    [[nodiscard]] After after() const;

private:
    // --- states: each owns what is true only in it ---
    struct Arriving {
        bool again = false;  // the stream had been there
    };
    struct Talking {};
    struct Leaving {
        bool said = false;       // nothing more will be said
        bool completed = false;  // the carrier was asked to end the call
        bool over = false;       // the carrier is gone: only texts are waited for
        bool message = false;    // the goodbye is the message on a machine
    };
    struct Ended {};
    using State = std::variant<Arriving, Talking, Leaving, Ended>;
    using Next = std::optional<State>;  // nullopt: stay
    using Actions = std::vector<Action>;
    enum class ModelLeg { down, connecting, configuring, ready };
    enum class TimerId {
        model,        // the session must be ready
        first_audio,  // the caller must have heard something
        stream,       // the carrier's stream must have started, or come back
        max_duration,
        stall,        // the caller's frames must keep coming
        gap,          // the same, in the middle of a turn
        silence,      // of both sides
        drain,        // the goodbye must have been played
        transcripts,  // texts on their way must have come
        carrier,      // the carrier must have closed
        retry,        // ask the model again
        answer,       // the model must have started to answer
        rotate,       // the session is nearly as old as sessions get
        keys,         // the caller pauses between keys
        function,     // the functions that run must have returned, or a word is due
        evidence,     // texts that bear an acknowledgement out must have come
        count
    };

    // --- note(): the record, whatever the state (session_note.cpp) ---
    template <class E>
    void note(const E&, Actions&) {}
    void note(const StreamStarted&, Actions&);
    void note(const MarkPlayed&, Actions&);
    void note(const AnsweredBy&, Actions&);
    void note(const SpeechStarted&, Actions&);
    void note(const SpeechStopped&, Actions&);
    void note(const InputCommitted&, Actions&);
    void note(const FunctionReturned&, Actions&);
    void note(const ItemAdded&, Actions&);
    void note(const SessionUpdated&, Actions&);
    void note(const CallerText&, Actions&);
    void note(const CallerTextFailed&, Actions&);
    void note(const ResponseStarted&, Actions&);
    void note(const OutputStarted&, Actions&);
    void note(const ModelAudio&, Actions&);
    void note(const ModelText&, Actions&);
    void note(const ModelTextDone&, Actions&);
    void note(const ResponseDone&, Actions&);
    void note(const ModelError&, Actions&);
    void note(const KeyPressed&, Actions&);

    // --- on(): what is done about it in a state; not expected there: ignored ---
    template <class S, class E>
    Next on(S&, const E&, Actions&) {
        return {};
    }
    // coming up (session_arrive.cpp)
    Next on(Arriving&, const StreamStarted&, Actions&);
    Next on(Arriving&, const CallerAudio&, Actions&);
    Next on(Arriving&, const ModelAudio&, Actions&);
    Next on(Arriving&, const SessionUpdated&, Actions&);
    Next on(Arriving&, const ResponseStarted&, Actions&);
    Next on(Arriving&, const ResponseDone&, Actions&);
    Next on(Arriving&, const KeyPressed&, Actions&);
    Next on(Arriving&, const CarrierStatus&, Actions&);
    Next on(Arriving&, const StreamStopped&, Actions&);
    // the conversation (session_talk.cpp)
    Next on(Talking&, const StreamStarted&, Actions&);
    Next on(Talking&, const CallerAudio&, Actions&);
    Next on(Talking&, const SessionUpdated&, Actions&);
    Next on(Talking&, const SpeechStarted&, Actions&);
    Next on(Talking&, const SpeechStopped&, Actions&);
    Next on(Talking&, const InputCommitted&, Actions&);
    Next on(Talking&, const ResponseStarted&, Actions&);
    Next on(Talking&, const ModelAudio&, Actions&);
    Next on(Talking&, const ModelAudioDone&, Actions&);
    Next on(Talking&, const MarkPlayed&, Actions&);
    Next on(Talking&, const ResponseDone&, Actions&);
    Next on(Talking&, const KeyPressed&, Actions&);
    Next on(Talking&, const StreamStopped&, Actions&);
    Next on(Talking&, const CarrierStatus&, Actions&);
    // the end (session_leave.cpp)
    Next on(Leaving&, const CallerAudio&, Actions&);
    Next on(Leaving&, const InputCommitted&, Actions&);
    Next on(Leaving&, const ResponseStarted&, Actions&);
    Next on(Leaving&, const ModelAudio&, Actions&);
    Next on(Leaving&, const ModelAudioDone&, Actions&);
    Next on(Leaving&, const ResponseDone&, Actions&);
    Next on(Leaving&, const MarkPlayed&, Actions&);
    Next on(Leaving&, const StreamStopped&, Actions&);
    Next on(Leaving&, const CarrierStatus&, Actions&);
    Next on(Leaving&, const CallerText&, Actions&);
    Next on(Leaving&, const CallerTextFailed&, Actions&);

    // --- any(): what can happen in every state ---
    Next any(const ModelOpened&, Actions&);
    Next any(const LegClosed&, Actions&);
    Next any(const ModelError&, Actions&);
    Next any(const AnsweredBy&, Actions&);
    Next any(const EndRequested&, Actions&);
    Next any(const FunctionCalled&, Actions&);
    Next any(const FunctionReturned&, Actions&);
    Next any(const AnswerGiven&, Actions&);
    Next any(const SayRequested&, Actions&);
    Next any(const WhisperRequested&, Actions&);
    Next any(const MuteRequested&, Actions&);
    Next any(const HangUpRequested&, Actions&);
    Next any(const TransferRequested&, Actions&);
    Next any(const TransferEnded&, Actions&);
    Next expired(TimerId, Actions&);
    Next stalled(Actions&);
    Next first_audio_late(Actions&);
    template <class E>
    Next dispatch(const E&, Actions&);
    void expire(Actions&);
    static constexpr milliseconds answer_deadline{15'000};

    // --- the model's leg (session_model.cpp) ---
    static constexpr milliseconds line_quiet{750};  // no frame for so long is a gap in a turn
    void open_model(Actions&);
    void configure(Actions&);
    Next session_accepted(const SessionUpdated&, Actions&);
    void send_kept_audio(Actions&);
    void hear(const CallerAudio&, Actions&);
    void fill_gap(std::int64_t timestamp_ms, Actions&);
    void take(std::string_view payload, Actions&);
    void give(std::string_view payload, Actions&);
    void append(std::string_view payload, Actions&);
    /// Lets the service end a turn that something on the line has cut.
    [[nodiscard]] static std::string_view silent_second();
    Next line_silent(Actions&);
    // --- a session that replaces another (session_reconnect.cpp) ---
    Next model_lost(std::string_view why, bool hopeless, Actions&);
    void forget_session(Actions&);
    void take_over(Actions&);
    void tell_history(Actions&);
    Next grown_old(Actions&);
    // --- one response at a time (session_respond.cpp) ---
    void greet(Actions&);
    void respond(std::string_view instructions, std::string_view purpose, Actions&);
    void respond_next(Actions&);
    [[nodiscard]] bool may_ask() const;
    Next response_failed(std::string_view code, std::string_view message, Actions&);
    Next request_refused(const ModelError&, Actions&);
    void ask_again(Actions&);

    // --- talking (session_talk.cpp) ---
    Next talk(Actions&);
    void barge_in(Actions&);
    enum class Truncating { no, yes };
    std::int64_t cut_playback(Truncating, Actions&);
    [[nodiscard]] bool discarded(std::string_view response_id) const;
    void forward(std::string_view item_id, int content_index, std::string_view payload, Actions&);
    void finish_part(Actions&);
    void open_floor(Actions&);
    Next silent_too_long(Actions&);
    [[nodiscard]] bool busy() const;
    // --- its language (session_language.cpp) ---
    void check_language(std::string_view said, Actions&);
    void mend_language(bool heard, Actions&);
    // --- functions and keys (session_functions.cpp) ---
    void functions_answered(Actions&);
    void bridge_silence(Actions&);
    [[nodiscard]] bool runs_already(const FunctionCalled&) const;
    Next not_run(std::string_view call_id, std::string_view why, Actions&);
    [[nodiscard]] std::string_view why_not_end(const ResponseDone&) const;
    Next end_call_answered(const ResponseDone&, Actions&);
    void collect_key(char digit);
    void tell_keys(Actions&);
    void tell(std::string_view role, std::string text, Actions&);
    void owner_proved(Actions&);

    // --- machines (session_machine.cpp) ---
    [[nodiscard]] bool detecting() const;
    Next leave_message(Actions&);
    Next be_discreet(Actions&);
    void person_proved(Actions&);
    void recall_events(Actions&);
    void hush(Actions&);
    void drop_held();
    // --- proof of hearing (session_ack.cpp) ---
    struct Answer {
        std::string call_id, words;
        bool yes;
    };
    void judge_answer(Actions&);
    void take_answer(bool yes, std::string evidence, Actions&);
    [[nodiscard]] std::string doubt(Answer&) const;
    void withdraw_answer(Actions&);
    [[nodiscard]] bool verdict_due() const;

    // --- the operator (session_operator.cpp) ---
    [[nodiscard]] bool may_speak(std::string_view purpose) const;
    void speak_again(Actions&);
    Next given_away(Actions&);
    Next transferred(std::string_view how, Actions&);
    Next not_transferred(std::string why, Actions&);
    [[nodiscard]] bool transfer_word_due() const;
    void recall_operator(const Happening&);

    // --- leaving (session_leave.cpp) ---
    Next leave(EndedBy by, std::string_view goodbye, std::string_view what, Actions&);
    void farewell(EndedBy by, std::string_view instructions, std::string_view purpose, Actions&);
    Next hang_up(EndedBy by, Actions&);
    Next stream_lost(Actions&);
    Next carrier_gone(EndedBy by, Actions&);
    [[nodiscard]] bool caller_text_due() const;
    Next drain(Leaving, Actions&);
    Next drained(Actions&);
    void complete(Actions&);
    Next maybe_finished(Actions&);
    Next finish(Actions&);
    Next fail(std::string_view what, std::string detail, Actions&);

    // --- small things ---
    [[nodiscard]] std::int64_t at() const { return ms_between(started_, now_); }
    [[nodiscard]] std::int64_t call_time(std::int64_t input_ms) const;
    void happen(std::string_view what, std::string detail, Actions&);
    void error(std::string_view what, std::string detail, Actions&);
    void keep(Keep::What what, std::size_t index, Actions&);
    void keep_line(std::size_t index, Actions&);
    [[nodiscard]] TimePoint& timer(TimerId id) { return timers_[static_cast<std::size_t>(id)]; }
    void arm(TimerId id, milliseconds in) { timer(id) = now_ + in; }
    void disarm(TimerId id) { timer(id) = never; }
    [[nodiscard]] bool armed(TimerId id) const {
        return timers_[static_cast<std::size_t>(id)] != never;
    }

    const Shared<SessionConfig> config_;
    Interruption interruption_;  // as the configuration has it, until the call is further on
    TimePoint started_, now_;
    State state_{Arriving{}};
    static constexpr TimePoint never = TimePoint::max();
    std::array<TimePoint, static_cast<std::size_t>(TimerId::count)> timers_;

    Playback playback_;
    Transcript transcript_;
    Record record_;
    EndedBy ended_by_ = EndedBy::none;

    // the carrier's leg
    bool stream_up_ = false, stream_seen_ = false;
    bool parked_ = false;  // sent away for a moment, will be back
    int parkings_ = 0;     // since the caller last heard something
    TimePoint last_media_{};
    std::int64_t line_ms_ = -1;  // timestamp of the next frame; -1: of the first one

    // the model's leg
    ModelLeg model_ = ModelLeg::down;
    int attempts_ = 0;  // of opening it, since it was last ready
    int drops_ = 0;     // of sessions that lasted a moment, in a row
    bool ready_once_ = false;
    TimePoint ready_at_{}, lost_at_{};
    std::vector<bool> turns_asked_;    // interruptible, of updates that are not confirmed yet
    bool server_turns_ = true;         // the service answers and interrupts by itself
    bool told_owner_ = false;          // this session was configured for the owner
    std::int64_t appended_bytes_ = 0;  // of the caller's audio, to this session

    // responses
    struct Wanted {
        std::string instructions;
        std::string_view purpose;  // a literal
    };
    std::vector<Wanted> wanted_;      // to be asked for when none is active
    std::optional<Wanted> asked_;     // asked for and not started yet
    bool asked_cut_ = false;          // the caller began to speak meanwhile: not wanted any more
    bool response_due_ = false;       // the service is about to answer the caller's turn by itself
    std::string active_response_;     // of the default conversation, "" if none
    Wanted active_;                   // what it was asked with
    std::string discarded_response_;  // cut off by barge-in: its late audio is dropped
    std::vector<std::string> silent_items_;  // of the active response, without audio so far
    std::string sounding_item_;              // the last of which there was audio
    std::optional<Wanted> again_;            // failed, to be asked for once more
    int failed_responses_ = 0;               // in a row
    bool greeted_ = false, purposes_return_ = false;

    // audio that has to wait
    struct Held {
        std::string item_id, payload;
        int content_index;
    };
    std::vector<Held> held_;  // the model's, until there is a stream
    bool held_complete_ = false;
    Backlog backlog_;     // the caller's, until there is a model
    RecentAudio recent_;  // the caller's, for a session that replaces this one
    struct Sent {
        std::vector<Held> held;
        Backlog backlog, recent;
    };
    std::unique_ptr<Sent> sent_;  // what actions of this event look at; null: nothing of that
    [[nodiscard]] Sent& sent() {
        if (!sent_) sent_ = std::make_unique<Sent>();
        return *sent_;
    }

    // turns
    bool caller_speaking_ = false;
    bool commit_due_ = false;    // the caller fell silent, the turn is not committed yet
    bool cut_in_ = false;        // this turn interrupted the agent, or nobody was to be interrupted
    Loudness guard_;             // whether they go on long enough to interrupt
    bool caller_waits_ = false;  // for an answer that was not heard yet
    std::int64_t turn_end_ms_ = -1;  // the caller fell silent and has heard no answer; -1: not so
    bool answer_begun_ = false;      // a response has started since
    Turn turn_;                      // what is known of it before it is answered
    bool audible_ = false;           // the caller has heard something of us
    int nudges_ = 0;
    bool drifted_ = false, language_mended_ = false;  // the agent, into another language

    // functions and keys
    struct Pending {
        std::string call_id;
        bool returned = false;
        bool orphan = false;  // the session that called it is gone
    };
    std::vector<Pending> pending_functions_;
    std::optional<std::string> end_call_;  // the call_id of the model's wish to end the call
    struct Told {
        std::int64_t at_ms;
        std::string_view role;  // a literal
        std::string text;
    };
    std::vector<Told> told_;  // messages of ours in the conversation
    std::string keys_;
    PinCheck pin_;

    // who answered, and what they affirmed
    bool machine_ = false;
    bool message_due_ = false;      // on the machine, as soon as both legs are there
    bool discreet_ = false;         // the session is not to know the matter
    bool discretion_due_ = false;   // it was told so and has not confirmed it
    std::optional<Answer> answer_;  // given by the model, not judged yet
    bool key_one_ = false;          // pressed by a person

    // what the operator wants
    bool muted_ = false;
    enum class Handover { none, asked, away } handover_ = Handover::none;  // to another number
};

}  // namespace pa::call
