#include "cli/waiter.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "cli/tool.hpp"

namespace pa::cli {
namespace {

int milliseconds_until(Waiter::TimePoint until) {
    using namespace std::chrono;
    if (until == Waiter::TimePoint::max()) return -1;
    auto left = ceil<milliseconds>(until - steady_clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

}  // namespace

Waiter::Waiter(Signals signals) {
    if (signals == Signals::leave) return;
    int ends[2];
    if (::pipe(ends) != 0) {
        std::perror("pipe");
        std::abort();
    }
    for (int fd : ends) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    stop_ = Fd(ends[0]);
    int tell = ends[1];  // stays open as long as the signals' thread may write: to the end
    on_stop_signal([tell](int) { (void)!::write(tell, "", 1); });
}

Waiter::Woken Waiter::wait(TimePoint until, const std::vector<int>& fds) const {
    // Nothing is asked of stdout: POLLERR and POLLHUP are told anyway.
    std::vector<pollfd> watched{{stop_.get(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    for (int fd : fds) watched.push_back({fd, POLLIN, 0});
    int ready = 0;
    while ((ready = ::poll(watched.data(), watched.size(), milliseconds_until(until))) < 0 &&
           errno == EINTR) {
    }
    if (watched[0].revents != 0) return {Why::stopped, -1};
    if ((watched[1].revents & (POLLERR | POLLHUP)) != 0) return {Why::reader_gone, -1};
    for (std::size_t i = 2; i < watched.size(); ++i)
        if (watched[i].revents != 0) return {Why::readable, watched[i].fd};
    return {Why::timeout, -1};
}

}  // namespace pa::cli
