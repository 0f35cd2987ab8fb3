// pa-bridge ctl: the other end of the operator's socket.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "json/document.hpp"
#include "net/http.hpp"

namespace pa::bridge {

class Ctl {
public:
    /// What is borrowed must outlive this.
    Ctl(net::Http& http, const config::Settings& settings) : http_(http), settings_(settings) {}

    /// The body of what the bridge has at `path`. Errc::later without a bridge.
    [[nodiscard]] Result<std::string> get(const std::string& path);
    /// A wish, as JSON; the answer's body. An Error is the bridge's own sentence.
    [[nodiscard]] Result<std::string> post(const std::string& path, std::string body);
    /// The running calls for people, one a line below a head; empty: there is none.
    [[nodiscard]] Result<std::vector<std::string>> list();

private:
    [[nodiscard]] Result<std::string> ask(HttpRequest request);
    net::Http& http_;
    const config::Settings& settings_;
};

}  // namespace pa::bridge
