// tailscale funnel: a stable name in one's own tailnet, open to the internet. (tailscale:
// ipn/serve.go)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tunnel/provider.hpp"

namespace pa::tunnel {

/// The answer of `tailscale funnel status --json`: what is served at "/" and open to the internet,
/// in the background or by a running command. Nothing for "{}"; Errc::data if it is no JSON.
[[nodiscard]] Result<std::vector<Offer>> read_serve_status(std::string_view body);

/// A sentence for what the program refuses, or nullopt for other lines.
[[nodiscard]] std::optional<Trouble> explain_tailscale(std::string_view line);

class Tailscale final : public Provider {
public:
    /// Runs the status command and gives its output; replaceable for tests.
    using Ask = std::function<Result<std::string>()>;
    explicit Tailscale(Wanted wanted, Ask ask = {});

    [[nodiscard]] std::string_view name() const override { return "tailscale"; }
    [[nodiscard]] Finding look() override;
    /// In the foreground: the funnel ends with the command, and other entries are left alone.
    [[nodiscard]] ChildOptions command() const override;
    std::optional<Trouble> read_line(std::string_view line) override {
        return explain_tailscale(line);
    }
    void child_ended() override {}
    [[nodiscard]] std::string_view install_hint() const override;

private:
    Wanted wanted_;
    Ask ask_;
};

}  // namespace pa::tunnel
