// A trace: what happened to a call and what was done about it, so that the call can be gone through
// again (replay.hpp). A text file, one JSON text a line:
//
//     {"schema":"phone-agent/trace/1","call_sid":"CA…","started_at":"2026-…","clock_ns":…,"config":{…}}
//     {"ns":0,"event":"start","actions":[{"action":"open_model"}]}
//     {"ns":20113042,"event":"caller_audio","payload":"…","timestamp_ms":20,"actions":[…]}
//
// `ns` counts from `clock_ns`, the clock that the session was made with. Audio is there as it came.
// An action's payload that is the event's is written as "=". A trace that ends before "finished" is
// that of a process that was killed. It has what was said and who was spoken of: it is as private
// as the call; keys and tokens of the agent are not in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "call/action.hpp"
#include "call/event.hpp"
#include "call/record.hpp"
#include "call/session_config.hpp"
#include "call/time.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::trace {

struct Header {
    std::string call_sid, started_at;
    call::TimePoint clock{};  // of the session's construction
    call::SessionConfig config;
    /// Session::restore()'s, of a call that another process had begun.
    struct Earlier {
        call::Record record;
        call::milliseconds elapsed{0};
    };
    std::optional<Earlier> earlier;
};

// Each starts `w` and leaves one line in it, without newline.
void write_header(json::Writer& w, const Header& header);
/// `event`: null for Session::restore() and start().
void write_step(json::Writer& w, std::chrono::nanoseconds at, const call::Event* event,
                std::span<const call::Action> actions);

/// Errc::data if it is no header of a trace. The sentences of its config are views into `line`.
[[nodiscard]] Result<Header> read_header(json::Value line);

struct Step {
    call::TimePoint at;
    std::optional<call::Event> event;  // none: start
    json::Value actions;
};
/// Views into the document of `line`. Errc::data if it has an event that we do not know.
[[nodiscard]] Result<Step> read_step(json::Value line, call::TimePoint clock);

/// The parts of a step. Members that are missing have their defaults; nullopt: a name that we do
/// not know. `same`: the payload that "=" stands for.
void write_event(json::Writer& w, const call::Event& event);  // members of an open object
[[nodiscard]] std::optional<call::Event> read_event(json::Value object);
void write_actions(json::Writer& w, std::span<const call::Action> actions, std::string_view same);
[[nodiscard]] std::optional<call::Action> read_action(json::Value object, std::string_view same);
/// The event's own audio, "" if it has none.
[[nodiscard]] std::string_view payload_of(const call::Event& event);

}  // namespace pa::trace
