// A worker: holds the calls of one loop. Which ones, their SIDs tell [routing.hpp].
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bridge/briefing.hpp"
#include "bridge/call_driver.hpp"
#include "bridge/call_states.hpp"
#include "bridge/commons.hpp"
#include "bridge/left_behind.hpp"
#include "bridge/metrics.hpp"
#include "bridge/routing.hpp"
#include "bridge/stream_tokens.hpp"
#include "bridge/taken_line.hpp"
#include "cli/line_limit.hpp"
#include "net/http.hpp"
#include "net/server.hpp"
#include "store/journal.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {

/// What a worker cannot do alone. From the thread of worker `by`; it is done later, or now if that
/// is the front desk's thread.
class WorkerHost {
public:
    /// Another bridge of this agent, before us or after us, may know what we do not.
    [[nodiscard]] virtual bool leads(Question::Way way) const = 0;
    /// A stream for a call of another worker.
    virtual void move_stream(std::size_t by, std::size_t to, Fd fd, std::string bytes,
                             Question::Way way) = 0;
    /// A stream that another bridge may know.
    virtual void give_stream(std::size_t by, Fd fd, std::string bytes, Question::Way way) = 0;
    /// How a call has ended, for a bridge that comes after us.
    virtual void tell_state(std::size_t by, const std::string& call_sid,
                            const CallState& state) = 0;

protected:
    ~WorkerHost() = default;
};

/// All on the loop's thread.
class Worker final : public CallHost, public StreamGate {
public:
    /// The worker `number`, from 0, of `all`. What is borrowed outlives it.
    Worker(std::size_t number, std::size_t all, net::EventLoop& loop, Commons& commons,
           WorkerHost& host);
    ~Worker();

    /// The public base that Twilio knows, "" while there is none.
    void set_public_base(std::string base) { public_base_ = std::move(base); }
    /// A call of ours that a process before us left in the middle: taken up when the carrier asks
    /// for it, or ended.
    void adopt(store::Leftover leftover);
    /// No new calls; those that run may go on.
    void take_no_more() { draining_ = true; }
    /// Says goodbye on every running call.
    void end_all(std::string_view reason);
    /// There is something to be brought to its end.
    [[nodiscard]] bool busy();
    /// See HttpPool::finish().
    [[nodiscard]] std::size_t finish_requests(net::TimePoint until) { return http_.finish(until); }

    /// The call is known here, now or lately.
    [[nodiscard]] bool ours(std::string_view call_sid) const;
    void learned(const std::string& call_sid, const CallState& state);
    [[nodiscard]] const CallStates& states() const { return states_; }
    /// A signed webhook about a call of ours.
    void answer_carrier(std::string_view path, const Form& form, const net::Responder& responder);
    /// A WebSocket whose first bytes are a `start`.
    void take_stream(Fd fd, std::string bytes, Question::Way way);
    [[nodiscard]] std::size_t waiting_sockets() const {
        return static_cast<std::size_t>(waiting_sockets_);
    }
    /// pa-dial follows that call, and may have bound a dial to it: then the model's session is
    /// opened while the phone rings, and may say its greeting already.
    void expect(const std::string& call_sid, bool with_dial);

    // --- what an operator asks ---
    [[nodiscard]] std::size_t calls() const { return calls_.size(); }
    [[nodiscard]] std::string calls_json() const;  // an array
    /// The state of one call.
    void answer_call(std::string_view call_sid, const net::Responder& responder);
    /// What has been said so far in a running call; of one that is over the log tells.
    [[nodiscard]] std::string lines_json(std::string_view call_sid);
    struct Live {
        std::string calls, talk;  // an array; of the call that is looked at, or ""
    };
    /// For the live page: it is known then that somebody looks.
    [[nodiscard]] Live live(std::string_view call_sid, std::size_t known);
    [[nodiscard]] Figures figures();
    [[nodiscard]] Meant meant(std::string_view name) const;
    /// A command on a call: "say", "hangup"; its details as JSON.
    void command(const std::string& call_sid, std::string_view what, std::string_view details,
                 const net::Responder& responder);

    // --- CallHost, StreamGate ---
    net::EventLoop& loop() override { return loop_; }
    WireTools& tools() override { return tools_; }
    RetiredLegs& retired_legs() override { return retired_; }
    store::TapeWriter& tape_writer() override { return tapes_; }
    void journal_start(const store::CallMeta& meta) override;
    void journal_keep(const store::CallMeta& meta, const call::Session& session,
                      call::Keep fact) override;
    bool spent(const store::CallMeta& meta, double usd) override {
        return commons_.spending.spent(meta, usd);
    }
    void interrupted(std::chrono::nanoseconds took) override { metrics_.interruptions.add(took); }
    void complete_call(const std::string& call_sid) override;
    void put_through(const store::CallMeta& meta, const call::Transfer& wish) override;
    void run_function(FunctionRun run) override;
    void function_returned(const std::string& call_sid, const std::string& call_id,
                           const std::string& output, bool ok) override;
    void answer_given(const std::string& call_sid, const std::string& call_id, bool yes,
                      const std::string& words) override;
    void call_finished(CallDriver& call) override;
    Admission admit(MediaSocket& socket, const twilio::StreamStart& start,
                    Question::Way way) override;
    void waits_no_more(const MediaSocket& socket, std::optional<GoneStream> gone) override;
    void socket_waiting(int change) override { waiting_sockets_ += change; }

private:
    /// The carrier has asked about a call that is not there yet, and was given a token.
    struct Asked {
        std::string from, to, token;
        net::TimePoint when;
    };
    /// A call that is on its way into calls_: its files are read, or what is left of it looked for.
    struct Briefing {
        int under_way = 0;
        bool alone = false;       // there is no such call
        bool makes_call = false;  // where there is none: brief_call()
        std::optional<Asked> asked;
        MediaSocket* stream = nullptr;   // has come with the token, and waits,
        std::optional<GoneStream> gone;  // or has not waited
    };

