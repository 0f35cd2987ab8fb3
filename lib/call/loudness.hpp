// Whether somebody speaks, from the loudness of their frames: good enough to tell a sentence from a
// cough while the service's turn detection has already heard something.
#pragma once

#include <cstdint>
#include <string_view>

#include "call/time.hpp"

namespace pa::call {

class Loudness {
public:
    void start() { *this = {}, on_ = true; }
    void stop() { on_ = false; }
    [[nodiscard]] bool running() const { return on_; }
    /// A frame of base64 u-law; what cannot be read is silence.
    void hear(std::string_view payload);
    /// How long it was loud since start(): within 18 dB of the loudest frame.
    [[nodiscard]] milliseconds voiced() const { return milliseconds(voiced_bytes_ / 8); }

private:
    bool on_ = false;
    std::int64_t loudest_ = 0, voiced_bytes_ = 0;
};

}  // namespace pa::call
