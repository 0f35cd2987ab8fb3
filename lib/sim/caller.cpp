#include "sim/caller.hpp"

#include "audio/g711.hpp"

namespace pa::sim {

namespace {

using call::milliseconds;

constexpr milliseconds kTick{20};
constexpr milliseconds kSpeechPause{700};  // a shorter pause does not end what the agent says
constexpr milliseconds kKeyGap{250};       // between two keys, as a person presses them

}  // namespace

Caller::Caller(CallerScript script, Clips clips, std::uint64_t seed)
    : script_(std::move(script)),
      clips_(std::move(clips)),
      lot_(static_cast<std::uint32_t>(seed)) {}

void Caller::answered(call::TimePoint now) { next_ = answered_ = waiting_since_ = now; }

Caller::Output Caller::tick(bool agent_audible) {
    Output out;
    now_ = *next_;
    next_ = now_ + kTick;
    listen(agent_audible);
    if (!finished() && !begun_ && holds(script_.script[step_])) {
        begun_ = now_;
        said_ = 0;
    }
    if (begun_) go_on(script_.script[step_], out);
    fill(out);
    if (out.hang_up) next_.reset();
    return out;
}

void Caller::listen(bool agent_audible) {
    if (!agent_audible) return;
    if (!heard_ever_ || now_ - last_heard_ > kSpeechPause) speech_began_ = now_;
    last_heard_ = now_;
    heard_ever_ = true;
    if (!begun_) heard_since_step_ = true;
}

bool Caller::holds(const CallerStep& step) const {
    const milliseconds after(step.after_ms);
    if (now_ - waiting_since_ >= milliseconds(step.at_most_ms) && step.when != "then") return true;
    if (step.when == "answered") return now_ - answered_ >= after;
    if (step.when == "agent-speaking")
        return heard_since_step_ && last_heard_ == now_ && now_ - speech_began_ >= after;
    if (step.when == "agent-silent") return heard_since_step_ && now_ - last_heard_ >= after;
    return now_ - waiting_since_ >= after;
}

void Caller::go_on(const CallerStep& step, Output& out) {
    if (step.hang_up) {
        out.hang_up = true;
        return step_over();
    }
    if (!step.key.empty()) {
        if (now_ - *begun_ >= kKeyGap * static_cast<int>(said_)) out.key = step.key[said_++];
        if (said_ == step.key.size()) step_over();
        return;
    }
    if (step.say.empty()) {
        if (now_ - *begun_ >= milliseconds(step.silence_ms)) step_over();
        return;
    }
    const auto clip = clips_(step.say);
    if (said_ == 0) out.began = step.say;
    out.frame = clip.substr(std::min(said_, clip.size()), audio::kFrameBytes);
    said_ += audio::kFrameBytes;
    if (said_ < clip.size()) return;
    out.ended = step.say;
    step_over();
}

void Caller::step_over() {
    ++step_;
    begun_.reset();
    waiting_since_ = now_ + kTick;
    heard_since_step_ = false;
}

void Caller::fill(Output& out) {
    std::uniform_real_distribution<double> level(-script_.noise, script_.noise);
    while (out.frame.size() < audio::kFrameBytes) {
        out.frame += script_.noise > 0
                         ? audio::mulaw_of(static_cast<std::int16_t>(level(lot_) * 32767))
                         : audio::kSilence;
    }
    out.lost = script_.loss > 0 && std::uniform_real_distribution<double>()(lot_) < script_.loss;
}

}  // namespace pa::sim
