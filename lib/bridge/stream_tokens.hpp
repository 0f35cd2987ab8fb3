// One-time tokens that let exactly the carrier's stream of one call in.
//
// A token is made when the webhook is answered and comes back in the stream's `start`. It carries
// its own proof (an HMAC over call, time and a nonce, keyed from the auth token), so any worker and
// a successor process can check it; that it is used once is remembered here.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace pa::bridge {

class StreamTokens {
public:
    using Seconds = std::chrono::sys_seconds;
    /// Twilio opens the stream within moments of the TwiML; a token older than this is refused.
    static constexpr std::chrono::seconds life{60};

    explicit StreamTokens(const Secret& auth_token);

    [[nodiscard]] std::string make(std::string_view call_sid, Seconds now);
    /// True once, for the call it was made for, within its life.
    [[nodiscard]] bool take(std::string_view token, std::string_view call_sid, Seconds now);

    /// It was made for that call, within its life, by us or another bridge of this agent.
    [[nodiscard]] bool genuine(std::string_view token, std::string_view call_sid,
                               Seconds now) const;

private:
    [[nodiscard]] std::string proof(std::string_view call_sid, std::string_view body) const;
    std::string key_;
    struct Used {
        std::size_t hash;  // of the token: nobody can make another one that is genuine
        Seconds when;
    };
    std::deque<Used> used_;  // until they would be too old
};

}  // namespace pa::bridge
