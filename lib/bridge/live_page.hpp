// The live page: calls in progress, in the owner's browser, on a loopback port of its own that is
// open only when it was asked for.
//
// Who may look, and against whom:
//   the URL that open() gives has a token, good once and for ten minutes; it is exchanged for a
//     cookie (HttpOnly, SameSite=Strict) under a path nobody can guess, so that other programs'
//     pages on this machine, which share our cookies' host, are not sent it;
//   Host must be our loopback address, so that a name that an attacker lets point here (DNS
//     rebinding) gets nothing;
//   Origin and Sec-Fetch-Site, where a browser sends them, must be ours, and what changes anything
//     is a POST of JSON with our Origin: another page cannot send it. No CORS header is ever sent.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/event_loop.hpp"
#include "net/server.hpp"

namespace pa::bridge {

/// What the page asks for. On the loop's thread.
class LiveCalls {
public:
    using OnText = std::function<void(const std::string&)>;  // at once, or later
    /// The calls, and the talk of one from line `known` on. JSON; it is known then that somebody
    /// looks.
    virtual void live_json(std::string_view call_sid, std::size_t known, OnText done) = 0;
    virtual void metrics_text(OnText done) = 0;
    /// A command on a call: "SID/what", its details in the body.
    virtual void command(std::string_view target, const net::ServerRequest& request,
                         const net::Responder& responder) = 0;

protected:
    ~LiveCalls() = default;
};

class LivePage {
public:
    static constexpr std::chrono::minutes token_life{10};
    /// Nobody has looked for so long: the port is closed.
    static constexpr std::chrono::minutes idle{60};
    static constexpr std::size_t most_sessions = 16;  // browsers; the oldest go

    LivePage(net::EventLoop& loop, LiveCalls& calls);

    /// The address that lets one browser in. Errc::config without the shipped files.
    [[nodiscard]] Result<std::string> open();
    /// Closes the port; whoever was let in is out.
    void close();

private:
    void on_request(const net::ServerRequest& request, const net::Responder& responder);
    [[nodiscard]] std::string_view flaw_of(const net::ServerRequest& request) const;
    [[nodiscard]] bool known(const net::ServerRequest& request) const;
    void exchange(const net::ServerRequest& request, const net::Responder& responder);
    void serve(std::string_view path, const net::ServerRequest& request,
               const net::Responder& responder);

    net::EventLoop& loop_;
    LiveCalls& calls_;
    Result<std::string> page_;
    std::string base_;                              // "/…/": the path that the cookie is for
    std::map<std::string, net::TimePoint> tokens_;  // until they are used or too old
    std::vector<std::string> sessions_;
    std::unique_ptr<net::Server> server_;
    net::Timer idle_;
};

}  // namespace pa::bridge
