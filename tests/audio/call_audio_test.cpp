// What a recording has is what the phone played and heard.
#include "audio/call_audio.hpp"

#include <deque>
#include <functional>
#include <map>
#include <random>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "sim/phone.hpp"
#include "support/catch.hpp"

using namespace pa;
using audio::CallAudio;

namespace {

std::string sound(char tone, std::int64_t ms) {
    return base64_encode(std::string(static_cast<std::size_t>(ms * 8), tone));
}

struct Sides {
    std::string caller, agent;
};
Sides sides_of(const std::string& stereo) {
    Sides s;
    for (std::size_t i = 0; i + 1 < stereo.size(); i += 2)
        s.caller += stereo[i], s.agent += stereo[i + 1];
    return s;
}

struct Stretch {
    std::int64_t begin_ms, ms;
};
/// Where each tone is heard first, and how much of it.
std::map<char, Stretch> tones_of(const std::string& channel) {
    std::map<char, Stretch> out;
    std::map<char, std::int64_t> bytes;
    for (std::size_t i = 0; i < channel.size(); ++i) {
        if (channel[i] == audio::kSilence) continue;
        out.try_emplace(channel[i], Stretch{static_cast<std::int64_t>(i) / 8, 0});
        out[channel[i]].ms = ++bytes[channel[i]] / 8;
    }
    return out;
}

/// A phone behind a network with a delay and jitter, an agent that speaks in bursts and is cut off
/// now and then, and the recording made at the near end.
class Line {
public:
    Line(std::uint64_t seed, std::int64_t delay, std::int64_t jitter)
        : lot_(seed),
          delay_(delay),
          jitter_(jitter),
          phone_(call::TimePoint{}, call::milliseconds(delay)) {}

    void run(std::int64_t ms) {
        arrives(0, [this](std::int64_t at) { audio_.stream_started(at); });
        for (now_ = 0; now_ < ms; now_ += 5) {
            if (now_ > 0 && now_ % 20 == 0) frame();
            for (const auto& mark : phone_.poll(time(now_ + delay_)))
                if (!mark.name.empty()) returns(mark);
            deliver();
            if (now_ > delay_ + 50) agent();
            taken_ += audio_.take(at());
        }
        taken_ += audio_.take(at(), true);
    }
    [[nodiscard]] Sides recorded() const { return sides_of(taken_); }
    [[nodiscard]] sim::Phone::Recording truth() const { return phone_.recording(time(now_)); }

private:
    static call::TimePoint time(std::int64_t ms) { return call::TimePoint(call::milliseconds(ms)); }
    /// Of our clock, which began with the stream's start.
    [[nodiscard]] std::int64_t at() const { return std::max<std::int64_t>(0, now_ - began_); }
    [[nodiscard]] std::int64_t upto(std::int64_t most) {
        return most == 0 ? 0 : static_cast<std::int64_t>(lot_() % static_cast<std::uint64_t>(most));
    }

    void arrives(std::int64_t sent, std::function<void(std::int64_t)> what) {
        last_arrival_ = std::max(last_arrival_, sent + delay_ + upto(jitter_));
        inbox_.emplace_back(last_arrival_, std::move(what));
    }
    void deliver() {
        for (; !inbox_.empty() && inbox_.front().first <= now_; inbox_.pop_front()) {
            if (std::exchange(first_, false)) began_ = now_;
            inbox_.front().second(at());
        }
    }
    void frame() {
        const char tone = now_ / 1000 % 3 == 0 ? '\x11' : audio::kSilence;
        phone_.caller(std::string(160, tone), time(now_ - 20));
        if (now_ / 20 % 97 == 0) return;  // lost on the way
        arrives(now_, [this, tone, ts = now_ - 20](std::int64_t at) {
            audio_.caller(at, ts, sound(tone, 20));
        });
    }
    void returns(const sim::Phone::MarkReturn& mark) {
        const std::int64_t sent = call::ms_between(call::TimePoint{}, mark.at) - delay_;
        arrives(sent, [this, name = mark.name](std::int64_t at) { audio_.mark_played(at, name); });
    }

    void agent() {
        if (left_ms_ > 0 && now_ >= next_delta_) delta();
        if (left_ms_ == 0 && now_ >= next_burst_) {
            if (++tone_ == audio::kSilence || tone_ == '\x11') ++tone_;
            left_ms_ = 300 + upto(40) * 100;
            next_burst_ = now_ + 4500 + upto(3000);
            cut_at_ = upto(2) == 0 ? now_ + 50 + upto(2500) : 0;
        }
        if (cut_at_ != 0 && now_ >= cut_at_) {
            cut_at_ = left_ms_ = 0;
            phone_.clear(time(now_));
            audio_.cleared(at());
        }
    }
    void delta() {
        phone_.media(std::string(800, tone_), time(now_));
        audio_.agent_sent(at(), sound(tone_, 100));
        left_ms_ -= 100;
        if (++deltas_ % 2 == 0 || left_ms_ <= 0) {
            const std::string name = std::to_string(++marks_);
            phone_.mark(name, time(now_));
            audio_.mark_sent(name);
        }
        left_ms_ = std::max<std::int64_t>(0, left_ms_);
        next_delta_ = now_ + 10 + upto(60);
    }

