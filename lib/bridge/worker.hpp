// The bridge: answers the carrier's webhooks and holds the calls of one loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "bridge/briefing.hpp"
#include "bridge/call_driver.hpp"
#include "bridge/call_states.hpp"
#include "bridge/dials.hpp"
#include "bridge/functions.hpp"
#include "bridge/left_behind.hpp"
#include "bridge/live_page.hpp"
#include "bridge/metrics.hpp"
#include "bridge/self_test.hpp"
#include "bridge/stream_tokens.hpp"
#include "bridge/succession.hpp"
#include "bridge/task_pool.hpp"
#include "cli/line_limit.hpp"
#include "net/http.hpp"
#include "net/server.hpp"
#include "store/journal.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {

struct BridgeOptions {
    config::Settings settings;
    std::vector<std::string> on_call_end;                // program and arguments; empty: none
    std::function<bool(std::string_view)> print_record;  // one line of JSON per finished call
    std::string trace_folder;                            // of each call's trace; "": none is kept
    std::function<void()> superseded;                    // another bridge serves in our place
};

/// A number to put a call through to, as typed, and those that are on it already.
struct TransferWish {
    std::string to, urgent;
    bool confirmed = false;
    std::string caller, called;
};

class Bridge final : public CallHost, public StreamGate, public LiveCalls, private Estate {
public:
    /// Listens on 127.0.0.1:PORT and on the operator's socket, or on what was inherited. Errors
    /// name what is in the way. `succession` outlives the bridge.
    [[nodiscard]] static Result<std::unique_ptr<Bridge>> create(net::EventLoop& loop,
                                                                BridgeOptions options,
                                                                Succession& succession,
                                                                Bequest inherited);
    ~Bridge();

    // --- on the loop's thread ---
    /// The public base that Twilio knows, "" while there is none (webhooks then get 403).
    void set_public_base(std::string base);
    /// Calls that a process before us left in the middle: taken up when the carrier asks for them,
    /// or ended. Before the loop runs, or on its thread.
    void adopt(store::Leftovers leftovers);
    /// No new calls; those that run may go on. Then `drained` is called once, when the last is
    /// over.
    void drain(std::function<void()> drained);
    /// Says goodbye on every running call.
    void end_all(std::string_view reason);
    [[nodiscard]] int port() const { return server_->port(); }

    // --- CallHost, StreamGate ---
    net::EventLoop& loop() override { return loop_; }
    WireTools& tools() override { return tools_; }
    RetiredLegs& retired_legs() override { return retired_; }
    store::TapeWriter& tape_writer() override { return tapes_; }
    void journal_start(const store::CallMeta& meta) override;
    void journal_keep(const store::CallMeta& meta, const call::Record& record,
                      call::Keep fact) override;
    void interrupted(std::chrono::nanoseconds took) override { metrics_.interruptions.add(took); }
    void complete_call(const std::string& call_sid) override;
    void put_through(const store::CallMeta& meta, const call::Transfer& wish) override;
    void run_function(FunctionRun run) override;
    void function_returned(const std::string& call_sid, const std::string& call_id,
                           const std::string& output, bool ok) override;
    void answer_given(const std::string& call_sid, const std::string& call_id, bool yes,
                      const std::string& words) override;
    void call_finished(CallDriver& call) override;
    Admission admit(const twilio::StreamStart& start, Question::Way way) override;
    void give_stream(Fd fd, std::string_view bytes, Question::Way way) override {
        succession_.give_stream(std::move(fd), bytes, way);
    }
    void socket_waiting(int change) override { waiting_sockets_ += change; }

    // --- LiveCalls ---
    [[nodiscard]] std::string live_json(std::string_view call_sid, std::size_t known) override;
    [[nodiscard]] std::string metrics_text() override;
    void command(std::string_view target, const net::ServerRequest& request,
                 const net::Responder& responder) override;

private:
    Bridge(net::EventLoop& loop, BridgeOptions options, Succession& succession);
    Status listen(Bequest inherited);

    // estate.cpp: who of several bridges of one agent answers
    [[nodiscard]] bool ours(std::string_view call_sid) const;
    void find_who_knows(Question question, net::Responder responder);
    void answer_here(const Question& question, net::Responder responder);
    void look_for_leftovers();
    [[nodiscard]] Sockets sockets() const override;
    [[nodiscard]] Bequest bequest() const override;
    void superseded() override;
    void asked(Question question, net::Responder responder) override;
    void stream_given(Fd fd, std::string bytes, Question::Way way) override;
    void learned(const std::string& call_sid, const CallState& state) override;
    void predecessor_gone() override;

