// The public name of a simulated tunnel: where it can be reached now, and its loss and change.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sim/certificate.hpp"
#include "sim/tls_proxy.hpp"

namespace pa::sim {

class PublicSide {
public:
    using FaultAt = std::function<std::optional<Fault>(bool upgrade)>;
    PublicSide(TestCertificates certificates, int local_port, FaultAt fault)
        : certificates_(std::move(certificates)),
          local_port_(local_port),
          fault_(std::move(fault)) {}

    /// Opens it on `port` (0: any) and gives the URL.
    [[nodiscard]] Result<std::string> open(int port = 0);
    /// A new URL; the old one is offline from now on, and what was connected is dropped.
    [[nodiscard]] Result<std::string> change();
    void set_offline(bool offline);
    [[nodiscard]] std::string url() const { return proxies_.back()->url(); }
    [[nodiscard]] int port() const { return proxies_.back()->port(); }

private:
    TestCertificates certificates_;
    int local_port_;
    FaultAt fault_;
    std::vector<std::unique_ptr<TlsProxy>> proxies_;  // the last one counts, the rest are offline
};

}  // namespace pa::sim
