// HTTP requests over libcurl: blocking, for tools that ask once and finish, and a pool of threads
// for programs that live on an event loop.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "net/event_loop.hpp"

namespace pa::net {

/// Any HTTP status is a response. An Error is: Errc::later (cannot connect, timed out, broke off;
/// the text names host and reason) or Errc::config (no usable URL, certificate not trusted).
class Http {
public:
    virtual ~Http() = default;
    [[nodiscard]] virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

/// Keeps connections alive between requests. One thread at a time. Redirects are not followed.
/// Bodies over 64 MiB are an error.
class CurlHttp final : public Http {
public:
    /// Once `give_up` says so, from any thread, a request under way ends within a second or so, in
    /// an Error. It outlives this.
    explicit CurlHttp(const std::atomic<bool>* give_up = nullptr);
    ~CurlHttp() override;
    [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request) override;

    /// True after an Error if the request had certainly not reached the server (name, connect or
    /// TLS failed), so that even one that must not be repeated may be sent again.
    [[nodiscard]] bool never_sent() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Carries requests out on `threads` threads of its own; `done` comes back on the loop's thread.
class HttpPool {
public:
    HttpPool(EventLoop& loop, int threads);
    /// As finish() in 20 s from now, without a word on what is dropped.
    ~HttpPool();
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;

    using OnDone = std::function<void(Result<HttpResponse>)>;
    void send(HttpRequest request, OnDone done);

    static constexpr std::chrono::seconds patience{20};
    /// The end, on the loop's thread or after it: what was asked for is still sent, also what waits
    /// for a thread, but nobody is told of the answers. What has none at `until` is dropped [it
    /// takes about a second]; tells how many requests that were.
    std::size_t finish(TimePoint until);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::net
