// Voice activity of the simulated server: server_vad by the energy of the audio that was appended.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pa::sim {

/// Speech that began or ended, in ms of appended audio: stream time, whatever the clock says.
struct SpeechEdge {
    bool started = false;
    std::int64_t at_ms = 0;  // start: less the prefix padding; end: with the silence that ended it
};

/// Looks at whole windows of 20 ms; what does not fill one waits for the next append.
class Vad {
public:
    struct Settings {
        double threshold = 0.5;  // [0-1] each 0.1 is 4 dB around the floor
        int prefix_ms = 300, silence_ms = 500;
        double floor_db = -45;
        int min_speech_ms = 60;
    };
    void set(const Settings& settings) { settings_ = settings; }
    /// Forgets speech under way; stream time goes on.
    void reset();
    void append(std::string_view mulaw, std::vector<SpeechEdge>& edges);
    [[nodiscard]] bool speaking() const { return speaking_; }
    [[nodiscard]] std::int64_t position_ms() const { return position_ms_; }

private:
    void window(bool loud, std::vector<SpeechEdge>& edges);

    Settings settings_;
    std::string rest_;                         // less than a window
    std::int64_t position_ms_ = 0;             // of the windows seen
    std::int64_t loud_ms_ = 0, quiet_ms_ = 0;  // at the end of them
    std::int64_t last_end_ms_ = 0;             // no padding reaches back into the turn before
    bool speaking_ = false;
};

}  // namespace pa::sim
