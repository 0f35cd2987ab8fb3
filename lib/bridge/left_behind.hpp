// Calls that a process before us left in the middle.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/event_loop.hpp"
#include "store/journal.hpp"

namespace pa::bridge {

/// Each is kept until the carrier asks what comes after its stream, or for `patience`: by then
/// nobody will come any more. On the loop's thread.
class LeftBehind {
public:
    /// A carrier whose stream broke asks again for at most 15 s (total timeout of a webhook,
    /// https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
    static constexpr std::chrono::seconds patience{20};
    using GiveUp = std::function<void(store::Leftover)>;

    LeftBehind(net::EventLoop& loop, GiveUp give_up);

    void add(store::Leftover leftover, net::TimePoint now);
    [[nodiscard]] bool has(std::string_view call_sid) const { return waiting_.contains(call_sid); }
    /// That call's journal, which is the caller's from now on.
    [[nodiscard]] std::optional<store::Leftover> take(std::string_view call_sid);

private:
    struct Waiting {
        store::Leftover leftover;
        net::TimePoint until;
    };
    void give_up_old();
    void arm();

    net::EventLoop& loop_;
    GiveUp give_up_;
    std::map<std::string, Waiting, std::less<>> waiting_;
    net::Timer timer_;
};

}  // namespace pa::bridge
