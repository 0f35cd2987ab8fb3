// ngrok: its agent's local API, its log, its errors. (ngrok docs: agent/api, agent/config, errors)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tunnel/provider.hpp"

namespace pa::tunnel {

/// The answer of GET /api/tunnels (every agent) or /api/endpoints (3.30 and later): both shapes are
/// read by this. Errc::data if it is neither.
[[nodiscard]] Result<std::vector<Offer>> read_ngrok_listing(std::string_view body,
                                                            std::string_view where);

/// One line of the agent's log, in JSON or logfmt. Only what the line tells is set.
struct NgrokLine {
    std::string web_address;        // "127.0.0.1:4041": where this agent's API listens
    std::string url;                // of a tunnel that has started
    bool unknown_flag_url = false;  // an agent too old for --url
};
[[nodiscard]] NgrokLine read_ngrok_line(std::string_view line);

/// The number in the first "ERR_NGROK_nnn" of any text, or 0.
[[nodiscard]] int ngrok_error_code(std::string_view text);
/// What the code means and what to do about it.
[[nodiscard]] Trouble explain_ngrok(int code);

class Ngrok final : public Provider {
public:
    Ngrok(Wanted wanted, net::Http& http);

    [[nodiscard]] std::string_view name() const override { return "ngrok"; }
    [[nodiscard]] Finding look() override;
    [[nodiscard]] ChildOptions command() const override;
    std::optional<Trouble> read_line(std::string_view line) override;
    void child_ended() override { web_address_.clear(); }
    [[nodiscard]] std::string_view install_hint() const override;

private:
    [[nodiscard]] std::vector<std::string> agents() const;
    [[nodiscard]] std::vector<Offer> ask(const std::string& api);

    Wanted wanted_;
    net::Http& http_;
    std::string web_address_;  // of the agent we started, as its log told
    bool old_agent_ = false;   // knows --domain only
};

}  // namespace pa::tunnel
