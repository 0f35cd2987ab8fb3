#include "base/child_process.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;

namespace {

ChildOptions shell(const std::string& script) {
    ChildOptions options;
    options.argv = {"sh", "-c", script};
    return options;
}

ChildProcess start(const ChildOptions& options) {
    auto child = ChildProcess::start(options);
    REQUIRE(child);
    return std::move(*child);
}

/// All that comes until the other end closes.
std::string read_all(const Fd& fd) {
    std::string text;
    char buffer[4096];
    ssize_t n = 0;
    while ((n = ::read(fd.get(), buffer, sizeof buffer)) > 0)
        text.append(buffer, static_cast<std::size_t>(n));
    return text;
}

std::string output_of(ChildOptions options) {
    options.pipe_stdout = true;
    ChildProcess child = start(options);
    std::string text = read_all(child.out);
    CHECK(child.wait() == 0);
    return text;
}

/// Waits for one line, which says that the child has come so far.
std::string read_line(const Fd& fd) {
    std::string line;
    char c = 0;
    while (::read(fd.get(), &c, 1) == 1 && c != '\n') line += c;
    return line;
}

}  // namespace

TEST_CASE("a child's end is its status, or 128 and the signal") {
    CHECK(start(shell("exit 0")).wait() == 0);
    CHECK(start(shell("exit 3")).wait() == 3);
    CHECK(start(shell("kill -KILL $$")).wait() == 128 + SIGKILL);
}

TEST_CASE("a program that is not there is told by name") {
    ChildOptions options;
    options.argv = {"pa-no-such-program"};
    auto child = ChildProcess::start(options);
    REQUIRE_FALSE(child);
    CHECK(child.error().code == Errc::unavailable);
    CHECK_THAT(child.error().what, contains("pa-no-such-program"));
    options = shell("exit 0");
    options.directory = "/pa-no-such-folder";
    CHECK_FALSE(ChildProcess::start(options));
}

TEST_CASE("arguments reach the child as they are, without a shell") {
    ChildOptions options;
    options.argv = {"printf", "%s|", "$HOME", "a b", "*", "'\""};
    CHECK(output_of(options) == "$HOME|a b|*|'\"|");
}

TEST_CASE("the child's streams are ours") {
    ChildOptions options = shell("cat; echo err >&2");
    options.pipe_stdin = options.pipe_stdout = options.pipe_stderr = true;
    ChildProcess child = start(options);
    REQUIRE(::write(child.in.get(), "hello", 5) == 5);
    child.in.reset();
    CHECK(read_all(child.out) == "hello");
    CHECK(read_all(child.err) == "err\n");
    CHECK(child.wait() == 0);
}

TEST_CASE("the environment is ours with what was set, without what was taken out") {
    ::setenv("PA_TEST_KEPT", "kept", 1);
    ::setenv("PA_TEST_SECRET", "secret", 1);
    ::setenv("PA_TEST_CHANGED", "old", 1);
    ChildOptions options = shell(
        "echo ${PA_TEST_KEPT-unset} ${PA_TEST_SECRET-unset} ${PA_TEST_CHANGED-unset} "
        "${PA_TEST_NEW-unset}");
    options.unset_env = {"PA_TEST_SECRET"};
    options.set_env = {{"PA_TEST_CHANGED", "new"}, {"PA_TEST_NEW", "x"}};
    CHECK(output_of(options) == "kept unset new x\n");
    for (const char* name : {"PA_TEST_KEPT", "PA_TEST_SECRET", "PA_TEST_CHANGED"}) ::unsetenv(name);
}

TEST_CASE("the child works in the folder it was given") {
    test::TempDir dir;
    ChildOptions options = shell("pwd -P");
    options.directory = dir.path();
    CHECK_THAT(output_of(options), contains(dir.path()));
}

TEST_CASE("a child has default signals, even where we ignore or block them") {
    auto old = std::signal(SIGPIPE, SIG_IGN);
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, &before);
    ChildProcess pipe = start(shell("kill -PIPE $$; exit 0"));
    ChildProcess term = start(shell("kill -TERM $$; exit 0"));
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    std::signal(SIGPIPE, old);
    CHECK(pipe.wait() == 128 + SIGPIPE);
    CHECK(term.wait() == 128 + SIGTERM);
}

TEST_CASE("stopping ends the child and what it started") {
    ChildOptions options = shell("sleep 600 & echo up; wait");
    options.pipe_stdout = true;
    ChildProcess child = start(options);
    CHECK(read_line(child.out) == "up");
    CHECK_FALSE(child.poll());
    CHECK(child.stop() == 128 + SIGTERM);
    CHECK(read_all(child.out).empty());  // ends only when the grandchild's copy is closed too
    CHECK(child.stop() == 128 + SIGTERM);
    CHECK(child.poll() == 128 + SIGTERM);
}

TEST_CASE("what a stopped child leaves behind and will not listen is killed too") {
    ChildOptions options = shell("(trap '' TERM; echo up; exec sleep 600) & wait");
    options.pipe_stdout = true;
    ChildProcess child = start(options);
    CHECK(read_line(child.out) == "up");
    CHECK(child.stop(std::chrono::milliseconds(100)) == 128 + SIGTERM);
    CHECK(read_all(child.out).empty());  // its copy is closed
}

TEST_CASE("a child that will not listen is killed") {
    ChildOptions options = shell("trap '' TERM; echo up; while :; do sleep 600; done");
    options.pipe_stdout = true;
    ChildProcess child = start(options);
    CHECK(read_line(child.out) == "up");
    CHECK(child.stop(std::chrono::milliseconds(20)) == 128 + SIGKILL);
}

TEST_CASE("a child ends with its owner") {
    ChildOptions options = shell("echo up; exec sleep 600");
    options.pipe_stdout = true;
    Fd out;
    {
        ChildProcess child = start(options);
        ChildProcess moved = std::move(child);
        CHECK(child.stop() == 0);  // nothing there any more
        CHECK(read_line(moved.out) == "up");
        out = std::move(moved.out);
    }
    CHECK(read_all(out).empty());
}

TEST_CASE("a child does not hold the pipes of another") {
    ChildOptions first = shell("cat");
    first.pipe_stdin = first.pipe_stdout = true;
    ChildProcess reader = start(first);
    ChildOptions second = shell("echo up; exec sleep 600");
    second.pipe_stdout = true;
    ChildProcess other = start(second);
    CHECK(read_line(other.out) == "up");
    reader.in.reset();
    CHECK(reader.wait() == 0);  // would hang if `other` had inherited its stdin's end
}
