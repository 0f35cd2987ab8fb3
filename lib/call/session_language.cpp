// The agent's language: what it says in another one is counted, and set right once.
#include <fmt/format.h>

#include "call/script.hpp"
#include "call/session.hpp"

namespace pa::call {

void Session::check_language(std::string_view said, Actions& out) {
    const auto share = script_share(said, config_->language);
    if (!share || *share >= least_script_share) return;
    happen("wrong-language", fmt::format("{:.0f} % {}", *share * 100, config_->language), out);
    drifted_ = true;
}

/// Behind the answer that drifted. Who asked for the other language, and drifts again, may have it.
void Session::mend_language(bool heard, Actions& out) {
    if (!drifted_ || language_mended_ || config_->wrong_language.empty()) return;
    language_mended_ = true;
    tell("system", std::string(config_->wrong_language), out);  // it stays in the conversation
    // Where somebody else has the word, the next answer will be right.
    if (heard && !caller_speaking_ && !commit_due_ && !response_due_) respond({}, "language", out);
}

}  // namespace pa::call
