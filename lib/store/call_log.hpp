// The log of a finished call: what the session recorded and what was known about the call, as the
// file "phone-agent/call-log/1" (share/schema/call-log.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "call/record.hpp"

namespace pa::store {

/// US dollars, as far as we know them.
struct CallCost {
    double model = 0, transcription = 0, carrier = 0, total = 0;
};

/// When what a call needs was there: ms since the carrier's stream began, negative before; what
/// nobody saw is missing.
struct Arrival {
    std::optional<std::int64_t> prepared;    // the call was known to us, the model's leg asked for
    std::optional<std::int64_t> ringing;     // the carrier told that it rings
    std::optional<std::int64_t> answered;    // the carrier told so, or asked what to do
    std::optional<std::int64_t> model_open;  // the model's leg was connected
    std::optional<std::int64_t> session_ready;  // the service accepted the session
    std::optional<std::int64_t> greeting;       // the first audio came from the model
    std::optional<std::int64_t> first_audio;    // the first audio went out to the carrier
};

/// What is known about a call besides the conversation itself.
struct CallMeta {
    std::string call_sid, stream_sid;
    std::string direction = "outbound";  // or "inbound"
    std::string from, to;                // E.164
    bool owner = false;                  // the other side is the owner of the agent
    std::string agent;                   // the persona's name
    std::string model, voice, transcribe_model, language;
    std::string about;      // what the call is about, "" if nothing was said
    std::string persona;    // chosen for this call by name or file, "" for the agent's own
    std::string machine;    // what is done when one answers: "message", "talk", "" to hang up
    std::string ack;        // the question to be acknowledged, "" if there was none
    std::string trace;      // file of the call's events, "" if none was kept
    std::string recording;  // WAV file of the call, "" if none was kept
    WallTime started_at{}, ended_at{};
    Arrival arrival;
    CallCost cost;
    bool recovered = false;  // put together from the journal of a process that died
};

struct CallLog {
    CallMeta meta;
    call::Record record;
};

/// As the log has it: "caller", …; "error" for an end that nobody recorded.
[[nodiscard]] std::string_view word_of(call::EndedBy ending);

/// One line of JSON without its newline, `schema` first, the transcript in the order it has: that
/// of the conversation. An end that nobody recorded is written as "error".
[[nodiscard]] std::string write_log(const CallLog& log);

/// Reads what write_log() wrote, or anything that claims to be it: sizes and times are bounded, an
/// unknown member is ignored. Errc::data names the path: `transcript[3].text: expected string`.
[[nodiscard]] Result<CallLog> read_log(std::string_view json);

/// `folder`/2026-02-28_23-49-32_CA….json: local time of the start and the SID.
[[nodiscard]] std::string log_path(const std::string& folder, const CallMeta& meta);

/// True for the names that log_path() makes: not requests_processed.json, not a leftover journal.
[[nodiscard]] bool is_log_name(std::string_view path);

/// Writes the log to log_path(), whole or not at all, mode 0600; makes the folder. Returns the
/// path.
[[nodiscard]] Result<std::string> save_log(const std::string& folder, const CallLog& log);

/// The log in that file; errors name the file.
[[nodiscard]] Result<CallLog> load_log(const std::string& path);

/// True if `sid` can be part of a file's name: letters and digits, 2 to 64 of them.
[[nodiscard]] bool is_plain_sid(std::string_view sid);

}  // namespace pa::store
