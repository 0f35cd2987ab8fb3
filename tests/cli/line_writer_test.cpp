#include "cli/line_writer.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "base/file.hpp"
#include "support/catch.hpp"

using pa::Fd;
using pa::cli::LineWriter;

namespace {

struct Pipe {
    Fd read_end, write_end;
    Pipe() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        read_end = Fd(ends[0]);
        write_end = Fd(ends[1]);
    }
    /// Until that many bytes have come, or the end.
    std::string read(std::size_t size) const {
        std::string text(size, '\0');
        std::size_t got = 0;
        while (got < size) {
            const ssize_t n = ::read(read_end.get(), text.data() + got, size - got);
            if (n <= 0) break;
            got += static_cast<std::size_t>(n);
        }
        text.resize(got);
        return text;
    }
};

}  // namespace

TEST_CASE("a line for a reader that has stopped costs nobody any time, and what waits is bounded") {
    Pipe pipe;
    const std::string line(1000, 'x');
    LineWriter writer(pipe.write_end.get(), 100 * 1000);
    std::size_t left_out = 0;
    for (int i = 0; i < 10'000; ++i) CHECK(writer.write(line));  // 10 MB: the pipe takes 64 KiB
    left_out = writer.take_left_out();
    CHECK(left_out > 9'000);
    CHECK(writer.take_left_out() == 0);
    CHECK(writer.waiting() > 99'000);
    // The reader comes back: all that was not left out is there.
    const std::string rest = pipe.read((10'000 - left_out) * 1000);
    CHECK(rest.size() == (10'000 - left_out) * 1000);
    CHECK(writer.write("the end\n"));
    CHECK(pipe.read(8) == "the end\n");
}

TEST_CASE("what is in the mailbox is written before its writer is gone") {
    Pipe pipe;
    {
        LineWriter writer(pipe.write_end.get(), 1000);
        writer.write("one\n");
        writer.write("two\n");
    }
    pipe.write_end.reset();
    CHECK(pipe.read(100) == "one\ntwo\n");
}

TEST_CASE("a writer whose reader never comes back is given up") {
    auto pipe = std::make_unique<Pipe>();
    ::fcntl(pipe->write_end.get(), F_SETPIPE_SZ, 4096);
    {
        LineWriter writer(pipe->write_end.get(), 1U << 20U);
        writer.write(std::string(100'000, 'x'));
    }
    CHECK(pipe->read(4096).size() == 4096);
    ::signal(SIGPIPE, SIG_IGN);
    pipe->read_end.reset();  // lets its thread go, which nobody waits for: it may be in write() yet
    static const Fd still_open = std::move(pipe->write_end);
}

TEST_CASE("a reader that has gone is told to who writes next") {
    ::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    pipe.read_end.reset();
    LineWriter writer(pipe.write_end.get(), 1000);
    bool heard = true;
    for (int i = 0; i < 1'000'000 && heard; ++i) heard = writer.write("x\n");
    CHECK_FALSE(heard);
}
