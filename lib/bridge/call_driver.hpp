// The driver of one call: what the legs say becomes events, what the session wants becomes sends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/shared_text.hpp"
#include "base/shared_value.hpp"
#include "bridge/call_tapes.hpp"
#include "bridge/functions.hpp"
#include "bridge/live_levels.hpp"
#include "bridge/media_socket.hpp"
#include "bridge/milestones.hpp"
#include "bridge/model_leg.hpp"
#include "call/session.hpp"
#include "openai/session.hpp"
#include "store/call_log.hpp"

namespace pa::bridge {

/// What is known of a call beforehand and needed to its end.
struct CallTerms {
    store::CallMeta meta;
    SharedText owner_instructions;       // in place of model.instructions once the PIN was given
    SharedText machine_instructions;     // while a machine listens
    std::optional<double> budget_usd;    // of this call alone, see CallHost::spent()
    std::vector<std::string> questions;  // requests whose times the prompt asks about
};

/// Everything a call is made of before it begins; see briefing.hpp.
struct CallSetup : CallTerms {
    call::SessionConfig session;
    openai::SessionSettings model;
    ModelLeg::Setup connect;
    FunctionList functions;             // that may be run, once the other side is the owner
    std::vector<std::string> warnings;  // for people, about files of the agent
    CallTapes::Wish tapes;
};

/// What the service has counted, in money, as far as its prices are known.
[[nodiscard]] store::CallCost cost_of(const store::CallMeta& meta, const call::Usage& usage);

/// What the driver needs of the world around it. All on the loop's thread.
class CallHost {
public:
    [[nodiscard]] virtual net::EventLoop& loop() = 0;
    [[nodiscard]] virtual WireTools& tools() = 0;
    [[nodiscard]] virtual RetiredLegs& retired_legs() = 0;
    [[nodiscard]] virtual store::TapeWriter& tape_writer() = 0;
    virtual void journal_start(const store::CallMeta& meta) = 0;
    virtual void journal_keep(const store::CallMeta& meta, const call::Session& session,
                              call::Keep fact) = 0;
    /// What the call has cost so far. False: a budget that it shares with others is used up.
    virtual bool spent(const store::CallMeta& meta, double usd) = 0;
    /// From the message that told of the caller's voice to the sent `clear`.
    virtual void interrupted(std::chrono::nanoseconds took) = 0;
    virtual void complete_call(const std::string& call_sid) = 0;
    /// Asks the carrier to put the call through; TransferEnded comes later, once.
    virtual void put_through(const store::CallMeta& meta, const call::Transfer& wish) = 0;
    /// Runs it away from the loop; function_returned() comes later, once.
    virtual void run_function(FunctionRun run) = 0;
    /// Gives a function's result to the call of that SID, if it still runs.
    virtual void function_returned(const std::string& call_sid, const std::string& call_id,
                                   const std::string& output, bool ok) = 0;
    /// Tells the call of that SID, if it still runs, what its model made of an answer.
    virtual void answer_given(const std::string& call_sid, const std::string& call_id, bool yes,
                              const std::string& words) = 0;
    /// The call is over; the driver is deleted soon, not before this returns.
    virtual void call_finished(CallDriver& call) = 0;

protected:
    ~CallHost() = default;
};

class CallDriver final : public ModelListener {
public:
    CallDriver(CallHost& host, CallSetup setup);
    ~CallDriver();

    /// Asks for the model's leg.
    void begin();
    /// The same, of a call that a process before us left in the middle with that record.
    void take_up(call::Record earlier);
    /// Something that has happened now.
    void feed(const call::Event& event);
    /// A message. `at`: when it was read, never before the time of an earlier feed(). `more_waits`:
    /// more has come together with it. Audio may then be put off, to be joined with what comes
    /// behind it, until all_told() or what is fed without.
    void feed(const call::Event& event, net::TimePoint at, bool more_waits);
    void all_told() override { send_joined(); }
    /// Told before messages of the carrier too.
    void comes_soon() const override;
    void model_event(const call::Event& event, net::TimePoint at, bool more_waits) override;

