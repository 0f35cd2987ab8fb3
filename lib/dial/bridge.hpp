// pa-dial's side of the bridge's unix socket: JSON over HTTP.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "dial/matter.hpp"
#include "dial/outcome.hpp"
#include "net/http.hpp"

namespace pa::dial {

class Bridge {
public:
    Bridge(net::Http& http, std::string socket) : http_(http), socket_(std::move(socket)) {}

    struct Info {
        std::string nonce, public_url;
    };
    /// Errc::later if none answers on the socket, or it has no public URL yet.
    [[nodiscard]] Result<Info> status();
    /// Errc::later unless the bridge behind the public URL is the one on the socket.
    [[nodiscard]] Status check_public(const Info& info);

    /// Hands the matter over; returns its id.
    [[nodiscard]] Result<std::string> announce(const Matter& matter);
    [[nodiscard]] Status bind(const std::string& id, const std::string& call_sid);
    [[nodiscard]] Status withdraw(const std::string& id);

    /// nullopt if the bridge does not know the call.
    [[nodiscard]] Result<std::optional<CallState>> call(const std::string& call_sid);

private:
    [[nodiscard]] Result<HttpResponse> ask(std::string method, const std::string& path,
                                           std::string body = {});
    net::Http& http_;
    std::string socket_;
};

}  // namespace pa::dial