    // webhooks.cpp
    void on_request(const net::ServerRequest& request, net::Responder responder);
    void answer_carrier(std::string_view path, const Form& form, const net::Responder& responder);
    net::Upgrade on_upgrade(const net::ServerRequest& request);
    [[nodiscard]] bool signed_by_carrier(const net::ServerRequest& request, const Form& form) const;
    /// The URLs that the carrier may have asked, when `target` comes in here.
    [[nodiscard]] std::vector<std::string> urls_asked(std::string_view target) const;
    [[nodiscard]] bool one_of_several() const;
    void incoming(const Form& form, const net::Responder& responder, std::string_view instance);
    void answer_when_briefed(CallFacts facts, Dial dial, net::Responder responder);
    void after(const Form& form, const net::Responder& responder);
    [[nodiscard]] std::string after(const Form& form);
    void status(const Form& form);
    void amd(const Form& form);
    [[nodiscard]] std::string stream_twiml(const std::string& call_sid, std::string_view first_say);
    [[nodiscard]] std::string apology(std::string_view what) const;
    [[nodiscard]] std::string after_url() const;

    // operator_api.cpp
    void on_operator(const net::ServerRequest& request, net::Responder responder);
    void answer_operator(const net::ServerRequest& request, net::Responder responder);
    [[nodiscard]] std::string status_json() const;
    [[nodiscard]] std::string calls_json() const;
    [[nodiscard]] std::string lines_json(std::string_view call_sid);
    void open_page(const net::Responder& responder);
    void add_dial(const net::ServerRequest& request, const net::Responder& responder);
    void bind_dial(std::string_view id, const net::ServerRequest& request,
                   const net::Responder& responder);
    void prewarm(const std::string& call_sid, const Dial& dial);

    // live_commands.cpp
    [[nodiscard]] Result<CallDriver*> named(std::string_view call);
    void transfer(CallDriver& call, json::Value wanted, const net::Responder& responder);
    void uncount_dial(const std::string& name);
    void transfer_ended(CallDriver& call, const Form& form);

    // resume.cpp
    void resume(const std::string& call_sid, Form form, net::Responder responder);
    void take_up(CallSetup setup, store::Leftover leftover);
    void end_unattended(store::Leftover leftover);

    // calls
    void brief_call(CallFacts facts, Dial dial, std::function<void(CallDriver*)> done);
    [[nodiscard]] CallDriver* find(std::string_view call_sid);
    [[nodiscard]] bool full() const;
    void say_within(cli::LineLimit& limit, std::string_view line) const;
    void end_if_over(CallDriver& call);
    void save(store::CallLog log);
    void save_behind(std::unique_ptr<CallTapes> tapes, store::CallLog log);
    void log_saved(const std::string& call_sid, const std::string& path, const std::string& record);
    void run_on_call_end(const std::string& log_path);
    [[nodiscard]] bool busy() const;
    void tell_if_drained();

    net::EventLoop& loop_;
    BridgeOptions options_;
    Succession& succession_;
    std::string public_base_;
    std::string nonce_;
    WireTools tools_;
    RetiredLegs retired_;
    StreamTokens tokens_;
    SelfTest self_test_;
    Dials dials_;
    CallStates states_;
    LeftBehind left_behind_;
    std::map<std::string, std::vector<net::Responder>, std::less<>> resuming_;  // who asked
    std::map<std::string, std::string> counted_transfers_;  // by call, until the carrier has them
    Metrics metrics_;
    FunctionCatalog catalog_;  // used on the office's thread only
    TaskPool office_{1};       // reads files for briefings
    FunctionRunner functions_;
    TaskPool after_call_{4};  // runs --on-call-end
    net::HttpPool http_;
    std::unique_ptr<store::JournalWriter> journal_;
    store::TapeWriter tapes_;
    std::map<std::string, std::unique_ptr<CallDriver>, std::less<>> calls_;
    cli::LineLimit refused_requests_, refused_sockets_;
    int waiting_sockets_ = 0;
    std::multiset<std::string, std::less<>> briefings_;  // under way: not in calls_ yet
    int unsaved_logs_ = 0;                               // of finished calls
    int open_tapes_ = 0;  // of finished calls: their logs wait for them
    bool draining_ = false;
    int asked_others_ = 0;                      // questions of ours that wait for a neighbour
    bool give_up_others_ = false;               // the time to drain is over
    std::optional<net::TimePoint> logs_until_;  // told to stop, and all calls are over
    std::optional<net::TimePoint> serve_on_;    // superseded: connections that stand are answered
    net::Timer drained_yet_, look_again_;
    std::function<void()> drained_;
    LivePage page_;
    std::unique_ptr<net::Server> server_, operator_server_;
};

}  // namespace pa::bridge
