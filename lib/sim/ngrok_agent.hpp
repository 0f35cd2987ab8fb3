// The ngrok agent's local API (ngrok-docs agent/api.mdx), without sockets: its tunnels and its
// answers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace pa::sim {

/// What the agent's API needs of a request.
struct AgentRequest {
    std::string method, path, host, body;
};

class NgrokAgent {
public:
    struct Tunnel {
        std::string name;
        std::string public_url;
        std::string addr;  // "http://localhost:8082"
    };
    /// Opens the public side for a local port and gives its URL; an error holds the ERR_NGROK code.
    using Open = std::function<Result<std::string>(const std::string& name, int local_port)>;
    using Close = std::function<void(const std::string& name)>;

    NgrokAgent(Open open, Close close) : open_(std::move(open)), close_(std::move(close)) {}

    /// `addr` as ngrok takes it: "8082", "localhost:8082", "http://127.0.0.1:8082".
    [[nodiscard]] Result<Tunnel> start(const std::string& name, std::string_view addr);
    void set_url(const std::string& name, const std::string& url);
    [[nodiscard]] const std::vector<Tunnel>& tunnels() const { return tunnels_; }

    /// As the agent answers; 403 if the Host is not local.
    [[nodiscard]] HttpResponse answer(const AgentRequest& request);

private:
    [[nodiscard]] HttpResponse collection(const AgentRequest& request, bool endpoints);
    [[nodiscard]] HttpResponse one(const AgentRequest& request, std::string_view name,
                                   bool endpoints);
    [[nodiscard]] HttpResponse create(const AgentRequest& request, bool endpoints);

    Open open_;
    Close close_;
    std::vector<Tunnel> tunnels_;
};

/// The port in an address as ngrok takes it, or 0.
[[nodiscard]] int port_of_address(std::string_view addr);

/// What the service says to a token, or nullopt if it is good: "" has none (4018), "bad" is
/// malformed (105), "bad-108" meets that error. The text is as ngrok writes it, with the code in
/// it.
[[nodiscard]] std::optional<std::string> ngrok_refusal(std::string_view token);

}  // namespace pa::sim
