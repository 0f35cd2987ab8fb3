#include "tunnel/keeper.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "tunnel/probe.hpp"

namespace pa::tunnel {
namespace {

using std::chrono::seconds;

/// A tunnel that we only found gets this long to come back (its agent reconnects) before we start
/// one.
constexpr seconds found_grace{6};
/// A new name may need some seconds to resolve: no word about it before.
constexpr seconds quiet_while_unproven{10};

bool readable(int fd) {
    pollfd watched{fd, POLLIN, 0};
    return fd >= 0 && ::poll(&watched, 1, 0) > 0;
}

}  // namespace

Keeper::Keeper(Provider& provider, net::Http& http, Hooks hooks, Times times)
    : provider_(provider),
      http_(http),
      hooks_(std::move(hooks)),
      times_(times),
      pause_(times.first_pause) {}

Status Keeper::step(TimePoint now) {
    if (child_)
        if (Status minded = mind_child(now); !minded) return minded;
    Finding found = provider_.look();
    if (!found.url.empty()) {
        seen(found, now);
        return Done{};
    }
    works_since_.reset();
    proven_.clear();
    if (!missing_since_) missing_since_ = now;
    next_ = now + times_.starting;
    if (child_) {
        if (trouble_ && trouble_->code == Errc::later) say_once(said_trouble_, trouble_->sentence);
        return Done{};
    }
    name_strangers(found);
    bool only_found = !announced_.empty() && restart_at_ == TimePoint{};
    if (only_found && now - *missing_since_ < found_grace) return Done{};
    if (now >= restart_at_) return start(now);
    next_ = std::min(restart_at_, now + times_.watch);
    return Done{};
}

/// Notices that the program has ended, or that it brings no tunnel up.
Status Keeper::mind_child(TimePoint now) {
    std::optional<int> status = child_->poll();
    bool stuck = missing_since_ && now - *missing_since_ > times_.start_limit;
    if (!status && !stuck) return Done{};
    if (!status) child_->stop();
    drain_ended_child();
    child_.reset();
    provider_.child_ended();
    missing_since_.reset();
    std::string why = trouble_ ? trouble_->sentence
                      : status ? fmt::format("{} ended with status {}", provider_.name(), *status)
                               : fmt::format("{} brought no tunnel up", provider_.name());
    if (trouble_ && trouble_->code != Errc::later) return Error{trouble_->code, why};
    say_once(said_trouble_, fmt::format("{}; trying again", why));
    pause(now);
    return Done{};
}

void Keeper::drain_ended_child() {
    for (int fd : {child_->out.get(), child_->err.get()}) {
        std::size_t rounds = 0;
        while (readable(fd) && ++rounds < 64) {
            char buffer[4096];
            ssize_t n = ::read(fd, buffer, sizeof buffer);
            if (n <= 0) break;
            (fd == child_->out.get() ? out_lines_ : err_lines_)
                .feed({buffer, static_cast<std::size_t>(n)});
        }
    }
    for (LineBuffer* lines : {&out_lines_, &err_lines_}) {
        while (auto line = lines->next()) take_line(*line);
        if (auto line = lines->rest()) take_line(*line);
    }
}

void Keeper::pause(TimePoint now) {
    restart_at_ = now + pause_;
    pause_ = std::min(pause_ * 2, times_.longest_pause);
}

Status Keeper::start(TimePoint now) {
    trouble_.reset();
    out_lines_ = err_lines_ = LineBuffer();
    auto child = ChildProcess::start(provider_.command());
    if (!child)
        return Error{child.error().code,
                     fmt::format("{}; {}", child.error().what, provider_.install_hint())};
    child_ = std::move(*child);
    child_->in.reset();  // its terminal is not ours to share
    missing_since_ = now;
    return Done{};
}

void Keeper::read_child(int fd) {
    if (!child_ || fd < 0) return;
    bool is_out = fd == child_->out.get();
    char buffer[4096];
    ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n <= 0) {  // closed: nothing to watch any more
        (is_out ? child_->out : child_->err).reset();
        return;
    }
    LineBuffer& lines = is_out ? out_lines_ : err_lines_;
    lines.feed({buffer, static_cast<std::size_t>(n)});
    while (auto line = lines.next()) take_line(*line);
}

void Keeper::take_line(std::string_view line) {
    if (auto trouble = provider_.read_line(line)) trouble_ = std::move(trouble);
}

void Keeper::seen(const Finding& found, TimePoint now) {
    missing_since_.reset();
    if (found.url != proven_) prove(found.url, now);
    if (found.url != proven_) {
        next_ = now + times_.starting;
        return;
    }
    next_ = now + times_.watch;
    if (!works_since_) works_since_ = now;
    if (now - *works_since_ > times_.longest_pause) pause_ = times_.first_pause;
    if (found.url == announced_) return;
    announced_ = found.url;
    hooks_.works(announced_);
}

void Keeper::prove(const std::string& url, TimePoint now) {
    Probe probe = tunnel::probe(http_, url);
    if (probe.works()) {
        proven_ = url;
        unproven_since_.reset();
        said_probe_.clear();
        said_trouble_.clear();
        return;
    }
    if (!unproven_since_) unproven_since_ = now;
    if (probe.outcome == Probe::Outcome::other || now - *unproven_since_ > quiet_while_unproven)
        say_once(said_probe_, fmt::format("{} does not lead to pa-bridge: {}", url, probe.detail));
}

void Keeper::name_strangers(const Finding& found) {
    if (!found.strangers.empty())
        say_once(said_strangers_,
                 "not taken, for it leads elsewhere: " + describe(found.strangers));
}

/// The same complaint every 30 s helps nobody.
void Keeper::say_once(std::string& last, std::string sentence) {
    if (sentence == last) return;
    last = std::move(sentence);
    hooks_.say(last);
}

void Keeper::stop() {
    if (child_) child_->stop();
    child_.reset();
}

}  // namespace pa::tunnel