    // webhooks.cpp
    [[nodiscard]] bool one_of_several() const;
    void incoming(const Form& form, const net::Responder& responder, std::string_view instance);
    void after(const Form& form, const net::Responder& responder);
    [[nodiscard]] std::string after(const Form& form);
    void status(const Form& form);
    void amd(const Form& form);
    [[nodiscard]] std::string stream_token(const std::string& call_sid);
    [[nodiscard]] std::string first_twiml(CallDriver& call);
    [[nodiscard]] std::string stream_twiml(const std::string& token, std::string_view first_say);
    [[nodiscard]] std::string apology(std::string_view what) const;
    [[nodiscard]] std::string after_url() const;

    // live_commands.cpp
    void transfer(CallDriver& call, json::Value wanted, const net::Responder& responder);
    void let_go(const TakenLine& line, bool uncount);
    void let_go(const std::string& call_sid, bool uncount);
    void transfer_failed(const std::string& call_sid, const std::string& counted,
                         const std::string& why, bool in_doubt);
    void transfer_ended(CallDriver& call, const Form& form);

    // resume.cpp
    void resume(const std::string& call_sid, Form form, net::Responder responder);
    void take_up(CallSetup setup, store::Leftover leftover);
    void end_unattended(store::Leftover leftover);
    void close_unattended(store::Leftover leftover, std::string_view status);

    // calls
    [[nodiscard]] Dial look_up(const CallFacts& facts) const;
    [[nodiscard]] bool being_made(std::string_view call_sid) const;
    Briefing& briefing_begins(const std::string& call_sid);
    void briefing_ends(const std::string& call_sid);
    void brief_call(CallFacts facts, std::optional<Dial> dial);
    void briefed(const std::string& call_sid, Result<CallSetup> setup);
    CallDriver& add_call(CallSetup setup);
    [[nodiscard]] CallDriver* find(std::string_view call_sid) const;
    [[nodiscard]] bool take_place();
    [[nodiscard]] bool place_for(std::string_view call_sid);
    [[nodiscard]] bool over_here(std::string_view call_sid) const;
    void count_places();
    void say_within(cli::LineLimit& limit, std::string_view line) const;
    void hang_up(const std::string& call_sid, int attempt);
    void catch_up(CallDriver& call) const;
    void end_if_over(CallDriver& call);
    void tell_state(const std::string& call_sid);
    void save(store::CallLog log);
    void save_behind(std::unique_ptr<CallTapes> tapes, store::CallLog log);
    void log_saved(const std::string& call_sid, const std::string& path, const std::string& record);
    void run_on_call_end(const std::string& log_path);

    /// A call's transfer, from the wish to its end.
    struct PutThrough {
        std::optional<TakenLine> line;  // once there is one
        std::unique_ptr<net::Timer> doubt;
    };

    const std::size_t number_, all_;
    net::EventLoop& loop_;
    Commons& commons_;
    const config::Settings& settings_;
    WorkerHost& host_;
    std::string public_base_;
    WireTools tools_;
    RetiredLegs retired_;
    StreamTokens tokens_;  // one call's are all taken here
    CallStates states_;
    LeftBehind left_behind_;
    std::map<std::string, std::vector<net::Responder>, std::less<>> resuming_;  // who asked
    std::map<std::string, PutThrough, std::less<>> transfers_;                  // by call
    std::map<std::string, std::unique_ptr<net::Timer>> hang_ups_;  // to be tried again, by call
    Metrics metrics_;
    // Of its own, though they have threads: what they answer comes back to this loop, a journal's
    // batch is synced file by file and must stay within its 100 ms with any number of workers, and
    // no loop waits for a lock that another one holds.
    net::HttpPool http_;
    store::JournalWriter journal_;
    store::TapeWriter tapes_;
    std::map<std::string, std::unique_ptr<CallDriver>, std::less<>> calls_;
    cli::LineLimit refused_sockets_, rejected_callers_;
    int waiting_sockets_ = 0;
    std::map<std::string, Briefing, std::less<>> briefings_;
    int alone_ = 0;         // of briefings_
    int places_ = 0;        // that we have taken
    int unsaved_logs_ = 0;  // of finished calls
    int open_tapes_ = 0;    // of finished calls: their logs wait for them
    bool draining_ = false, ending_ = false;
    std::optional<net::TimePoint> logs_until_;  // ending, and all calls are over
    std::unique_ptr<net::Server> streams_;      // that came in elsewhere
};

}  // namespace pa::bridge
