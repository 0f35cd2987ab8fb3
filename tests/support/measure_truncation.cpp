#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "support/call_rig.hpp"
#include "support/measures.hpp"

namespace pa::test {
namespace {

using namespace call;

class Conversation {
public:
    Conversation(std::uint64_t seed, milliseconds delay, Truncation& figures)
        : lot_(seed), delay_(delay), figures_(figures), rig_(config(), delay) {
        rig_.line_sends = false;
    }

    void run() {
        rig_.connect();
        rig_.run(2 * delay_);
        respond("greeting");
        const int turns = any(2, 5);
        for (int i = 0; i < turns; ++i) {
            take_the_word();
            rig_.commits("u" + std::to_string(turn_));
            rig_.hears("u" + std::to_string(turn_), "say on");
            respond("");
        }
        rig_.run(milliseconds(any(0, 3000)));
        rig_.hang_up();
        ++figures_.calls;
    }

private:
    static SessionConfig config() {
        SessionConfig config = quiet_config();
        config.media_stall = std::chrono::hours(1);
        return config;
    }

    int any(int from, int to) { return std::uniform_int_distribution<int>(from, to)(lot_); }

    /// One to three items whose deltas arrive at their own pace: mostly faster than they are
    /// played, at times slower, at times with a hole.
    void respond(std::string_view purpose) {
        response_ = "r" + std::to_string(++responses_);
        rig_.response_starts(response_, purpose);
        milliseconds due(any(0, 200));
        const int items = any(1, 3), pace = any(5, 120);  // percent of real time
        const int least = any(20, 200), most = least + any(0, 300);
        for (int i = 0; i < items; ++i) {
            std::string item = "a" + std::to_string(++items_);
            rig_.at(due, [this, item, r = response_] { rig_.item_starts(r, item); });
            for (int left = any(100, 4000); left > 0;) {
                const int ms = std::min(left, any(least, most));
                left -= ms;
                rig_.at(due, [this, item, ms, r = response_] { deliver(r, item, ms); });
                due += milliseconds(ms * pace / 100 + (any(0, 19) == 0 ? any(0, 400) : 0));
            }
            rig_.at(due, [this, item, r = response_] { rig_.audio_done(r, item); });
        }
        done_ = false;
        rig_.at(due, [this, r = response_] {
            if (r != response_ || done_) return;
            done_ = true;
            rig_.response_done(r);
        });
        rig_.run(milliseconds(any(0, 7000)));
    }

    void deliver(const std::string& response, const std::string& item, int ms) {
        // After a cancellation a little more is on its way, then nothing.
        if (response != response_ || (done_ && late_-- <= 0)) return;
        received_ms_[item] += ms;
        rig_.audio(response, item, ms);
    }

    /// The caller speaks, and the books are compared with the phone.
    void take_the_word() {
        const auto clears = rig_.phone.clears().size();
        rig_.forget();
        rig_.speech_starts("u" + std::to_string(++turn_));
        if (!done_) {
            late_ = any(0, 3);
            done_ = true;
        }
        const bool cleared = rig_.count<ClearPlayback>() > 0;
        rig_.run(delay_);  // the clear takes effect
        if (rig_.phone.clears().size() != clears + (cleared ? 1 : 0)) ++figures_.unclear;
        for (const Truncate& t : rig_.all<Truncate>()) compare(t);
        if (cleared) ++figures_.interruptions;
        rig_.run(milliseconds(any(300, 2000)));
        rig_.speech_stops("u" + std::to_string(turn_));
        rig_.response_done(response_, "cancelled", "turn_detected");
    }

    void compare(const Truncate& t) {
        const auto truth = rig_.phone.played(t.item_id, rig_.now()) / 8;
        figures_.differences.push_back(t.audio_end_ms - truth);
        if (t.audio_end_ms > received_ms_[t.item_id]) ++figures_.beyond_sent;
    }

    std::mt19937_64 lot_;
    milliseconds delay_;
    Truncation& figures_;
    CallRig rig_;
    int responses_ = 0, items_ = 0, turn_ = 0, late_ = 0;
    bool done_ = false;
    std::string response_;
    std::map<std::string, std::int64_t> received_ms_;
};

}  // namespace

std::int64_t percentile(std::vector<std::int64_t> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::vector<std::int64_t> absolute(std::vector<std::int64_t> values) {
    for (auto& v : values) v = std::abs(v);
    return values;
}

Truncation measure_truncation(std::uint64_t seed, int calls, milliseconds one_way) {
    Truncation figures;
    for (int i = 0; i < calls; ++i)
        Conversation(seed + static_cast<std::uint64_t>(i), one_way, figures).run();
    return figures;
}

}  // namespace pa::test
