#include "cli/line_writer.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace pa::cli {
namespace {

constexpr std::chrono::seconds last_patience{1};

std::atomic<int> first_failure = 0;  // of stdout: an errno

bool failed(int fd) {
    int none = 0;
    if (fd == STDOUT_FILENO && errno != EPIPE) first_failure.compare_exchange_strong(none, errno);
    return false;
}

}  // namespace

bool write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(fd);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

int stdout_failure() { return first_failure; }

struct LineWriter::Shared {
    void work();

    int fd = -1;
    std::size_t most = 0;
    std::mutex mutex;  // of all below
    std::condition_variable changed;
    std::deque<std::string> lines;  // the first one is being written
    std::size_t bytes = 0, left_out = 0;
    bool closing = false, reader_gone = false;
};

void LineWriter::Shared::work() {
    std::unique_lock lock(mutex);
    for (;;) {
        changed.wait(lock, [this] { return closing || !lines.empty(); });
        if (lines.empty()) return;
        const std::string& line = lines.front();  // a deque's front stays where it is
        lock.unlock();
        const bool gone = !write_whole(fd, line) && errno == EPIPE;
        lock.lock();
        reader_gone = reader_gone || gone;
        bytes -= line.size();
        lines.pop_front();
        changed.notify_all();
    }
}

LineWriter::LineWriter(int fd, std::size_t most) : shared_(std::make_shared<Shared>()) {
    shared_->fd = fd;
    shared_->most = most;
    std::thread([shared = shared_] { shared->work(); }).detach();
}

LineWriter::~LineWriter() {
    std::unique_lock lock(shared_->mutex);
    shared_->closing = true;
    shared_->changed.notify_all();
    shared_->changed.wait_for(lock, last_patience, [this] { return shared_->lines.empty(); });
}

bool LineWriter::write(std::string line) {
    std::lock_guard lock(shared_->mutex);
    if (shared_->reader_gone) return false;
    if (shared_->bytes + line.size() > shared_->most) {
        ++shared_->left_out;
        return true;
    }
    shared_->bytes += line.size();
    shared_->lines.push_back(std::move(line));
    shared_->changed.notify_all();
    return true;
}

std::size_t LineWriter::waiting() const {
    std::lock_guard lock(shared_->mutex);
    return shared_->bytes;
}

std::size_t LineWriter::take_left_out() {
    std::lock_guard lock(shared_->mutex);
    return std::exchange(shared_->left_out, 0);
}

}  // namespace pa::cli
