#include "net/channel.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

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

// What became of a process of another user that connects to there.sock in `folder`.
enum Stranger { connected, refused, no_other_user };

Stranger connect_as_nobody(const std::string& folder) {
    sockaddr_un there{};
    there.sun_family = AF_UNIX;
    std::string("there.sock").copy(there.sun_path, sizeof there.sun_path - 1);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(10);
        // From within: whoever else it is may not come through the folders above.
        if (::chdir(folder.c_str()) != 0 || ::setuid(65534) != 0) ::_exit(no_other_user);
        const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET, 0);
        const auto* address = reinterpret_cast<const sockaddr*>(&there);
        ::_exit(::connect(fd, address, sizeof there) == 0 ? connected : refused);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return static_cast<Stranger>(WEXITSTATUS(status));
}

// The process that connected; 0: not known.
pid_t peer_of(const Fd& fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
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

TEST_CASE("the socket of a channel is for its own user only") {
    Rig rig;
    struct stat info {};
    REQUIRE(::stat(rig.path.c_str(), &info) == 0);
    CHECK(S_ISSOCK(info.st_mode));
    CHECK((info.st_mode & 07777) == 0600);
}

TEST_CASE("another user's process is not welcomed, even where the socket lets it connect") {
    if (::geteuid() != 0) {
        WARN("not tried: only root can become another user");
        return;
    }
    test::TempDir folder;
    const std::string path = folder.path() + "/there.sock";
    auto loop = test::make_loop();
    std::vector<Fd> welcomed;
    auto welcome = [&](Fd fd) { welcomed.push_back(std::move(fd)); };
    Fd inherited;
    if (GENERATE(false, true)) {
        auto passed_on = listen_unix(path, SOCK_SEQPACKET);
        REQUIRE(passed_on);
        inherited = std::move(*passed_on);
    }
    auto listener = ChannelListener::listen(*loop, path, std::move(inherited), welcome);
    REQUIRE(listener);
    REQUIRE(::chmod(folder.path().c_str(), 0711) == 0);
    CHECK(connect_as_nobody(folder.path()) != connected);  // the mode alone keeps it out
    REQUIRE(::chmod(path.c_str(), 0666) == 0);
    const Stranger stranger = connect_as_nobody(folder.path());
    if (stranger == no_other_user) {
        WARN("not tried: this root cannot become another user");
        return;
    }
    REQUIRE(stranger == connected);
    // Whoever connects first comes first, so the stranger's turn is over when ours has come.
    auto own = connect_channel(path);
    REQUIRE(own);
    test::run_until(*loop, [&] {
        return std::any_of(welcomed.begin(), welcomed.end(),
                           [](const Fd& fd) { return peer_of(fd) == ::getpid(); });
    });
    CHECK(welcomed.size() == 1);
}
