// What is kept of a running call besides its log, where that is wanted: the trace of its events
// (trace/lines.hpp) and the recording of its audio (store/recording.hpp). The loop's thread only
// puts on tapes; files are written on another.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "call/session.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"
#include "store/tape.hpp"
#include "trace/lines.hpp"

namespace pa::bridge {

class CallTapes {
public:
    struct Wish {
        std::string trace_folder;      // "": no trace
        std::string recording_folder;  // "": no recording
        std::string announcement;      // who is not the owner must have heard this word before
    };
    CallTapes(store::TapeWriter& writer, Wish wish);
    ~CallTapes();

    /// The session was made; the trace is named in `meta`. The PIN that a caller has to say would
    /// be in its trace: such a call has none.
    void begin(store::CallMeta& meta, trace::Header header);
    /// The carrier's stream has come: the recording is named in `meta`.
    void stream(store::CallMeta& meta);
    /// `event`: null for the start. Before the actions are carried out.
    void saw(call::TimePoint now, const call::Event* event,
             const std::vector<call::Action>& actions, const call::Session& session);
    /// There is nothing more. `written` is called on another thread when both files are whole; it
    /// says whether there is a recording.
    void close(std::function<void(bool recorded)> written);

private:
    void record(std::int64_t at, const call::Event& event);
    void record(std::int64_t at, const call::Action& action, const call::Session& session);
    [[nodiscard]] bool announced(const call::TranscriptLine& line, std::int64_t at) const;

    store::TapeWriter& writer_;
    Wish wish_;
    store::Tape* trace_ = nullptr;
    store::Tape* recording_ = nullptr;
    bool kept_ = false;  // the audio, from here on
    std::string recording_path_;
    json::Writer json_;
    call::TimePoint made_{};
};

}  // namespace pa::bridge
