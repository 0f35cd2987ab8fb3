#include "store/recording.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "audio/call_audio.hpp"
#include "audio/g711.hpp"
#include "audio/wav_writer.hpp"
#include "store/tape_file.hpp"

namespace pa::store {
namespace {

using Kind = RecordingFact::Kind;

/// Bytes of both channels that are written together: half a second.
constexpr std::size_t batch = 8000;

class RecordingSink final : public TapeSink {
public:
    RecordingSink(std::string path, bool keep, TapeFile::Tell tell)
        : audio_(keep), file_(std::move(path), std::move(tell)) {}

    void take(std::string_view record) override {
        RecordingFact fact{};
        if (record.size() < sizeof fact) return;
        std::memcpy(&fact, record.data(), sizeof fact);
        now_ms_ = fact.at_ms;
        apply(fact, record.substr(sizeof fact));
    }

    void rest() override {
        gather(false);
        if (ready_.size() >= batch) write();
    }

    void end(std::size_t lost) override {
        gather(true);
        if (!ready_.empty()) write();
        if (lost > 0) file_.tell(fmt::format("{} pieces of the recording are missing", lost));
    }

private:
    void apply(const RecordingFact& fact, std::string_view text) {
        const std::int64_t at = fact.at_ms;
        switch (fact.kind) {
            case Kind::stream_started: return audio_.stream_started(at);
            case Kind::caller: return audio_.caller(at, fact.timestamp_ms, text);
            case Kind::agent_sent: return audio_.agent_sent(at, text);
            case Kind::mark_sent: return audio_.mark_sent(text);
            case Kind::mark_played: return audio_.mark_played(at, text);
            case Kind::cleared: return audio_.cleared(at);
            case Kind::stopped: return audio_.stopped(at);
            case Kind::keep: return audio_.keep_from(at);
        }
    }

    /// Nothing is written before something may be kept.
    void gather(bool all) {
        std::string more = audio_.take(now_ms_, all);
        if (!audio_.kept()) {
            silent_ += more.size();
            return;
        }
        if (silent_ > 0) ready_.append(std::exchange(silent_, 0), audio::kSilence);
        ready_ += more;
    }

    /// The samples first, then the head that counts them: a crash in between costs these.
    void write() {
        if (!std::exchange(open_, true)) open();
        const std::size_t again = std::min(there_, ready_.size());
        there_ -= again;
        const std::string_view more = std::string_view(ready_).substr(again);
        file_.append(more);
        written_ += more.size();
        ready_.clear();
        file_.put_at_front(head());
    }

    /// What a process before us has written of this call stays.
    void open() {
        const std::size_t front = head().size(), size = file_.open();
        if (size > front) written_ = there_ = (size - front) / 2 * 2;
        file_.cut(there_ == 0 ? 0 : front + there_);
        if (there_ == 0) file_.append(head());
    }

    [[nodiscard]] std::string head() const {
        return audio::wav_header(audio::kWavMulaw, 2, static_cast<std::uint32_t>(written_));
    }

    audio::CallAudio audio_;
    TapeFile file_;
    std::int64_t now_ms_ = 0;
    bool open_ = false;
    std::size_t silent_ = 0;   // bytes before the first that is kept
    std::size_t there_ = 0;    // bytes to come that the file has already
    std::size_t written_ = 0;  // bytes of samples in the file
    std::string ready_;
};

}  // namespace

bool put(Tape& tape, const RecordingFact& fact, std::string_view text) {
    char bytes[sizeof fact];
    std::memcpy(bytes, &fact, sizeof fact);
    return tape.put({{bytes, sizeof bytes}, text});
}

std::unique_ptr<TapeSink> recording_sink(std::string path, bool keep,
                                         std::function<void(const std::string&)> tell) {
    return std::make_unique<RecordingSink>(std::move(path), keep, std::move(tell));
}

}  // namespace pa::store
