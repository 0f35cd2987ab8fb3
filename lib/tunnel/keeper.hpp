// Keeps one public tunnel to the local port: finds or starts it, watches it, restarts it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/child_process.hpp"
#include "base/line_buffer.hpp"
#include "base/result.hpp"
#include "tunnel/provider.hpp"

namespace pa::tunnel {

/// Driven by its owner: step() when next() has come, read_child() whenever one of its outputs can
/// be read. Neither sleeps; step() may wait for an answer over HTTP [at most 4 s].
class Keeper {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Hooks {
        std::function<void(const std::string& url)> works;  // it works, or works under a new name
        std::function<void(std::string_view)> say;          // for people
    };
    struct Times {
        std::chrono::milliseconds watch{2000};          // between looks when all is well
        std::chrono::milliseconds starting{300};        // … while it is coming up
        std::chrono::milliseconds start_limit{30'000};  // without a tunnel for so long: start again
        std::chrono::milliseconds first_pause{1000}, longest_pause{30'000};  // before a restart
    };

    Keeper(Provider& provider, net::Http& http, Hooks hooks)
        : Keeper(provider, http, hooks, Times{}) {}
    Keeper(Provider& provider, net::Http& http, Hooks hooks, Times times);

    /// An error only for what a person must mend (program missing, bad token, domain not ours):
    /// what may pass is said and tried again.
    [[nodiscard]] Status step(TimePoint now);
    [[nodiscard]] TimePoint next() const { return next_; }

    /// Outputs of the program we started, to be watched: it would stop if nobody read them. -1 if
    /// none.
    [[nodiscard]] int child_out() const { return child_ ? child_->out.get() : -1; }
    [[nodiscard]] int child_err() const { return child_ ? child_->err.get() : -1; }
    /// Reads what is there; call when poll(2) says so.
    void read_child(int fd);

    /// Stops the program, if we started one. One that was only found goes on.
    void stop();

private:
    [[nodiscard]] Status start(TimePoint now);
    [[nodiscard]] Status mind_child(TimePoint now);
    void drain_ended_child();
    void take_line(std::string_view line);
    void pause(TimePoint now);
    void seen(const Finding& found, TimePoint now);
    void prove(const std::string& url, TimePoint now);
    void name_strangers(const Finding& found);
    void say_once(std::string& last, std::string sentence);

    Provider& provider_;
    net::Http& http_;
    Hooks hooks_;
    Times times_;
    TimePoint next_{};
    std::optional<ChildProcess> child_;
    LineBuffer out_lines_, err_lines_;
    std::optional<Trouble> trouble_;          // the last one of this child
    std::optional<TimePoint> missing_since_;  // no tunnel of ours is listed
    std::optional<TimePoint> works_since_;
    TimePoint restart_at_{};
    std::chrono::milliseconds pause_;
    std::string proven_, announced_;  // URLs
    std::string said_trouble_, said_probe_, said_strangers_;
    std::optional<TimePoint> unproven_since_;
};

}  // namespace pa::tunnel
