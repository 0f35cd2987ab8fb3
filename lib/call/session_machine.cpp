// When detection says that a machine has answered. For a person nothing of this is ever waited for:
// the result comes while the conversation runs.
#include <algorithm>

#include "base/base64.hpp"
#include "call/session.hpp"

namespace pa::call {
namespace {

// Twilio gives its word within 30 s of the answer (MachineDetectionTimeout); some is for the way.
constexpr std::int64_t detection_ms = 45'000;

}  // namespace

Session::Next Session::any(const AnsweredBy& e, Actions& out) {
    if (record_.answered_by != "machine" || machine_) return {};
    machine_ = true;
    happen("machine", std::string(e.who), out);
    withdraw_answer(out);
    const bool hang = config_->on_machine == OnMachine::hang_up || e.who == "fax";
    if (auto* leaving = std::get_if<Leaving>(&state_)) {
        bool over = leaving->completed || leaving->over;
        // A goodbye may sum up what the call was about: only a message may do that.
        return over || (config_->on_machine == OnMachine::message && !hang)
                   ? Next{}
                   : hang_up(ended_by_, out);
    }
    if (hang) return hang_up(EndedBy::agent, out);
    if (config_->on_machine == OnMachine::talk) return be_discreet(out);
    message_due_ = true;
    return leave_message(out);
}

/// A machine may be listening whose message the carrier waits to end, and then we speak.
bool Session::detecting() const {
    return config_->on_machine == OnMachine::message && record_.answered_by.empty() &&
           at() < detection_ms;
}

/// The beep was heard. What was said to the announcement is nothing that anybody will hear, and
/// what the line still carries of it must not interrupt the message.
Session::Next Session::leave_message(Actions& out) {
    hush(out);
    if (!stream_up_ || model_ != ModelLeg::ready) return {};  // as soon as both are there
    message_due_ = false;
    interruption_ = Interruption::off;
    out.push_back(ForMachine{true});
    configure(out);
    farewell(EndedBy::agent, config_->machine_message, "message", out);
    Leaving leaving;
    leaving.message = true;
    return leaving;
}

/// The talk goes on, but not about the matter: the instructions that know it are taken away, and
/// whatever came of them.
Session::Next Session::be_discreet(Actions& out) {
    hush(out);
    discreet_ = true;
    out.push_back(ForMachine{true});
    if (model_ == ModelLeg::ready || model_ == ModelLeg::configuring) {
        discretion_due_ = true;
        configure(out);
    }
    bool another = caller_speaking_ || commit_due_ || response_due_;
    if (stream_up_ && !another) respond({}, "machine", out);
    return {};
}

/// Machines press no keys.
void Session::person_proved(Actions& out) {
    discreet_ = discretion_due_ = false;
    happen("person", "a key was pressed", out);
    out.push_back(ForMachine{false});
    if (model_ == ModelLeg::ready || model_ == ModelLeg::configuring) configure(out);
    tell("system", "A person has pressed a key: this is no machine. Begin with why you call.", out);
}

/// What the events of an earlier process tell of who answered and what they affirmed.
void Session::recall_events(Actions& out) {
    for (const Happening& h : record_.events) {
        if (h.what == "machine") machine_ = discreet_ = true;
        if (h.what == "person") discreet_ = false;
        recall_operator(h);
        const bool no = h.what == "not acknowledged" || h.what == "acknowledgement withdrawn";
        if (!no && h.what != "acknowledged") continue;
        record_.acknowledged = !no;
        record_.evidence = h.detail;
    }
    if (machine_) record_.answered_by = "machine";
    if (machine_ && config_->on_machine == OnMachine::message) {
        discreet_ = false;
        message_due_ = true;  // anew: whoever listens later hears it whole
    }
    if (discreet_) out.push_back(ForMachine{true});
}

/// The agent falls silent: nothing of what it says, makes or wanted to say will be heard.
void Session::hush(Actions& out) {
    wanted_.clear();
    again_.reset();
    guard_.stop();
    if (asked_) asked_cut_ = true;
    if (!active_response_.empty() && !discarded(active_response_)) {
        discarded_response_ = active_response_;
        if (model_ == ModelLeg::ready) out.push_back(CancelResponse{});
    }
    drop_held();
    if (stream_up_ && playback_.playing(now_)) out.push_back(ClearPlayback{});
    cut_playback(Truncating::yes, out);
}

/// Said and never heard.
void Session::drop_held() {
    for (const Held& h : held_)
        transcript_.agent_dropped(h.item_id,
                                  static_cast<std::int64_t>(base64_decoded_size(h.payload)), at());
    held_.clear();
    held_complete_ = false;
}

}  // namespace pa::call
