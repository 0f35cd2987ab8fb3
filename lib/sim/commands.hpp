// The subcommands of pa-sim: each runs one part of the simulated world until it is told to stop.
// Each prints one JSON line when it is ready, {"event":"ready",…}, then its events, one line each.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

struct NgrokCommand {
    int local_port = 8082;     // forwarded to; 0: a free one is chosen
    int api_port = 0;          // 0: any
    int public_port = 0;       // 0: any
    std::string certificates;  // folder, made if need be; "": one of this user's below /tmp
    std::string scenario;      // name or file; "": nothing goes wrong
};
/// Ready: "url" (of the agent's API), "local_port", "public_url", "ca_file".
[[nodiscard]] Status run_ngrok_command(const NgrokCommand& command);

struct OpenAiCommand {
    int port = 0;                           // 0: any
    std::string scenario = "morning-call";  // name or file
    std::string record;                     // folder; "": nothing is kept
    int latency_ms = 0;        // one way; not 0: TLS in front, as if the service were that far away
    std::string certificates;  // for that: folder, as with NgrokCommand
    std::string answers;       // file of recorded chat answers (recorded_answers.hpp); "": none
};
/// Ready: "url", for OPENAI_BASE_URL; "ca_file" with a latency.
[[nodiscard]] Status run_openai_command(const OpenAiCommand& command);

struct TwilioCommand {
    int port = 0;                            // of the REST API; 0: any
    std::string number = "+15550001000";     // of the account
    std::string voice_url, status_callback;  // of the number at the start
    bool trial = false;
    std::vector<std::string> scenarios{
        "morning-call"};                    // name or file, or NUMBER=NAME for calls to or from it
    std::string wav_folder, record_folder;  // "": none
};
/// The account is TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, TWILIO_API_KEY_SID and _SECRET where
/// they are set, else one of its own. Ready: "url", "account_sid", "number", "number_sid". At the
/// end {"event":"stopped","calls":n,"complaints":n}.
[[nodiscard]] Status run_twilio_command(const TwilioCommand& command);

struct CallCommand {
    std::string url = "http://127.0.0.1:8082";  // base of the bridge
    std::string from = "+821000001234", to = "+15550001000";
    std::string wav_file;  // of both sides; "": none
    int linger_s = 3;  // after the end of stdin: hang up when the agent has been silent for so long
};
/// A softphone: u-law or a WAV file on stdin is said, the agent is heard on stdout as raw u-law in
/// real time. TWILIO_AUTH_TOKEN signs. Tells what happens on stderr. Errc::no if the call was not
/// answered.
[[nodiscard]] Status run_call_command(const CallCommand& command);

struct ReplayCommand {
    std::string trace;   // file of pa-bridge --trace
    bool print = false;  // the trace as it would be written now, on stdout
};
/// Goes through the call again. Errc::no, with the place, if other actions come of it than those of
/// the trace.
[[nodiscard]] Status run_replay_command(const ReplayCommand& command);

/// Makes them and prints {"ca_file","certificate_file","key_file"}.
[[nodiscard]] Status run_certificates_command(const std::string& folder);

}  // namespace pa::sim
