#include "bridge/call_tapes.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/wall_time.hpp"
#include "cli/console.hpp"
#include "store/recording.hpp"

namespace pa::bridge {
namespace {

using Kind = store::RecordingFact::Kind;

/// Lines are made on the loop's thread and may be long: half a minute of kept audio in one.
constexpr std::size_t trace_tape_bytes = 4U << 20U;

void tell(const std::string& sentence) { cli::warn(sentence); }

}  // namespace

CallTapes::CallTapes(store::TapeWriter& writer, Wish wish)
    : writer_(writer), wish_(std::move(wish)) {}

CallTapes::~CallTapes() {
    if (trace_ != nullptr || recording_ != nullptr) close(nullptr);
}

void CallTapes::begin(store::CallMeta& meta, trace::Header header) {
    if (wish_.trace_folder.empty()) return;
    if (!header.config.pin.empty())
        return cli::note(meta.call_sid + ": not traced, the PIN would be in it");
    const std::string stamp = to_file_stamp(wall_now());
    meta.trace = fmt::format("{}/{}_{}.trace", wish_.trace_folder, stamp, meta.call_sid);
    trace_ = &writer_.open(store::lines_sink(meta.trace, tell), trace_tape_bytes);
    made_ = header.clock;
    trace::write_header(json_, header);
    trace_->put({json_.view()});
}

void CallTapes::stream(store::CallMeta& meta) {
    if (wish_.recording_folder.empty() || recording_ != nullptr) return;
    std::string path = store::log_path(wish_.recording_folder, meta);
    path.replace(path.size() - std::string_view("json").size(), std::string::npos, "wav");
    // Of a call that is taken up it was announced already if something of it was kept.
    kept_ = meta.owner || file_exists(path);
    recording_ =
        &writer_.open(store::recording_sink(path, kept_, tell), store::recording_tape_bytes);
    meta.recording = path.substr(path.rfind('/') + 1);
    recording_path_ = std::move(path);
}

void CallTapes::saw(call::TimePoint now, const call::Event* event,
                    const std::vector<call::Action>& actions, const call::Session& session) {
    if (trace_ != nullptr) {
        trace::write_step(json_, now - made_, event, actions);
        trace_->put({json_.view()});
    }
    if (recording_ == nullptr) return;
    const std::int64_t at = session.call_ms(now);
    if (event != nullptr) record(at, *event);
    for (const call::Action& action : actions) record(at, action, session);
}

void CallTapes::record(std::int64_t at, const call::Event& event) {
    if (const auto* e = std::get_if<call::CallerAudio>(&event))
        store::put(*recording_, {Kind::caller, at, e->timestamp_ms}, e->payload);
    else if (const auto* m = std::get_if<call::MarkPlayed>(&event))
        store::put(*recording_, {Kind::mark_played, at}, m->name);
    else if (std::holds_alternative<call::StreamStarted>(event))
        store::put(*recording_, {Kind::stream_started, at});
    else if (const auto* c = std::get_if<call::LegClosed>(&event);
             std::holds_alternative<call::StreamStopped>(event) ||
             (c != nullptr && c->leg == call::Leg::carrier))
        store::put(*recording_, {Kind::stopped, at});
}

void CallTapes::record(std::int64_t at, const call::Action& action, const call::Session& session) {
    if (const auto* a = std::get_if<call::PlayAudio>(&action)) {
        store::put(*recording_, {Kind::agent_sent, at}, a->payload);
    } else if (const auto* m = std::get_if<call::SendMark>(&action)) {
        store::put(*recording_, {Kind::mark_sent, at}, m->name);
    } else if (std::holds_alternative<call::ClearPlayback>(action)) {
        store::put(*recording_, {Kind::cleared, at});
    } else if (std::holds_alternative<call::CloseStream>(action)) {
        store::put(*recording_, {Kind::stopped, at});
    } else if (!kept_) {
        const auto* keep = std::get_if<call::Keep>(&action);
        kept_ = std::holds_alternative<call::OwnerProved>(action) ||
                (keep != nullptr && keep->what == call::Keep::What::line &&
                 announced(session.transcript().line(keep->index), at));
        if (kept_) store::put(*recording_, {Kind::keep, at});
    }
}

/// They have heard that the call is recorded.
bool CallTapes::announced(const call::TranscriptLine& line, std::int64_t at) const {
    if (line.role != call::TranscriptLine::Role::assistant) return false;
    const bool whole = !line.interrupted && line.total_ms > 0 && line.end_ms <= at;
    return to_lower(whole ? line.text : line.heard).find(wish_.announcement) != std::string::npos;
}

void CallTapes::close(std::function<void(bool recorded)> written) {
    auto done = [written = std::move(written), path = recording_path_] {
        if (written) written(!path.empty() && file_exists(path));
    };
    if (trace_ != nullptr)
        writer_.close(*trace_, recording_ == nullptr ? done : std::function<void()>());
    if (recording_ != nullptr) writer_.close(*recording_, done);
    if (trace_ == nullptr && recording_ == nullptr) done();
    trace_ = recording_ = nullptr;
}

}  // namespace pa::bridge
