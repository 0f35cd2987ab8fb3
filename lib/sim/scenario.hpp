// A scenario: one story that all simulators play, read from one JSON file
// (share/scenarios/NAME.json).
//
//     {"name": "morning-call", "about": "one sentence", "seed": 1,
//      "carrier": {…}, "caller": {…}, "model": {…}, "extraction": […], "faults": […]}
//
// The structs below are the format: a field is a key of the same name and its initial value is the
// default. Reading is strict: an unknown key or a wrong value is an Errc::data that names file and
// path (`x.json: caller.script[2].when: unknown "answerd", expected one of …`). Times are in ms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

/// What the telephone network does with a call.
struct CarrierScript {
    int ring_ms = 600;               // from the create (or the incoming call) to the outcome
    std::string outcome = "answer";  // answer busy no-answer failed canceled declined
    std::string answered_by;         // human machine_start machine_end_beep machine_end_silence
                                     // machine_end_other fax unknown; "" or null: no result is sent
    int amd_delay_ms = 1500;         // from the answer to that result. A machine is "machine_start"
                                     // to who asks for its kind only; who asks for the end of its
                                     // message is told when the caller has said the clip "beep"
    int stream_start_ms = 100;       // from the TwiML to the media socket [0-600]
    int network_delay_ms = 0;        // one way, between the carrier and the phone
    int sip_code = 0;                // SipResponseCode of the final status; 0: the outcome's own
    std::string transfer =
        "completed";            // what becomes of a <Dial>: completed busy no-answer failed
    int transfer_ms = 1000;     // how long it takes, or lasts
    int max_call_ms = 120'000;  // a call that lasts longer is ended by the simulator
};

/// One step of the caller. Exactly one of say, key, hang_up, silence_ms.
struct CallerStep {
    /// The step waits until this holds, then for `after_ms` more:
    ///   then            the step before it is over (the default)
    ///   answered        the media stream has started
    ///   agent-speaking  the agent is being heard, since `after_ms` without a pause of 700 ms
    ///   agent-silent    the agent has been heard since the last step and has been silent for
    ///   `after_ms`
    std::string when = "then";
    int after_ms = 0;
    int at_most_ms = 15'000;  // the step is taken then, even if it never held
    std::string say;          // id of a clip
    std::string key;          // digits to press: 0-9 * # A-D
    bool hang_up = false;
    int silence_ms = 0;  // does nothing for so long
};

struct CallerScript {
    std::string number = "+821000001234";
    std::vector<CallerStep> script;  // after the last step the caller stays on the line, silent
    double noise = 0;  // level of noise on the line between words [0-1, of full scale]
    double loss = 0;   // share of 20 ms frames that the network loses [0-1]
};

/// What the model calls in a turn.
struct FunctionScript {
    std::string name;
    std::string arguments = "{}";  // written in the file as an object or as text
};

/// How the model answers one turn of the caller.
struct TurnScript {
    /// Id of a clip that is in the turn; "*": whatever was said; "text:WORDS": a text item with
    /// these words was put in last (keys that were pressed, say).
    std::string hears = "*";
    std::vector<std::string> says;  // ids of clips; empty: the model says nothing
    /// Called after what it says. In the file also "function": {…} for a single one.
    std::vector<FunctionScript> functions;
    std::vector<std::string> then_says;  // said when the output of all its functions has come
};

/// Energy detection of the simulated server; what session.update sets comes on top.
struct VadScript {
    double floor_db = -45;   // level that counts as speech at threshold 0.5 [dB of full scale]
    int min_speech_ms = 60;  // shorter sounds are no speech
};

struct ModelScript {
    std::vector<std::string> greeting;  // clips of the first response
    /// Clips of a response that was asked for with metadata {"purpose": NAME}.
    std::map<std::string, std::vector<std::string>> purposes;
    /// The first one not used yet that fits what was heard; else the last that fits; else "*".
    std::vector<TurnScript> turns;
    int latency_ms = 250;           // from the request (or the end of speech) to the first delta
    int connect_ms = 0;             // from the upgrade to session.created
    double pace = 8;                // audio comes that many times faster than it plays
    int delta_bytes = 1600;         // of audio in one delta, before base64
    int items_per_response = 1;     // what it says is spread over so many messages
    int transcript_delay_ms = 350;  // of the caller's words, after the turn was committed
    int transcript_jitter_ms = 0;   // up to so much more, seeded: transcripts overtake each other
    int late_delta_ms = 0;          // deltas go on for so long after an interruption
    int session_ms = 3'600'000;     // then session_expired and close 1001
    bool any_function = false;      // calls what it was not offered, too
    bool phases = false;            // "commentary" and "final_answer" on messages
    VadScript vad;
};

