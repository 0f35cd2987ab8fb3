// The front desk of a bridge: keeps its doors, and sends whoever comes to the worker that has their
// call, or to another bridge of this agent that has it.
//
// It listens for the carrier and for operators, checks signatures, answers what concerns no single
// call, and shares the loop of the first worker. With one worker nothing ever changes threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/commons.hpp"
#include "bridge/crew.hpp"
#include "bridge/live_page.hpp"
#include "bridge/self_test.hpp"
#include "bridge/succession.hpp"
#include "cli/line_limit.hpp"
#include "net/server.hpp"
#include "store/recovery.hpp"

namespace pa::bridge {

class FrontDesk final : public LiveCalls, private WorkerHost, private Estate {
public:
    /// Listens on 127.0.0.1:PORT and on the operator's socket, or on what was inherited. Errors
    /// name what is in the way. There is one worker for each loop; the first loop is the desk's,
    /// too. What is borrowed outlives it.
    [[nodiscard]] static Result<std::unique_ptr<FrontDesk>> create(
        const std::vector<net::EventLoop*>& loops, BridgeOptions options, Succession& succession,
        Bequest inherited);
    /// No loop runs any more.
    ~FrontDesk();

    // --- on the first loop's thread ---
    /// The public base that Twilio knows, "" while there is none (webhooks then get 403).
    void set_public_base(std::string base);
    /// Calls that a process before us left in the middle. Before the loops run, or on the thread.
    void adopt(store::Leftovers leftovers);
    /// No new calls; those that run may go on. Then `drained` is called once, when the last is
    /// over.
    void drain(std::function<void()> drained);
    /// Says goodbye on every running call.
    void end_all(std::string_view reason);
    [[nodiscard]] int port() const { return server_->port(); }

    // --- LiveCalls ---
    void live_json(std::string_view call_sid, std::size_t known, OnText done) override;
    void metrics_text(OnText done) override;
    void command(std::string_view target, const net::ServerRequest& request,
                 const net::Responder& responder) override;

private:
    FrontDesk(const std::vector<net::EventLoop*>& loops, BridgeOptions options,
              Succession& succession);
    Status listen(Bequest inherited);
    [[nodiscard]] bool busy() const;
    void look_whether_drained();

    // WorkerHost
    [[nodiscard]] bool leads(Question::Way way) const override { return succession_.leads(way); }
    void move_stream(std::size_t by, std::size_t to, Fd fd, std::string bytes,
                     Question::Way way) override;
    void give_stream(std::size_t by, Fd fd, std::string bytes, Question::Way way) override;
    void tell_state(std::size_t by, const std::string& call_sid, const CallState& state) override;
    void at_desk(std::size_t by, std::function<void()> task);

    // estate.cpp: who of several bridges of one agent answers
    void if_ours(std::string call_sid, std::function<void(bool)> then);
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

    // front_doors.cpp
    void on_request(const net::ServerRequest& request, net::Responder responder);
    net::Upgrade on_upgrade(const net::ServerRequest& request);
    [[nodiscard]] bool signed_by_carrier(const net::ServerRequest& request, const Form& form) const;
    /// The URLs that the carrier may have asked, when `target` comes in here.
    [[nodiscard]] std::vector<std::string> urls_asked(std::string_view target) const;

    // operator_api.cpp
    void on_operator(const net::ServerRequest& request, net::Responder responder);
    void answer_operator(const net::ServerRequest& request, net::Responder responder);
    void answer_status(const net::Responder& responder);
    void answer_calls(const net::Responder& responder);
    void open_page(const net::Responder& responder);
    void add_dial(const net::ServerRequest& request, const net::Responder& responder);
    void bind_dial(std::string_view id, const net::ServerRequest& request,
                   const net::Responder& responder);

    net::EventLoop& loop_;
    Commons commons_;
    const config::Settings& settings_;
    Succession& succession_;
    std::string public_base_;
    std::string nonce_;
    SelfTest self_test_;
    Metrics counted_;  // at the doors
    cli::LineLimit refused_requests_;
    bool draining_ = false;
    int asked_others_ = 0;                    // questions of ours that wait for a neighbour
    bool give_up_others_ = false;             // the time to drain is over
    std::optional<net::TimePoint> serve_on_;  // superseded: connections that stand are answered
    net::Timer drained_yet_, look_again_;
    std::function<void()> drained_;
    Crew crew_;
    LivePage page_;
    std::unique_ptr<net::Server> server_, operator_server_;
};

}  // namespace pa::bridge
