#include "sim/public_side.hpp"

namespace pa::sim {

Result<std::string> PublicSide::open(int port) {
    ProxyOptions o;
    o.certificate_file = certificates_.certificate_file;
    o.key_file = certificates_.key_file;
    o.port = port;
    o.upstream_port = local_port_;
    o.fault = fault_;
    auto proxy = TlsProxy::start(std::move(o));
    if (!proxy) return proxy.error();
    proxies_.push_back(std::move(*proxy));
    return url();
}

Result<std::string> PublicSide::change() {
    const auto old = proxies_.size();
    auto url = open();
    if (url && old > 0) proxies_[old - 1]->set_offline(true);
    return url;
}

void PublicSide::set_offline(bool offline) { proxies_.back()->set_offline(offline); }

}  // namespace pa::sim
