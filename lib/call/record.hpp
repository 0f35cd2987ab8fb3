// What is kept of a call: plain data, filled by the session as the call goes on. store/call_log.hpp
// writes it as the file of contract "phone-agent/call-log/1".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "call/event.hpp"

namespace pa::call {

enum class EndedBy { none, caller, agent, limit, budget, carrier, error };

/// Times in ms since the start of the call.
struct TranscriptLine {
    enum class Role { user, assistant } role = Role::user;
    std::string item_id;  // of the service; not in the log
    std::string text;     // "[inaudible]" where the transcription failed
    std::int64_t start_ms = 0, end_ms = 0;
    bool interrupted = false;
    std::string heard;                        // what was played of the text, if cut
    std::int64_t heard_ms = 0, total_ms = 0;  // of its audio, if cut
};

struct Turn {
    std::int64_t user_end_ms = 0;     // the caller fell silent
    std::int64_t first_audio_ms = 0;  // the first audio of the answer went out
    std::int64_t noticed_ms = 0;      // the service told of the silence; 0: not known
    std::int64_t response_ms = 0;     // the service began the answer; 0: not known
    [[nodiscard]] std::int64_t latency_ms() const { return first_audio_ms - user_end_ms; }
};

struct FunctionRun {
    std::string call_id, name, arguments, result, request_id;
    std::int64_t start_ms = 0, duration_ms = 0;
};

/// Something worth telling: "barge-in", "greeting", "idle", "key", "limit", "reconnect", …
struct Happening {
    std::int64_t at_ms = 0;
    std::string what, detail;
};

struct Record {
    std::vector<TranscriptLine> transcript;  // filled when the call is over
    std::vector<Turn> turns;
    std::vector<FunctionRun> functions;
    std::vector<Happening> events, errors;
    std::string answered_by;           // "human", "machine", "unknown", "" without detection
    std::optional<bool> acknowledged;  // of the question that was to be; nullopt: nobody said
    std::string evidence;              // for that: the other side's words, "key 1", or why it fell
    std::string stream_sid;
    Usage usage;
    EndedBy ended_by = EndedBy::none;
    std::int64_t duration_ms = 0;
};

}  // namespace pa::call
