// The recording of a call as a page shows it: two voices, left the caller, right the agent.
#pragma once

#include <string>

#include "base/result.hpp"

namespace pa::report {

struct Recording {
    std::string mulaw;  // 8 kHz, two channels in turn: caller, agent
    [[nodiscard]] std::int64_t duration_ms() const {
        return static_cast<std::int64_t>(mulaw.size()) / 16;
    }
};

/// A stereo WAV file at 8 kHz, u-law or 16-bit PCM. Errc::data for any other, Errc::io for one that
/// cannot be read or is larger than `limit` bytes; both name it.
[[nodiscard]] Result<Recording> load_recording(const std::string& path, std::size_t limit);

/// One channel (0 or 1) in `buckets` equal parts: the loudest sample of each as a byte, 255 the
/// loudest there is.
[[nodiscard]] std::string peaks(const Recording& recording, int channel, std::size_t buckets);

}  // namespace pa::report
