// How loud both voices of a call are, for somebody who watches. While nobody does, a frame costs a
// comparison; while somebody does, it costs eight samples of it.
#pragma once

#include <string_view>
#include <vector>

#include "call/time.hpp"

namespace pa::bridge {

class LiveLevels {
public:
    static constexpr int silent_db = -100;
    /// Who has looked is taken to look on for so long.
    static constexpr std::chrono::seconds watched{3};

    /// Of which the loudest is shown: whoever looks twice a second misses little.
    static constexpr std::chrono::milliseconds window{450};

    /// The loudest lately, in dB of full scale; the same for all who look.
    struct Levels {
        int caller_db = silent_db, agent_db = silent_db;
    };
    [[nodiscard]] Levels look(call::TimePoint now);

    // Payloads are base64 u-law. The agent's comes faster than it is played: its level is shown
    // when it is heard.
    void heard(std::string_view payload, call::TimePoint now) {
        if (now < until_) take_caller(payload, now);
    }
    void said(std::string_view payload, call::TimePoint now);
    void cleared(call::TimePoint now);

private:
    struct Block {
        call::TimePoint from;
        int level;  // of linear 16-bit samples
    };
    void take_caller(std::string_view payload, call::TimePoint now);
    call::TimePoint until_{}, played_to_{};
    Block caller_{};            // the loudest frame lately
    std::vector<Block> agent_;  // heard lately, and to be heard
};

}  // namespace pa::bridge