    /// A stream with a valid token: it becomes the call's. One that was there before is let go.
    void attach(MediaSocket& socket, net::WsPeer& peer, const call::Event& started);
    void media_closed(MediaSocket& socket, std::uint16_t code, std::string_view reason);

    /// Of a call that was prepared before the carrier told its numbers.
    void learn_numbers(std::string from, std::string to);
    /// What the carrier tells about the call goes here too.
    [[nodiscard]] Milestones& milestones() { return milestones_; }
    [[nodiscard]] const store::CallMeta& meta() const { return setup_.meta; }
    [[nodiscard]] const call::Session& session() const { return session_; }
    [[nodiscard]] double cost_so_far() const;
    [[nodiscard]] LiveLevels& levels() { return levels_; }
    /// Waiting to be sent, on both legs.
    [[nodiscard]] std::size_t queued_bytes() const;
    /// Of the prompt, if the owner was there to be asked.
    [[nodiscard]] std::vector<std::string> asked_questions() const;
    /// The finished log, with the costs as far as they are known.
    [[nodiscard]] store::CallLog log() const;
    /// What is kept besides the log, if anything is; for call_finished() to close.
    [[nodiscard]] std::unique_ptr<CallTapes> take_tapes() { return std::move(tapes_); }

    /// Whether this token may open its stream: of a call that was taken up from a bridge that died
    /// only those that were given since, for nobody remembers which of the others were used.
    [[nodiscard]] bool expects(std::string_view token) const;

    std::string first_token;        // of its first stream; the same for a repeated webhook
    int resumes = 0;                // streams given after the first
    std::string resuming_twiml;     // the answer that gave the last of them,
    net::TimePoint resuming_until;  // the same until then, or until the stream is there

private:
    void handle(const call::Event& event, net::TimePoint at, bool more_waits);
    void trace_begins(std::optional<trace::Header::Earlier> earlier);
    void start();
    void carry_out();
    template <class Send>
    void join(JoinedAudio& with, std::string_view payload, Send send);
    void send_joined();
    void send_media(std::string_view payload);
    void send_append(std::string_view payload);
    void perform(const call::AppendAudio& a);
    void perform(const call::OpenModel&);
    void perform(const call::ConfigureSession& a);
    void perform(const call::CloseModel&);
    void perform(const call::PlayAudio& a);
    void perform(const call::SendMark& a);
    void perform(const call::ClearPlayback&);
    void perform(const call::CompleteCall&);
    void perform(const call::Transfer& a);
    void perform(const call::CloseStream&);
    void perform(const call::OwnerProved&);
    void perform(const call::ForMachine& a);
    void perform(const call::RunFunction& a);
    [[nodiscard]] std::string keys() const;
    void refuse(const call::RunFunction& a, std::string_view why);
    void read_answer(const call::RunFunction& a);
    void perform(const call::Keep& a);
    void perform(const call::Finished&);
    template <class A>
    void perform(const A& to_model) {
        if (model_) model_->perform(to_model);
    }
    void check_budget(const call::Event& event);

    CallHost& host_;
    /// Needed to the end too, and the same in most calls of an agent.
    struct ModelTerms {
        openai::SessionSettings settings;  // but for the instructions
        ModelLeg::Setup connect;
        bool operator==(const ModelTerms&) const = default;
    };
    CallTerms setup_;
    SharedText instructions_;
    Shared<ModelTerms> terms_;
    Shared<FunctionList> functions_;
    const net::TimePoint made_;
    call::Session session_;
    Milestones milestones_;
    LiveLevels levels_;
    std::unique_ptr<CallTapes> tapes_;  // null: only the log is kept
    /// The loop's: its calls have their events one after the other, each carried out at once.
    std::vector<call::Action>& actions_;
    net::Timer timer_;
    std::optional<net::TimePoint> armed_;
    std::unique_ptr<ModelLeg> model_;
    MediaSocket* media_ = nullptr;
    net::WsPeer* carrier_ = nullptr;
    bool more_waits_ = false;  // behind what is being fed
    bool budget_used_ = false;
    bool for_machine_ = false;  // the machine's instructions are in force
    bool taken_up_ = false;
};

}  // namespace pa::bridge
