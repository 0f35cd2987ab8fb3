// `pa-sim twilio`: the REST API on a local port, and behind it the telephone network.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_loop.hpp"
#include "net/http.hpp"
#include "net/server.hpp"
#include "sim/carrier.hpp"
#include "sim/recorder.hpp"
#include "sim/server_faults.hpp"
#include "sim/twilio_call.hpp"
#include "sim/twilio_rest.hpp"

namespace pa::sim {

struct TwilioOptions {
    int port = 0;  // 0: any
    RestAccount account;
    Scenario scenario;                          // of every call that has none of its own
    std::map<std::string, Scenario> by_number;  // of calls to, or from, that number
    std::string share;                          // for scenarios named by POST /sim/inbound
    Caller::Clips clips;
    std::string wav_folder, record_folder;  // "" for none
    std::function<void(std::string_view json)> tell;
};

/// Beside the API:
///   POST /sim/inbound {"from", "to", "scenario"}   somebody calls the number (each may be
///   missing):
///                                                  201 {"call_sid"}
///   POST /sim/account {…}                          the account changes: TwilioRest::change_account
///   GET  /sim/calls/CA…                            what is known of a call, as in its "ended"
///   event POST /sim/calls/CA…/hangup                     the person hangs up
class TwilioSim final : private CallDesk {
public:
    /// Errc::data if a scenario's caller says a clip that is not there; Errc::io: no port, no
    /// folder.
    [[nodiscard]] static Result<std::unique_ptr<TwilioSim>> start(net::EventLoop& loop,
                                                                  TwilioOptions options);

    [[nodiscard]] int port() const { return server_->port(); }
    [[nodiscard]] int calls_made() const { return calls_made_; }
    [[nodiscard]] int complaints() const;

private:
    TwilioSim(net::EventLoop& loop, TwilioOptions options, Recorder recorder);
    void serve(const net::ServerRequest& request, const net::Responder& responder);
    HttpResponse control(const net::ServerRequest& request);
    HttpResponse inbound(const std::string& body);
    void record(const net::ServerRequest& request);
    TwilioCall& add(CallResource call, CallOrder order, Scenario scenario);
    [[nodiscard]] TwilioCall* call(std::string_view sid) const;

    // CallDesk
    void place(CallResource call, CallOrder order) override;
    [[nodiscard]] const CallResource* find(std::string_view sid) const override;
    [[nodiscard]] std::vector<const CallResource*> newest_first() const override;
    void remove(std::string_view sid) override;
    bool complete(std::string_view sid) override;
    bool cancel(std::string_view sid) override;
    bool redirect(std::string_view sid, const std::string& url, const std::string& method) override;
    bool run(std::string_view sid, const std::string& twiml) override;

    TwilioOptions options_;
    Recorder recorder_;
    SharedFaults faults_;
    FaultyAnswers answers_;
    TwilioRest rest_;
    std::vector<std::unique_ptr<TwilioCall>> calls_;  // oldest first
    int calls_made_ = 0;
    std::unique_ptr<net::HttpPool> pool_;  // its answers go to the calls: destroyed before them
    Carrier carrier_;
    std::unique_ptr<net::Server> server_;
};

}  // namespace pa::sim
