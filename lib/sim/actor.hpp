// What the simulated model says: the scenario's part for it, played to what it hears.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/clip_book.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

/// What a response is made from.
struct Cue {
    std::string purpose;             // metadata "purpose" of response.create
    std::string instructions;        // of response.create alone
    std::string message;             // the text item that was put in last, if nothing came after it
    std::vector<std::string> heard;  // clips in the caller's turns that nobody has answered yet
    bool caller_spoke = false;       // there is such a turn, whatever was in it
    bool function_returned = false;  // the last thing is the output of a function
    bool first = false;              // the model has said nothing yet
};

struct Line {
    std::vector<const Clip*> says;
    std::vector<FunctionScript> functions;
};

/// In this order: the clips of the purpose; after a function what the turn then says; the agent's
/// clip whose very text is in the instructions; the greeting, if nothing was said yet; the
/// scenario's turn for what was heard; "go-on", a clip that always fits.
class Actor {
public:
    Actor(const ModelScript& script, const ClipBook& book) : script_(script), book_(book) {
        used_.resize(script.turns.size());
    }
    [[nodiscard]] Line answer(const Cue& cue);
    /// The answer was never given (the response failed): its turn can be taken again.
    void take_back();

private:
    [[nodiscard]] Line clips(const std::vector<std::string>& ids) const;
    [[nodiscard]] const Clip* quoted(const std::string& instructions) const;
    [[nodiscard]] const TurnScript* turn_for(const Cue& cue);

    const ModelScript& script_;
    const ClipBook& book_;
    std::vector<bool> used_;
    std::optional<std::size_t> last_used_;
    const TurnScript* last_ = nullptr;  // the turn answered last
};

/// Errc::data if the scenario names a clip that is not in the book.
[[nodiscard]] Status check_clips(const Scenario& scenario, const ClipBook& book);

}  // namespace pa::sim
