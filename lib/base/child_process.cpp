#include "base/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char** environ;

namespace pa {
namespace {

struct Pipe {
    Fd read, write;
};

bool make_pipe(Pipe& p) {
    int fds[2];
#ifdef __linux__
    // Another thread may fork at any instant: its child must not get an end of ours.
    if (::pipe2(fds, O_CLOEXEC) != 0) return false;
#else
    if (::pipe(fds) != 0) return false;
    ::fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(fds[1], F_SETFD, FD_CLOEXEC);
#endif
    p.read = Fd(fds[0]);
    p.write = Fd(fds[1]);
    return true;
}

std::vector<std::string> environment(const ChildOptions& options) {
    std::vector<std::string> out;
    auto named = [](std::string_view entry, std::string_view name) {
        return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
    };
    for (char** e = environ; e != nullptr && *e != nullptr; ++e) {
        bool dropped = options.clear_env;
        for (const auto& name : options.unset_env) dropped = dropped || named(*e, name);
        for (const auto& [name, value] : options.set_env) dropped = dropped || named(*e, name);
        if (!dropped) out.emplace_back(*e);
    }
    for (const auto& [name, value] : options.set_env) out.push_back(name + "=" + value);
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& t : texts) out.push_back(t.data());
    out.push_back(nullptr);
    return out;
}

/// In the child between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, char* const* env, int in, int out, int err,
                         const char* directory, int report) {
    ::setpgid(0, 0);
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int s = 1; s < 32; ++s)
        if (s != SIGKILL && s != SIGSTOP) ::signal(s, SIG_DFL);
    bool ok = (in < 0 || ::dup2(in, 0) >= 0) && (out < 0 || ::dup2(out, 1) >= 0) &&
              (err < 0 || ::dup2(err, 2) >= 0) && (directory == nullptr || ::chdir(directory) == 0);
    if (ok) {
        environ = const_cast<char**>(env);
        ::execvp(argv[0], argv);
    }
    int error = errno;
    (void)!::write(report, &error, sizeof error);
    ::_exit(127);
}

int shell_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildOptions& options) {
    Pipe in, out, err, report;
    if (!make_pipe(report) || (options.pipe_stdin && !make_pipe(in)) ||
        (options.pipe_stdout && !make_pipe(out)) || (options.pipe_stderr && !make_pipe(err)))
        return Error{Errc::io, fmt::format("cannot make a pipe: {}", std::strerror(errno))};

    std::vector<std::string> arguments = options.argv, variables = environment(options);
    std::vector<char*> argv = pointers(arguments), env = pointers(variables);
    const char* directory = options.directory.empty() ? nullptr : options.directory.c_str();
    pid_t pid = ::fork();
    if (pid < 0) return Error{Errc::io, fmt::format("cannot fork: {}", std::strerror(errno))};
    if (pid == 0)
        become(argv.data(), env.data(), in.read.get(), out.write.get(), err.write.get(), directory,
               report.write.get());

    report.write.reset();
    int error = 0;
    ssize_t n = 0;
    while ((n = ::read(report.read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    ChildProcess child;
    child.pid_ = pid;
    if (n == static_cast<ssize_t>(sizeof error)) {
        child.wait();
        return Error{Errc::unavailable,
                     fmt::format("cannot start {}: {}", options.argv.at(0), std::strerror(error))};
    }
    child.in = std::move(in.write);
    child.out = std::move(out.read);
    child.err = std::move(err.read);
    return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : in(std::move(other.in)),
      out(std::move(other.out)),
      err(std::move(other.err)),
      pid_(std::exchange(other.pid_, -1)),
      status_(std::exchange(other.status_, std::nullopt)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    std::swap(in, other.in);
    std::swap(out, other.out);
    std::swap(err, other.err);
    std::swap(pid_, other.pid_);
    std::swap(status_, other.status_);
    return *this;
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0 && !status_) stop();
}

std::optional<int> ChildProcess::poll() {
    if (status_ || pid_ <= 0) return status_;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = shell_status(status);
    return status_;
}

int ChildProcess::wait() {
    int status = 0;
    while (!status_) {
        pid_t ended = ::waitpid(pid_, &status, 0);
        if (ended == pid_)
            status_ = shell_status(status);
        else if (errno != EINTR)
            status_ = 127;  // somebody else has reaped it
    }
    return *status_;
}

int ChildProcess::stop(std::chrono::milliseconds grace) {
    if (pid_ <= 0) return 0;
    if (poll()) return *status_;
    ::kill(-pid_, SIGTERM);
    // What it started may live longer than itself. Its id stays taken while its group has members.
    auto over = [this] { return poll() && ::kill(-pid_, 0) != 0; };
    for (auto left = grace; left.count() > 0 && !over(); left -= std::chrono::milliseconds(10))
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!over()) ::kill(-pid_, SIGKILL);
    return wait();
}

}  // namespace pa
