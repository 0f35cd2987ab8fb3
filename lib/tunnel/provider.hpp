// What pa-tunnel knows of a provider of tunnels (ngrok, cloudflared, tailscale): how to see what is
// running, how to start one, and how to read what it says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/child_process.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/http.hpp"

namespace pa::tunnel {

/// One tunnel as its agent tells it.
struct Offer {
    std::string url;       // public base without a trailing slash; "" while it is coming up
    std::string upstream;  // as told: "http://localhost:8082"
    std::string where;     // the agent that told it: "127.0.0.1:4040"
    int port = 0;          // local port of `upstream`, 0 if none can be read
};

/// One look at what runs now.
struct Finding {
    std::string url;               // the public base of our tunnel, or ""
    std::string where;             // the agent that has it
    std::vector<Offer> strangers;  // tunnels to other places
};

/// What a provider complains about, in one sentence with its remedy.
struct Trouble {
    std::string sentence;
    Errc code = Errc::later;  // later: may pass by itself; anything else: a person must act
};

struct Wanted {
    int port = 8082;            // local
    std::string host;           // reserved public name, or "": any
    std::string api_url;        // of a running ngrok agent
    bool only_api_url = false;  // else the nine ports above it are looked at too
    Secret authtoken;           // of ngrok, or empty: the agent's own configuration
};

class Provider {
public:
    virtual ~Provider() = default;
    /// The program's name.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Asks the agents on this machine. What cannot be asked is not there.
    [[nodiscard]] virtual Finding look() = 0;
    /// How to start a tunnel; its output is piped to us.
    [[nodiscard]] virtual ChildOptions command() const = 0;
    /// Reads one line of the output of the program that command() started.
    virtual std::optional<Trouble> read_line(std::string_view line) = 0;
    /// The program has ended: what its lines told is void.
    virtual void child_ended() = 0;
    /// One line that installs the program, for people.
    [[nodiscard]] virtual std::string_view install_hint() const = 0;
};

/// "ngrok", "cloudflared" or "tailscale"; else Errc::usage. `http` is borrowed.
[[nodiscard]] Result<std::unique_ptr<Provider>> make_provider(std::string_view name, Wanted wanted,
                                                              net::Http& http);

/// The offer that leads to our port (and, if asked for, under that name); the rest are strangers.
/// https counts, and http on loopback; https is preferred.
[[nodiscard]] Finding choose(const std::vector<Offer>& offers, const Wanted& wanted);

/// "https://a.example -> http://localhost:3000 (agent at 127.0.0.1:4040), …", for people.
[[nodiscard]] std::string describe(const std::vector<Offer>& offers);

/// The port in any way an agent writes an address: "8082", "localhost:80", "http://127.0.0.1:8082".
/// Without one it is the scheme's. 0 if there is none.
[[nodiscard]] int port_of(std::string_view address);

}  // namespace pa::tunnel
