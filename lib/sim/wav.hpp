// WAV files of telephone audio: what a simulated call sounded like, and what is fed into one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::sim {

/// A stereo file of 16-bit PCM at 8 kHz from two u-law channels of one length.
[[nodiscard]] std::string stereo_wav(std::string_view left, std::string_view right);

/// The u-law audio of a mono WAV file at 8 kHz, 16-bit PCM or u-law; bytes that are no WAV file are
/// taken as raw u-law. Errc::data tells what another rate, width or number of channels must become.
[[nodiscard]] Result<std::string> mulaw_of(std::string_view file);

}  // namespace pa::sim
