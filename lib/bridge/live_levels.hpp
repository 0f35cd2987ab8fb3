// How loud both voices of a call are, for somebody who watches. While nobody does, a frame costs a
// comparison; while somebody does, it costs eight samples of it.
#pragma once

#include <deque>
#include <string_view>

#include "call/time.hpp"

namespace pa::bridge {

class LiveLevels {
public:
    static constexpr int silent_db = -100;
    /// Who has looked is taken to look on for so long.
    static constexpr std::chrono::seconds watched{3};

    /// The loudest since the last look, in dB of full scale.
    struct Levels {
        int caller_db = silent_db, agent_db = silent_db;
    };
    [[nodiscard]] Levels look(call::TimePoint now);

    // Payloads are base64 u-law. The agent's comes faster than it is played: its level is shown
    // when it is heard.
    void heard(std::string_view payload, call::TimePoint now) {
        if (now < until_) take_caller(payload);
    }
    void said(std::string_view payload, call::TimePoint now);
    void cleared(call::TimePoint now);

private:
    struct Block {
        call::TimePoint from;
        int level;  // of linear 16-bit samples
    };
    void take_caller(std::string_view payload);
    call::TimePoint until_{}, played_to_{};
    int caller_ = 0;
    std::deque<Block> agent_;  // to be heard
};

}  // namespace pa::bridge
