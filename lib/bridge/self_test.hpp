// The way from outside back to this bridge, to be tried by its operator (pa-doctor): one request
// and one media socket, signed as the carrier signs, that begin no call.
//
// Nobody else can use it: besides the signature it takes a token, which is given out on the
// operator's socket only, once, and for half a minute. Without one, /self-test is a path that does
// not exist.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "net/event_loop.hpp"
#include "net/server.hpp"

namespace pa::bridge {

class SelfTest {
public:
    static constexpr std::string_view path = "/self-test";
    static constexpr std::chrono::seconds life{30};  // of a token

    /// Both are borrowed.
    SelfTest(net::EventLoop& loop, const Secret& auth_token)
        : loop_(loop), auth_token_(auth_token) {}

    /// {"request":"…","socket":"…"}: a token for each. The operator's alone.
    [[nodiscard]] std::string make_tokens();

    /// POST with a form that has "token". 200 {"nonce"}; 404 without a token of ours; 403
    /// {"signed","public_url"} if the signature is not that of this request: whether there was any,
    /// and what we take for our public base.
    void answer(const net::ServerRequest& request, std::string_view public_base,
                std::string_view nonce, const net::Responder& responder);

    /// A socket that wants a "start" with <Parameter> "token" within 5 s, sends each "media" back
    /// as it came, for 15 s at most, and knows nothing else.
    [[nodiscard]] net::Upgrade upgrade(const net::ServerRequest& request,
                                       std::string_view public_base);

private:
    class Echo;
    enum class Use { request, socket };
    struct Token {
        Use use;
        std::string text;
        net::TimePoint until;
    };
    [[nodiscard]] std::string add(Use use);
    [[nodiscard]] bool take(Use use, std::string_view text);
    void forget_old();

    net::EventLoop& loop_;
    const Secret& auth_token_;
    std::vector<Token> tokens_;  // oldest first
};

}  // namespace pa::bridge
