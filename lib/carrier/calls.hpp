// Placing calls at Twilio and asking what became of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "net/http.hpp"
#include "twilio/rest.hpp"

namespace pa::carrier {

/// "Sun, 25 Mar 2018 09:53:19 +0000" (RFC 2822, as Twilio writes dates and HTTP its Date header).
[[nodiscard]] std::optional<WallTime> parse_rfc2822(std::string_view text);

class Calls {
public:
    using Sleep = std::function<void(std::chrono::milliseconds)>;
    Calls(net::Http& http, twilio::Account account, Sleep sleep)
        : http_(http), account_(std::move(account)), sleep_(std::move(sleep)) {}

    /// The number of a PN… SID, kept in `cache` (a file), which is believed.
    [[nodiscard]] Result<std::string> caller_id(const std::string& number_sid,
                                                const std::string& cache);

    struct Creation {
        std::optional<std::string> call_sid;
        Error error{Errc::later, {}};  // without a SID
        bool in_doubt = false;  // there may be a call all the same: look() before trying again
    };
    /// Sends the create once; again only after 429, which Twilio never processed. `never_sent`:
    /// asked after a failure whether the request had certainly not left.
    [[nodiscard]] Creation create(const twilio::NewCall& call,
                                  const std::function<bool()>& never_sent);

    /// The call from `from` to `to` that was created by a request sent at `sent_at`, by our clock;
    /// the service's clock is taken from its answer. nullopt: there is none (yet).
    [[nodiscard]] Result<std::optional<std::string>> look(const std::string& to,
                                                          const std::string& from, WallTime sent_at,
                                                          WallTime now);

    [[nodiscard]] Result<twilio::CallResource> fetch(const std::string& call_sid);
    /// Why a call failed, for people; "" if Twilio tells nothing.
    [[nodiscard]] std::string why_failed(const std::string& call_sid);

    [[nodiscard]] const twilio::Account& account() const { return account_; }

private:
    net::Http& http_;
    twilio::Account account_;
    Sleep sleep_;
};

/// What the cache file tells, or "".
[[nodiscard]] std::string cached_caller_id(const std::string& cache, std::string_view number_sid);

}  // namespace pa::carrier
