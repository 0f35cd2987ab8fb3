// The recording of a call: a WAV file of u-law audio in two channels, the caller on the left, on
// the right the agent as it was heard (audio/call_audio.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "store/tape.hpp"

namespace pa::store {

/// One fact on the tape of a recording; the text is a payload or the name of a mark.
struct RecordingFact {
    enum class Kind : std::int64_t {
        stream_started,
        caller,  // has a timestamp
        agent_sent,
        mark_sent,
        mark_played,
        cleared,
        stopped,
        keep,  // from here on
    } kind;
    std::int64_t at_ms;  // of the call
    std::int64_t timestamp_ms = 0;
};
bool put(Tape& tape, const RecordingFact& fact, std::string_view text = {});

/// Room for half a minute of audio both ways that nobody has taken off yet.
inline constexpr std::size_t recording_tape_bytes = 512U << 10U;

/// Writes `path`, mode 0600, as the call goes on; what stands there after a crash is a whole file
/// up to a second before. `keep`: from the beginning, else from Kind::keep on: what was before is
/// silence, so that places in the file are times of the call. A call of which nothing is kept has
/// no file; one that another process had begun goes on in its file. `tell` is given sentences for
/// people.
[[nodiscard]] std::unique_ptr<TapeSink> recording_sink(
    std::string path, bool keep, std::function<void(const std::string&)> tell);

}  // namespace pa::store
