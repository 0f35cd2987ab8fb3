#include "sim/actor.hpp"

#include <algorithm>

namespace pa::sim {
namespace {

const std::string always_fits = "go-on";
const std::vector<std::string> default_greeting = {"greet-morning"};

/// What a model would say when it is asked for no more than a purpose.
std::string usual_clip(const std::string& purpose) {
    if (purpose == "idle" || purpose == "nudge" || purpose == "silence") return "still-there";
    if (purpose == "goodbye") return "goodbye";
    if (purpose == "limit" || purpose == "budget") return "time-is-up";
    if (purpose == "resumed" || purpose == "reconnect") return "sorry-cut";
    return {};
}

}  // namespace

Line Actor::clips(const std::vector<std::string>& ids) const {
    Line line;
    for (const std::string& id : ids)
        if (const Clip* clip = book_.find(id)) line.says.push_back(clip);
    return line;
}

const Clip* Actor::quoted(const std::string& instructions) const {
    const Clip* longest = nullptr;
    for (const Clip& clip : book_.clips())
        if (clip.agent && instructions.find(clip.text) != std::string::npos &&
            (longest == nullptr || clip.text.size() > longest->text.size()))
            longest = &clip;
    return longest;
}

/// "text:WORDS" fits a text item with these words in it, anything else the clip of that id.
static bool fits(const TurnScript& turn, const Cue& cue) {
    if (turn.hears.starts_with("text:"))
        return cue.message.find(turn.hears.substr(5)) != std::string::npos;
    return std::find(cue.heard.begin(), cue.heard.end(), turn.hears) != cue.heard.end();
}

const TurnScript* Actor::turn_for(const Cue& cue) {
    const TurnScript* fallback = nullptr;
    for (std::size_t i = 0; i < script_.turns.size(); ++i) {
        const TurnScript& turn = script_.turns[i];
        if (!fits(turn, cue)) continue;
        fallback = &turn;
        if (used_[i]) continue;
        used_[i] = true;
        last_used_ = i;
        return &turn;
    }
    for (const TurnScript& turn : script_.turns)
        if (fallback == nullptr && turn.hears == "*") fallback = &turn;
    return fallback;
}

void Actor::take_back() {
    if (last_used_) used_[*last_used_] = false;
    last_used_.reset();
}

Line Actor::answer(const Cue& cue) {
    if (auto it = script_.purposes.find(cue.purpose); it != script_.purposes.end())
        return clips(it->second);
    if (cue.function_returned && last_ != nullptr && !last_->functions.empty())
        return clips(last_->then_says.empty() ? std::vector{always_fits} : last_->then_says);
    if (cue.purpose == "greeting" && !script_.greeting.empty()) return clips(script_.greeting);
    if (const Clip* clip = quoted(cue.instructions)) return {{clip}, {}};
    if (const Clip* clip = quoted(cue.message); clip != nullptr && !cue.caller_spoke)
        return {{clip}, {}};
    if (cue.purpose == "greeting" || (cue.first && !cue.caller_spoke))
        return clips(script_.greeting.empty() ? default_greeting : script_.greeting);
    if (std::string usual = usual_clip(cue.purpose); !usual.empty()) return clips({usual});
    last_used_.reset();
    last_ = turn_for(cue);
    if (last_ == nullptr) return clips({always_fits});
    Line line = clips(last_->says);
    line.functions = last_->functions;
    return line;
}

Status check_clips(const Scenario& scenario, const ClipBook& book) {
    std::vector<std::string> named = scenario.model.greeting;
    auto add = [&](const std::vector<std::string>& ids) {
        named.insert(named.end(), ids.begin(), ids.end());
    };
    for (const auto& [purpose, ids] : scenario.model.purposes) add(ids);
    for (const TurnScript& turn : scenario.model.turns) {
        add(turn.says), add(turn.then_says);
        if (turn.hears != "*" && !turn.hears.starts_with("text:")) named.push_back(turn.hears);
    }
    for (const CallerStep& step : scenario.caller.script)
        if (!step.say.empty()) named.push_back(step.say);
    for (const ExtractionScript& found : scenario.extraction)
        if (!found.clip.empty()) named.push_back(found.clip);
    for (const std::string& id : named)
        if (book.find(id) == nullptr)
            return Error{Errc::data,
                         scenario.file + ": there is no clip \"" + id + "\" in clips.json"};
    return Done{};
}

}  // namespace pa::sim
