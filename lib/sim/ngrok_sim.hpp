// `pa-sim ngrok`: the agent's API on a local port, its tunnels' public sides, and their faults.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/event_loop.hpp"
#include "net/server.hpp"
#include "sim/certificate.hpp"
#include "sim/ngrok_agent.hpp"
#include "sim/public_side.hpp"
#include "sim/server_faults.hpp"

namespace pa::sim {

struct NgrokOptions {
    TestCertificates certificates;
    int api_port = 0;           // 0: any
    bool api_search = false;    // the first free of api_port … api_port + 9, as the agent does
    int public_port = 0;        // of the first tunnel; 0: any
    std::vector<Fault> faults;  // ngrok.api, ngrok.tunnel, ngrok.socket
    std::function<void(std::string_view json)> tell;  // events, one line each
};

/// Beside the agent's API it has POST /sim/change (a new URL, answered with it), /sim/offline and
/// /sim/online; of the first tunnel, or of {"name": …}.
class NgrokSim {
public:
    /// Errc::io if no port is free.
    [[nodiscard]] static Result<std::unique_ptr<NgrokSim>> start(net::EventLoop& loop,
                                                                 NgrokOptions options);

    [[nodiscard]] NgrokAgent& agent() { return agent_; }
    [[nodiscard]] int api_port() const { return server_->port(); }

private:
    NgrokSim(net::EventLoop& loop, NgrokOptions options);
    Status listen();
    Result<std::string> open(const std::string& name, int local_port);
    void serve(const net::ServerRequest& request, const net::Responder& responder);
    HttpResponse control(const net::ServerRequest& request);
    std::optional<Fault> tunnel_fault(bool upgrade);
    Result<std::string> change(const std::string& name);
    void tell(std::string_view what, const std::string& name, const std::string& url);

    net::EventLoop& loop_;
    NgrokOptions options_;
    SharedFaults faults_;
    FaultyAnswers answers_;
    NgrokAgent agent_;
    std::map<std::string, std::unique_ptr<PublicSide>> sides_;
    std::unique_ptr<net::Server> server_;
};

}  // namespace pa::sim