    std::mt19937_64 lot_;
    std::int64_t delay_, jitter_;
    sim::Phone phone_;
    CallAudio audio_;
    std::string taken_;
    std::deque<std::pair<std::int64_t, std::function<void(std::int64_t)>>> inbox_;
    std::int64_t now_ = 0, began_ = 0, last_arrival_ = 0;
    bool first_ = true;
    char tone_ = '\x20';
    std::int64_t left_ms_ = 0, next_delta_ = 0, next_burst_ = 0, cut_at_ = 0;
    int deltas_ = 0, marks_ = 0;
};

}  // namespace

TEST_CASE("a recording has what the phone played, when it played it, and nothing that was cut") {
    for (std::int64_t delay : {0, 40, 150})
        for (std::int64_t jitter : {0, 30})
            for (std::uint64_t seed : {1U, 2U, 3U}) {
                INFO("seed " << seed << ", delay " << delay << ", jitter " << jitter);
                Line line(seed, delay, jitter);
                line.run(120'000);
                const auto truth = tones_of(line.truth().agent);
                const auto recorded = tones_of(line.recorded().agent);
                CHECK(truth.size() > 10);
                for (const auto& [tone, heard] : truth) {
                    if (heard.ms < 60) continue;  // hardly begun when it was cut
                    if (heard.begin_ms + heard.ms > 119'000) continue;  // the test ended in it
                    INFO("tone " << int(tone) << ": " << heard.ms << " ms at " << heard.begin_ms);
                    REQUIRE(recorded.count(tone) == 1);
                    const Stretch ours = recorded.at(tone);
                    CHECK(std::abs(ours.begin_ms - heard.begin_ms) <= 60 + jitter);
                    CHECK(std::abs(ours.ms - heard.ms) <= 60 + jitter);
                }
                // The caller is where the frames say, sample by sample, lost ones left out.
                const std::string said = line.truth().caller, kept = line.recorded().caller;
                std::size_t wrong = 0, lost = 0;
                for (std::size_t i = 0; i < std::min(said.size(), kept.size()); ++i) {
                    lost += said[i] != kept[i] && kept[i] == audio::kSilence ? 1 : 0;
                    wrong += said[i] != kept[i] && kept[i] != audio::kSilence ? 1 : 0;
                }
                CHECK(wrong == 0);
                CHECK(lost / 8 < 120'000 / 97 + 40);
                CHECK(kept.size() + 8 * 400 > said.size());
            }
}

TEST_CASE("nothing is kept before it may be, and the places stay") {
    CallAudio audio(false);
    std::string taken;
    for (std::int64_t t = 0; t < 1000; t += 20) {
        if (t == 500) audio.keep_from(t);
        audio.caller(t + 20, t, sound('\x11', 20));
        taken += audio.take(t + 20);
        if (t < 480) CHECK_FALSE(audio.kept());
    }
    taken += audio.take(1000, true);
    const std::string caller = sides_of(taken).caller;
    CHECK(audio.kept());
    CHECK(caller.size() == 8000);
    CHECK(caller.find('\x11') == 500 * 8);
    CHECK(caller.find(audio::kSilence, 500 * 8) == std::string::npos);
}

TEST_CASE("a second stream goes on behind the gap") {
    CallAudio audio;
    audio.stream_started(0);
    audio.caller(20, 0, sound('\x11', 20));
    audio.agent_sent(20, sound('\x22', 1000));
    audio.mark_sent("1");
    audio.stopped(220);
    audio.stream_started(3000);
    audio.caller(3020, 0, sound('\x12', 20));
    audio.agent_sent(3020, sound('\x23', 100));
    audio.mark_sent("2");
    audio.caller(3140, 120, sound('\x12', 20));
    audio.mark_played(3141, "2");
    const Sides s = sides_of(audio.take(3141, true));
    CHECK(s.caller.find('\x12') == 3000 * 8);
    auto tones = tones_of(s.agent);
    CHECK(tones['\x22'].ms == 200);  // the rest was not played any more
    CHECK(tones['\x23'].begin_ms >= 3020);
    CHECK(tones['\x23'].ms == 100);
}

TEST_CASE("a carrier that echoes no marks holds nothing for ever") {
    CallAudio audio;
    audio.stream_started(0);
    audio.agent_sent(0, sound('\x22', 1000));
    audio.mark_sent("1");
    std::string taken;
    for (std::int64_t t = 0; t < 20'000; t += 20) {
        audio.caller(t + 20, t, sound('\x11', 20));
        taken += audio.take(t + 20);
    }
    CHECK(taken.size() / 16 > 19'000);
    CHECK(tones_of(sides_of(taken).agent)['\x22'].ms == 1000);
}

TEST_CASE("timestamps and payloads that make no sense do no harm") {
    CallAudio audio;
    audio.stream_started(0);
    audio.caller(20, 9'000'000'000'000, sound('\x11', 20));
    audio.caller(40, 47LL * 3'600'000, sound('\x11', 20));
    audio.caller(60, -5, sound('\x11', 20));
    audio.caller(80, 60, "not base64!");
    audio.agent_sent(80, "=");
    audio.mark_played(90, "nobody's");
    CHECK(audio.take(100, true).size() < 16 * 200);
}
