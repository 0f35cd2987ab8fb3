// Does a request to the public URL come back from our machine?
#pragma once

#include <chrono>
#include <string>

#include "net/http.hpp"

namespace pa::tunnel {

struct Probe {
    enum class Outcome {
        bridge,           // pa-bridge answered; `nonce` is its own
        nothing_listens,  // the tunnel's own word that our port is closed: it works as far as it
                          // goes
        other,            // something else answered; `detail` tells what
        unreachable,      // nothing came back; `detail` tells why
    };
    Outcome outcome = Outcome::unreachable;
    std::string nonce, detail;

    [[nodiscard]] bool works() const {
        return outcome == Outcome::bridge || outcome == Outcome::nothing_listens;
    }
};

/// GET <base>/healthz, with a User-Agent of our own and the header that skips ngrok's warning page.
[[nodiscard]] Probe probe(net::Http& http, const std::string& base,
                          std::chrono::milliseconds timeout = std::chrono::seconds(4));
[[nodiscard]] Probe read_probe(const HttpResponse& answer);

}  // namespace pa::tunnel
