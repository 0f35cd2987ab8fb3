#include "sim/softphone.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "audio/g711.hpp"
#include "sim/wav.hpp"

namespace pa::sim {

namespace {

constexpr std::size_t kAhead = 2 * 8000;      // [bytes] read before they are needed
constexpr std::size_t kMaxFile = 64U << 20U;  // a WAV file is read whole
constexpr auto kTick = std::chrono::milliseconds(20);

bool readable(int fd) {
    pollfd p{fd, POLLIN, 0};
    return poll(&p, 1, 0) > 0;
}

}  // namespace

void Softphone::answered(call::TimePoint now) { next_ = last_heard_ = now; }

Caller::Output Softphone::tick(bool agent_audible) {
    const auto now = *next_;
    next_ = now + kTick;
    if (agent_audible) last_heard_ = now;
    read();
    Caller::Output out;
    if (ended_ && !waiting_.empty()) last_heard_ = now;  // still speaking
    out.frame = frame();
    out.hang_up = reader_gone_ || (ended_ && waiting_.empty() && now - last_heard_ >= linger_);
    if (out.hang_up) next_.reset();
    return out;
}

void Softphone::read() {
    char bytes[4096];
    const std::size_t limit = is_wav_ || !header_known_ ? kMaxFile : kAhead;
    while (!ended_ && waiting_.size() < limit && readable(in_)) {
        const auto n = ::read(in_, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0)
            ended_ = true;
        else
            waiting_.append(bytes, static_cast<std::size_t>(n));
        take_header();
        if (header_known_ && !is_wav_ && waiting_.size() >= kAhead) return;
    }
}

/// A WAV file is turned into u-law when it is whole; anything else is u-law already.
void Softphone::take_header() {
    if (!header_known_ && (waiting_.size() >= 4 || ended_)) {
        header_known_ = true;
        is_wav_ = waiting_.starts_with("RIFF");
    }
    if (!is_wav_ || !ended_) return;
    waiting_ = mulaw_of(waiting_).value_or("");
    is_wav_ = false;
}

std::string Softphone::frame() {
    std::string frame;
    if (header_known_ && !is_wav_) {
        frame = waiting_.substr(0, audio::kFrameBytes);
        waiting_.erase(0, frame.size());
    }
    frame.resize(audio::kFrameBytes, audio::kSilence);
    return frame;
}

void Softphone::hear(std::string_view audio) {
    while (!audio.empty() && !reader_gone_) {
        const auto n = ::write(out_, audio.data(), audio.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) reader_gone_ = errno != EAGAIN;
        if (n <= 0) return;
        audio.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace pa::sim
