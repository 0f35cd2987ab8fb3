// What is written to stderr for a while, so that a test can look at it and nobody else must.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace pa::test {

class CapturedStderr {
public:
    CapturedStderr() : real_(::dup(2)) {
        if (::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) == 0) ::dup2(pipe_[1], 2);
    }
    ~CapturedStderr() {
        ::dup2(real_, 2);
        for (int fd : {real_, pipe_[0], pipe_[1]}) ::close(fd);
    }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;

    /// What came since the last time; at most 64 KiB are kept.
    std::string take() {
        std::string text(65536, '\0');
        const ssize_t n = ::read(pipe_[0], text.data(), text.size());
        text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return text;
    }

private:
    int real_, pipe_[2] = {-1, -1};
};

}  // namespace pa::test
