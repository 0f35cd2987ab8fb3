// A host of several addresses, of which not all take a connection.
#include <atomic>

#include "net/loop_impl.hpp"
#include "support/net_rig.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;
using test::Heard;
using test::Listener;

namespace {

sockaddr_in at(const char* address, int port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address, &where.sin_addr);
    return where;
}

// An address that answers nothing: as many wait to be accepted there as may.
struct Silent {
    std::vector<Fd> fds;

    Silent(const char* address, int port) {
        const sockaddr_in here = at(address, port);
        const auto* name = reinterpret_cast<const sockaddr*>(&here);
        Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        int yes = 1;
        ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        REQUIRE(::bind(listener.get(), name, sizeof here) == 0);
        REQUIRE(::listen(listener.get(), 0) == 0);
        fds.push_back(std::move(listener));
        for (int i = 0; i < 4; ++i) {
            fds.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            static_cast<void>(::connect(fds.back().get(), name, sizeof here));
        }
    }
};

// A server at 127.0.0.1, and a client that knows it under a name with the addresses given.
struct Rig {
    std::unique_ptr<EventLoop> loop = test::make_loop();
    Heard there, here;
    std::unique_ptr<Server> server = test::listen_ws(*loop, there);
    int port = server->port();
    Listener handler{here};
    std::unique_ptr<WsClient> client;
    std::shared_ptr<std::atomic<int>> lookups = std::make_shared<std::atomic<int>>(0);

    explicit Rig(Resolver::Addresses addresses) {
        loop->impl().resolver->set_lookup([count = lookups, addresses = std::move(addresses)](
                                              const std::string&) -> Result<Resolver::Addresses> {
            ++*count;
            return addresses;
        });
    }
    void connect(std::chrono::milliseconds timeout = 10s, const std::string& scheme = "ws") {
        here.closed.clear();
        WsConnect to;
        to.url = scheme + "://several.test:" + std::to_string(port) + "/";
        to.timeout = timeout;
        client = std::make_unique<WsClient>(*loop, to, handler);
        test::run_until(*loop, [&] { return here.opened > 0 || !here.closed.empty(); });
    }
};

}  // namespace

TEST_CASE("an address that refuses is followed by the next, at once") {
    Rig rig({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    const auto begun = Clock::now();
    rig.connect(60s);
    CHECK(rig.here.closed.empty());
    CHECK(rig.here.opened == 1);
    CHECK(Clock::now() - begun < 2s);
    rig.here.opened = 0;
    rig.connect();
    CHECK(rig.here.opened == 1);
    CHECK(*rig.lookups == 1);  // an answer that has served is kept
}

TEST_CASE("an address that does not answer is followed by the next after its share of the time") {
    Rig rig({"127.0.0.2", "127.0.0.1"});
    Silent silent("127.0.0.2", rig.port);
    SECTION("half of it") { rig.connect(1s); }
    SECTION("2 s of much") { rig.connect(60s); }
    CHECK(rig.here.closed.empty());
    REQUIRE(rig.here.opened == 1);
    // What is open is not timed.
    rig.here.peer->send_text("still here");
    test::run_until(*rig.loop, [&] { return !rig.there.texts.empty(); });
}

TEST_CASE("when no address takes the connection the last cause is told, and the name forgotten") {
    Rig rig({"127.0.0.2", "127.0.0.3"});
    SECTION("refused") {
        rig.connect();
        CHECK(rig.here.closed == "0 connection refused (all 2 addresses were tried)");
    }
    SECTION("no answer from the first") {
        Silent silent("127.0.0.2", rig.port);
        rig.connect(100ms);
        CHECK(rig.here.closed == "0 connection refused (all 2 addresses were tried)");
    }
    SECTION("no answer from the last") {
        Silent silent("127.0.0.3", rig.port);
        rig.connect(100ms);
        CHECK(rig.here.closed == "0 timed out after 0.1 s (all 2 addresses were tried)");
    }
    rig.connect();
    CHECK(*rig.lookups == 2);
}

TEST_CASE("an address that there is no way to takes no time from the others, and is no cause") {
    const std::string nowhere = "255.255.255.255";  // wherever the test runs
    SECTION("beside one that refuses") {
        Rig rig({"127.0.0.2", nowhere});
        rig.connect();
        CHECK(rig.here.closed == "0 connection refused");
    }
    SECTION("beside one that is silent") {
        Rig rig({"127.0.0.2", nowhere});
        Silent silent("127.0.0.2", rig.port);
        rig.connect(100ms);
        CHECK(rig.here.closed == "0 timed out after 0.1 s");
    }
    SECTION("alone") {
        Rig rig({nowhere});
        rig.connect();
        CHECK(rig.here.closed == "0 network is unreachable");
    }
    SECTION("twice") {
        Rig rig({nowhere, nowhere});
        rig.connect();
        CHECK(rig.here.closed == "0 network is unreachable (all 2 addresses were tried)");
    }
}

TEST_CASE("what fails once an address has taken the connection does not go on to the next") {
    Rig rig({"127.0.0.1", "127.0.0.2"});
    SECTION("TLS") {
        rig.connect(10s, "wss");
        CHECK_THAT(rig.here.closed, contains("0 TLS with several.test failed"));
    }
    SECTION("silence") {
        rig.server.reset();
        const sockaddr_in here = at("127.0.0.1", rig.port);
        Fd mute(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        int yes = 1;
        ::setsockopt(mute.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        REQUIRE(::bind(mute.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
        REQUIRE(::listen(mute.get(), 8) == 0);
        rig.connect(200ms);
        CHECK(rig.here.closed == "0 timed out after 0.2 s");
    }
    rig.connect(200ms);
    CHECK(*rig.lookups == 1);
}
