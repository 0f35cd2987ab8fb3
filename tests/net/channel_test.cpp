#include "net/channel.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/listening_socket.hpp"
#include "support/net_rig.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::net;

namespace {

struct End final : Channel::Handler {
    std::vector<std::string> texts;
    std::vector<Fd> fds;
    bool over = false;
    std::unique_ptr<Channel> channel;
    void message(std::string_view text, Fd fd) override {
        texts.emplace_back(text);
        fds.push_back(std::move(fd));
    }
    void closed() override {
        over = true;
        channel.reset();
    }
};

// A listener at a path, and the two ends of one connection to it.
struct Rig {
    test::TempDir folder;
    std::string path = folder.path() + "/there.sock";
    std::unique_ptr<EventLoop> loop = test::make_loop();
    End here, there;
    std::unique_ptr<ChannelListener> listener = listen({});

    std::unique_ptr<ChannelListener> listen(Fd inherited) {
        auto made = ChannelListener::listen(*loop, path, std::move(inherited), [this](Fd fd) {
            there.channel = std::make_unique<Channel>(*loop, std::move(fd), there);
        });
        REQUIRE(made);
        return std::move(*made);
    }
    void connect() {
        auto fd = connect_channel(path);
        REQUIRE(fd);
        here.channel = std::make_unique<Channel>(*loop, std::move(*fd), here);
    }
    void run_until(const std::function<bool()>& done) { test::run_until(*loop, done); }
};

// Other descriptors of this process for the same end of a pipe.
std::vector<int> copies_of(int fd) {
    struct stat wanted {};
    REQUIRE(::fstat(fd, &wanted) == 0);
    const int mode = ::fcntl(fd, F_GETFL) & O_ACCMODE;
    std::vector<int> copies;
    for (int other = 0; other < 1024; ++other) {
        struct stat is {};
        if (other != fd && ::fstat(other, &is) == 0 && is.st_dev == wanted.st_dev &&
            is.st_ino == wanted.st_ino && (::fcntl(other, F_GETFL) & O_ACCMODE) == mode)
            copies.push_back(other);
    }
    return copies;
}

}  // namespace

TEST_CASE("messages come whole and in order, and what does not fit at once comes later") {
    Rig rig;
    rig.connect();
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < 60; ++i)
        sent.emplace_back(i % 7 == 0 ? Channel::max_message : 1 + i, 'a');
    for (const std::string& text : sent) CHECK(rig.here.channel->send(text));
    CHECK_FALSE(rig.here.channel->sent_all());  // more than a socket holds
    rig.run_until([&] { return rig.there.texts.size() == sent.size(); });
    CHECK(rig.there.texts == sent);
    CHECK(rig.here.channel->sent_all());
    CHECK(rig.there.channel->send("answer"));
    rig.run_until([&] { return !rig.here.texts.empty(); });
    CHECK(rig.here.texts.front() == "answer");
}

TEST_CASE("what is too large, or nothing, is not sent") {
    Rig rig;
    rig.connect();
    CHECK_FALSE(rig.here.channel->send(std::string(Channel::max_message + 1, 'x')));
    CHECK_FALSE(rig.here.channel->send(""));
}

TEST_CASE("a descriptor goes with its message, also when it had to wait") {
    Rig rig;
    rig.connect();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    Fd out(ends[0]), in(ends[1]);
    for (int i = 0; i < 6; ++i) rig.here.channel->send(std::string(Channel::max_message, 'x'));
    CHECK(rig.here.channel->send("the pipe", in.get()));
    CHECK(rig.here.channel->send("no pipe"));
    in.reset();
    rig.run_until([&] { return rig.there.texts.size() == 8; });
    REQUIRE(rig.there.fds[6]);
    CHECK_FALSE(rig.there.fds[7]);
    CHECK((::fcntl(rig.there.fds[6].get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(::write(rig.there.fds[6].get(), "hi", 2) == 2);
    char read[2];
    CHECK(::read(out.get(), read, 2) == 2);
}

TEST_CASE("a message whose descriptor cannot be copied is not sent, and a copy is closed on exec") {
    Rig rig;
    rig.connect();
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    Fd out(ends[0]), in(ends[1]);
    for (int i = 0; i < 6; ++i) rig.here.channel->send(std::string(Channel::max_message, 'x'));
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlimit none{0, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const bool sent = rig.here.channel->send("the pipe", in.get());
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_FALSE(sent);
    CHECK(rig.here.channel->send("the pipe at last", in.get()));
    for (int copy : copies_of(in.get())) CHECK((::fcntl(copy, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(copies_of(in.get()).size() == 1);
    rig.run_until([&] { return rig.there.texts.size() == 7; });
    CHECK(rig.there.texts.back() == "the pipe at last");
    CHECK(rig.there.fds.back());
}

TEST_CASE("the end of one is told to the other, once, who may destroy itself then") {
    Rig rig;
    rig.connect();
    rig.run_until([&] { return rig.there.channel != nullptr; });
    rig.here.channel->send("last words");
    rig.here.channel.reset();
    rig.run_until([&] { return rig.there.over; });
    CHECK(rig.there.texts == std::vector<std::string>{"last words"});
    CHECK(rig.there.channel == nullptr);
}

TEST_CASE("where nobody listens is told apart, and a stale file is replaced") {
    test::TempDir folder;
    auto nobody = connect_channel(folder.path() + "/none.sock");
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == Errc::no);
    {
        auto stale = listen_unix(folder.path() + "/there.sock", SOCK_SEQPACKET);
        REQUIRE(stale);
    }
    auto dead = connect_channel(folder.path() + "/there.sock");
    REQUIRE_FALSE(dead);
    CHECK(dead.error().code == Errc::no);
    auto loop = test::make_loop();
    auto made = ChannelListener::listen(*loop, folder.path() + "/there.sock", {}, [](Fd) {});
    REQUIRE(made);
    auto second = ChannelListener::listen(*loop, folder.path() + "/there.sock", {}, [](Fd) {});
    REQUIRE_FALSE(second);
    CHECK_THAT(second.error().what, contains("listens there already"));
    made->reset();
    CHECK_FALSE(file_exists(folder.path() + "/there.sock"));
}

TEST_CASE("a listening socket that was passed on serves, and its file goes with the last owner") {
    Rig rig;
    auto heir = rig.listen(Fd(::dup(rig.listener->fd())));
    rig.connect();
    rig.run_until([&] { return rig.there.channel != nullptr; });
    heir.reset();
    CHECK_FALSE(file_exists(rig.path));
}