/// What the text model finds in a transcript.
struct ExtractionScript {
    std::string clip;    // the words of this clip, or
    std::string phrase;  // these words, must be in the transcript that it was sent
    std::string type;    // reminder todo calendar call_back
    std::string title;
    std::string quote;  // default: the clip's text or the phrase
    /// "" = no time. "+1d 07:00", "+90m", "next mon 10:00", "next mon" count from the first ISO
    /// date in the messages (the call's start); else an ISO time.
    std::string due;
    std::string repeat;  // "" = null
    std::string phone;   // "" = null
    double confidence = 0.9;
};

/// Something that goes wrong.
struct Fault {
    /// Where. With ":N" only the N-th time (from 1).
    ///   model.connect     the upgrade            model.session     session.update
    ///   model.response    a response             model.transcript  the caller's words of a turn
    ///   model.audio       an append              model.time        N is ms after the upgrade
    ///   chat              chat completions       models            GET /v1/models
    ///   rest.calls        rest.call (one call)   rest.numbers      any REST of the carrier: rest
    ///   rest.balance      rest.permission (to call a country)
    ///   carrier.webhook   carrier.status         carrier.amd       requests of the carrier
    ///   carrier.connect   the media socket       carrier.media     frames to the bridge
    ///   carrier.mark      carrier.start          carrier.time      N is ms after the answer
    ///   ngrok.api         ngrok.tunnel           requests to the tunnel agent, through the tunnel
    ///   ngrok.socket      upgrades to WebSockets through the tunnel
    std::string at;
    int nth = 0;  // 0: each time
    /// What: an HTTP status ("401", "500", …); drop (the connection breaks), close (properly, with
    /// `code`), delay or slow (by `ms`), garbage (what cannot be read; at the model with code
    /// "event" an event of an unknown type; flood: 10 000 of them), silent (no answer, ever),
    /// lose (this one does not arrive), error (an error event with `code`), fail (a failed response
    /// with `code`), cut (an incomplete response), change (another URL)
    std::string what;       // the key is "do"
    int ms = 0;             // delay; for drop, fail and cut in a response: after so much audio
    int times = 1'000'000;  // so often at most
    std::string code;       // "rate_limit_exceeded", "1011"
    int retry_after_s = 0;  // header of an HTTP refusal; 0: none
};

struct Scenario {
    std::string name, about;
    std::string file;        // where it was read from
    std::uint64_t seed = 1;  // of everything that is drawn by lot
    CarrierScript carrier;
    CallerScript caller;
    ModelScript model;
    std::vector<ExtractionScript> extraction;
    std::vector<Fault> faults;

    /// `name` is a path if it has a '/' or ends in ".json", else `share`/scenarios/NAME.json.
    [[nodiscard]] static Result<Scenario> load(const std::string& name, const std::string& share);
    /// `file` is only the name in errors.
    [[nodiscard]] static Result<Scenario> parse(const std::string& text, const std::string& file);
};

/// Counts what happens at each place and tells whether something goes wrong there.
class Faults {
public:
    explicit Faults(std::vector<Fault> faults) : faults_(std::move(faults)) {}
    /// To be called once for each event at `place`; null: all is well. Valid as long as this is.
    const Fault* next(std::string_view place);
    /// The faults of a place whose N is a time (model.time, carrier.time).
    [[nodiscard]] std::vector<const Fault*> timed(std::string_view place) const;
    /// Before a timed fault is carried out: false if it has happened `times` times already.
    bool spend(const Fault& fault);

private:
    std::vector<Fault> faults_;
    std::map<std::string, int, std::less<>> count_;
};

/// An HTTP status if the fault is one, else 0.
[[nodiscard]] int http_status(const Fault& fault);

}  // namespace pa::sim
