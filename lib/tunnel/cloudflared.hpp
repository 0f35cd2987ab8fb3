// cloudflared's quick tunnels: no account, a random name at each start. (cloudflared: metrics/,
// cmd/cloudflared/tunnel/quick_tunnel.go)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tunnel/provider.hpp"

namespace pa::tunnel {

/// The answer of GET /quicktunnel: the public base, or "" if it is no quick tunnel (yet).
[[nodiscard]] std::string read_quicktunnel(std::string_view body);

/// One line of the log, plain or JSON. Only what the line tells is set.
struct CloudflaredLine {
    std::string metrics_address;  // "127.0.0.1:20241"
    std::string url;              // https://<words>.trycloudflare.com
    std::string error;            // what it failed on
};
[[nodiscard]] CloudflaredLine read_cloudflared_line(std::string_view line);

class Cloudflared final : public Provider {
public:
    Cloudflared(Wanted wanted, net::Http& http);

    [[nodiscard]] std::string_view name() const override { return "cloudflared"; }
    /// A running cloudflared does not tell its local port: it is ours if the bridge that answers
    /// behind its name is the one on our port (the same nonce).
    [[nodiscard]] Finding look() override;
    [[nodiscard]] ChildOptions command() const override;
    std::optional<Trouble> read_line(std::string_view line) override;
    void child_ended() override;
    [[nodiscard]] std::string_view install_hint() const override;

private:
    [[nodiscard]] std::string quicktunnel(const std::string& metrics);
    [[nodiscard]] std::string nonce_at(const std::string& base);
    [[nodiscard]] Finding look_at_ours();

    Wanted wanted_;
    net::Http& http_;
    std::string metrics_address_, url_;  // of the child, as its log told
    std::string known_;                  // a quick tunnel proved to be ours
};

}  // namespace pa::tunnel
