#include "base/child_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace pa {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto slice = 50ms;

/// Writes what the pipe takes now; closes it when all is written or nobody reads.
void feed(Fd& fd, std::string_view& rest) {
    ssize_t n = ::write(fd.get(), rest.data(), rest.size());
    if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
    bool gone = n < 0 && errno != EAGAIN && errno != EINTR;
    if (gone || rest.empty()) fd.reset();
}

/// False when `out` would grow beyond `limit`.
bool drain(Fd& fd, std::string& out, std::size_t limit) {
    char buffer[16384];
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (n <= 0) {
        fd.reset();
        return true;
    }
    out.append(buffer, static_cast<std::size_t>(n));
    return out.size() <= limit;
}

bool is_ready(const pollfd& p) { return (p.revents & (POLLIN | POLLOUT | POLLHUP | POLLERR)) != 0; }

/// The pipes of a running child until they are closed or it has ended.
class Talk {
public:
    Talk(ChildProcess& child, std::string_view input, const RunBounds& bounds)
        : child_(child), input_(input), bounds_(bounds), until_(Clock::now() + bounds.timeout) {
        ::fcntl(child_.in.get(), F_SETFL, O_NONBLOCK);
        if (input_.empty()) child_.in.reset();
    }

    RunOutcome finish() {
        while (out_.end == RunOutcome::End::exited && !quiet_) step();
        if (out_.end == RunOutcome::End::exited)
            out_.status = *child_.poll();
        else
            out_.status = child_.stop(500ms);
        return std::move(out_);
    }

private:
    void step() {
        // What an ended child wrote is in the pipes already: one more look, without waiting.
        bool ended = child_.poll().has_value();
        bool moved = wait(ended ? 0ms : slice);
        quiet_ = ended && !moved;
        if (Clock::now() >= until_) out_.end = RunOutcome::End::timed_out;
        if (bounds_.cancelled && bounds_.cancelled()) out_.end = RunOutcome::End::cancelled;
        if (ended && out_.end == RunOutcome::End::timed_out) {
            out_.end = RunOutcome::End::exited;
            quiet_ = true;
        }
    }

    bool wait(std::chrono::milliseconds time) {
        pollfd fds[3] = {{child_.in.get(), POLLOUT, 0},
                         {child_.out.get(), POLLIN, 0},
                         {child_.err.get(), POLLIN, 0}};
        bool open = child_.out || child_.err;
        int waiting = static_cast<int>(open ? time.count() : std::min(time, 5ms).count());
        if (::poll(fds, 3, waiting) <= 0) return false;
        if (is_ready(fds[0])) feed(child_.in, input_);
        bool fits = true;
        if (is_ready(fds[1])) fits = drain(child_.out, out_.out, bounds_.output) && fits;
        if (is_ready(fds[2])) fits = drain(child_.err, out_.err, bounds_.output) && fits;
        if (!fits) out_.end = RunOutcome::End::too_much_output;
        return is_ready(fds[1]) || is_ready(fds[2]);
    }

    ChildProcess& child_;
    std::string_view input_;
    const RunBounds& bounds_;
    Clock::time_point until_;
    RunOutcome out_;
    bool quiet_ = false;  // ended, and nothing left to read
};

}  // namespace

Result<RunOutcome> run_child(ChildOptions options, std::string_view input,
                             const RunBounds& bounds) {
    options.pipe_stdin = options.pipe_stdout = true;
    auto child = ChildProcess::start(options);
    if (!child) return child.error();
    return Talk(*child, input, bounds).finish();
}

std::vector<std::pair<std::string, std::string>> plain_environment() {
    std::vector<std::pair<std::string, std::string>> out;
    for (const char* name :
         {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TZDIR",
          "TMPDIR", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"})
        if (const char* value = std::getenv(name); value != nullptr) out.emplace_back(name, value);
    return out;
}

}  // namespace pa
