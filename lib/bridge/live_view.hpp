// A running call as those see it who watch: pa-bridge ctl list, the live page.
#pragma once

#include <cstddef>
#include <string_view>

#include "bridge/call_driver.hpp"
#include "json/writer.hpp"

namespace pa::bridge {

/// "ringing", "talking", "waiting" (for the carrier to come back), "transferred", "ending".
[[nodiscard]] std::string_view state_of(const CallDriver& call);

/// Of the record of a process that died: the other side talks to somebody else, without us.
[[nodiscard]] bool was_put_through(const call::Record& record);

/// An object.
void write_line(json::Writer& w, const call::TranscriptLine& l);

/// Members of an open object: who, what state, how long, how well, how much.
void write_live_call(json::Writer& w, const CallDriver& call, net::TimePoint now);

/// What is said, from line `known` on: the first "settled" lines will not change any more. And the
/// last things that happened.
void write_live_talk(json::Writer& w, const CallDriver& call, std::size_t known,
                     net::TimePoint now);

}  // namespace pa::bridge
