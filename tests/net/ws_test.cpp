#include <openssl/ssl.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/text.hpp"
#include "net/loop_impl.hpp"
#include "net/resolver.hpp"
#include "sim/certificate.hpp"
#include "support/net_rig.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;
using test::Heard;
using test::Listener;

namespace {

std::string url(const Server& server, const std::string& scheme = "ws",
                const std::string& host = "127.0.0.1") {
    return scheme + "://" + host + ":" + std::to_string(server.port()) + "/media";
}

// An echo server and a client of it in one loop.
struct Echo {
    std::unique_ptr<EventLoop> loop = test::make_loop();
    Heard there, here;
    std::unique_ptr<Server> server;
    Listener handler{here};
    std::unique_ptr<WsClient> client;

    explicit Echo(ServerOptions options = {}) {
        there.on_text = test::echo;
        server = test::listen_ws(*loop, there, std::move(options));
    }
    void connect(WsConnect connect = {}) {
        if (connect.url.empty()) connect.url = url(*server);
        client = std::make_unique<WsClient>(*loop, connect, handler);
    }
    void run_until(const std::function<bool()>& done) { test::run_until(*loop, done); }
};

}  // namespace

TEST_CASE("a text comes back from an echo, padded, and the close codes go both ways") {
    Echo echo;
    echo.here.on_open = [](Heard& heard) { heard.peer->send_text("hello 하나"); };
    echo.here.on_text = [](Heard& heard, std::span<char>) { heard.peer->close(3001, "enough"); };
    echo.connect();
    CHECK(echo.here.opened == 0);  // nothing is told from inside the constructor
    echo.run_until([&] { return !echo.here.closed.empty() && !echo.there.closed.empty(); });
    CHECK(echo.here.texts == std::vector<std::string>{"hello 하나"});
    CHECK(echo.here.padded);
    CHECK(echo.there.padded);
    CHECK(echo.here.closed == "3001 enough");
    CHECK(echo.there.closed == "3001 enough");
}

TEST_CASE("a server closes with a code, and sends what it had queued before") {
    Echo echo;
    echo.there.on_open = [](Heard& heard) {
        for (int i = 0; i < 100; ++i) heard.peer->send_text(std::to_string(i));
        heard.peer->close(1000, "done");
        CHECK_FALSE(heard.peer->send_text("too late"));
    };
    echo.connect();
    echo.run_until([&] { return !echo.here.closed.empty() && !echo.there.closed.empty(); });
    CHECK(echo.here.texts.size() == 100);
    CHECK(echo.here.texts.back() == "99");
    CHECK(echo.here.closed == "1000 done");
    CHECK(echo.there.closed == "1000 done");
    echo.run_until([&] { return echo.there.destroyed; });
}

TEST_CASE("messages of every size arrive whole and in order, both ways") {
    Echo echo;
    std::vector<std::size_t> sizes = {0,     1,     125,   126,   127,     4096,      16384,
                                      16400, 65535, 65536, 65537, 200'000, 5'000'000, 3};
    std::vector<std::string> sent;
    for (std::size_t size : sizes) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            text[i] = static_cast<char>('!' + (i * 7 + size) % 90);
        sent.push_back(std::move(text));
    }
    echo.here.on_open = [&](Heard& heard) {
        for (const auto& text : sent) REQUIRE(heard.peer->send_text(text));
    };
    WsConnect connect;
    connect.limits.max_queued = 16U << 20U;
    echo.connect(connect);
    echo.run_until([&] { return echo.here.texts.size() == sent.size(); });
    CHECK(echo.here.texts == sent);
    CHECK(echo.here.padded);
    CHECK(echo.there.padded);
}

#ifdef __GLIBC__
TEST_CASE("connections that have had a long message hold on to nothing of it") {
    Echo echo;
    std::vector<std::unique_ptr<WsClient>> open;
    auto in_use = [] {
        const auto info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const std::size_t before = in_use();
    // Many: what the loop keeps for all of them is less than what one message each would be.
    for (int i = 1; i <= 20; ++i) {
        echo.connect();
        echo.run_until([&] { return echo.here.opened == i; });
        REQUIRE(echo.here.peer->send_text(std::string(60'000, 'x')));  // several reads
        echo.run_until([&] { return echo.here.texts.size() == 1; });
        std::vector<std::string>().swap(echo.here.texts);
        std::vector<std::string>().swap(echo.there.texts);
        open.push_back(std::move(echo.client));
    }
    CHECK(in_use() < before + 20UL * 60'000);
}
#endif

#ifdef __linux__
TEST_CASE("an open connection has one descriptor at either end, and goes on without the other") {
    auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    Echo echo;
    echo.run_until([&] { return echo.loop->impl().tls_ready; });  // reads files
    const auto before = descriptors();
    std::vector<std::unique_ptr<WsClient>> open;
    for (int i = 1; i <= 5; ++i) {
        echo.connect();
        echo.run_until([&] { return echo.here.opened == i; });
        open.push_back(std::move(echo.client));
    }
    echo.run_until([&] { return descriptors() == before + 2 * 5; });
    REQUIRE(echo.here.peer->send_text("still there?"));
    echo.run_until([&] { return echo.here.texts.size() == 1; });
    open.clear();
    echo.run_until([&] { return descriptors() == before; });
}
#endif

TEST_CASE("an echo over TLS, checked against the host's name") {
    test::TempDir folder;
    auto files = sim::make_test_certificates(folder.path());
    REQUIRE(files);
    Heard there, here;
    there.on_text = test::echo;
    here.on_open = [](Heard& heard) { heard.peer->send_text(std::string(100'000, 'x')); };
    Listener handler(here);
    ServerOptions options;
    options.certificate_file = files->certificate_file;
    options.key_file = files->key_file;
    SECTION("trusted") {
        auto loop = test::make_loop(files->ca_file);
        auto server = test::listen_ws(*loop, there, options);
        auto client = std::make_unique<WsClient>(
            *loop, WsConnect{.url = url(*server, "wss", "localhost")}, handler);
        test::run_until(*loop, [&] { return !here.texts.empty() || !here.closed.empty(); });
        REQUIRE(here.closed.empty());
        CHECK(here.texts.front().size() == 100'000);
        // The next connection can take up the session, also once this one has gone.
        client.reset();
        REQUIRE(loop->impl().tls_sessions.size() == 1);
        CHECK(SSL_SESSION_is_resumable(loop->impl().tls_sessions.begin()->second.get()) == 1);
        here.texts.clear();
        here.batches.clear();
        there.texts.clear();
        there.on_text = {};
        WsClient again(*loop, {.url = url(*server, "wss", "localhost")}, handler);
        test::run_until(*loop, [&] { return !there.texts.empty() || !here.closed.empty(); });
        CHECK(here.closed.empty());
        // Records that came together are one batch.
        for (const char* text : {"one", "two", "three"}) there.peer->send_text(text);
        test::run_until(*loop, [&] { return here.texts.size() == 3; });
        CHECK(here.batches == "++-.");
    }
    SECTION("an unknown authority") {
        auto loop = test::make_loop();
        auto server = test::listen_ws(*loop, there, options);
        WsClient client(*loop, {.url = url(*server, "wss", "localhost")}, handler);
        test::run_until(*loop, [&] { return !here.closed.empty(); });
        CHECK(here.opened == 0);
        CHECK_THAT(here.closed, contains("0 certificate of localhost not trusted: "));
    }
    SECTION("another name") {
        auto loop = test::make_loop(files->ca_file);
        loop->impl().resolver->set_lookup([](const std::string&) -> Result<Resolver::Addresses> {
            return Resolver::Addresses{"127.0.0.1"};
        });
        auto server = test::listen_ws(*loop, there, options);
        WsClient client(*loop, {.url = url(*server, "wss", "other.test")}, handler);
        test::run_until(*loop, [&] { return !here.closed.empty(); });
        CHECK(here.opened == 0);
        CHECK_THAT(to_lower(here.closed), contains("hostname mismatch"));
    }
    SECTION("a server that speaks no TLS") {
        auto loop = test::make_loop(files->ca_file);
        auto server = test::listen_ws(*loop, there);
        WsClient client(*loop, {.url = url(*server, "wss", "localhost")}, handler);
        test::run_until(*loop, [&] { return !here.closed.empty(); });
        CHECK(here.opened == 0);
        CHECK_THAT(here.closed, contains("0 TLS with localhost failed"));
    }
}

TEST_CASE("a socket that is left goes on at another server, with not a byte lost") {
    Echo first;
    Fd taken;
    std::string bytes;
    first.there.on_text = [&](Heard& heard, std::span<char> message) {
        std::string text(message.data(), message.size());
        heard.peer->leave(text, [&](Fd fd, std::string rest) {
            taken = std::move(fd);
            bytes = std::move(rest);
        });
        CHECK_FALSE(heard.peer->send_text("too late"));
    };
    first.here.on_open = [](Heard& heard) {
        for (const char* text : {"start", "one", "two"}) heard.peer->send_text(text);
        heard.peer->send_text(std::string(100'000, 'x'));  // is cut off by the leaving
    };
    first.connect();
    first.run_until([&] { return static_cast<bool>(taken) && first.there.destroyed; });
    CHECK(first.there.texts == std::vector<std::string>{"start"});
    CHECK(first.there.closed.empty());

    Heard second;
    second.on_text = test::echo;
    auto heir = test::listen_ws(*first.loop, second);
    heir->adopt(std::move(taken), bytes, std::make_unique<Listener>(second));
    first.run_until([&] { return first.here.texts.size() == 4; });
    CHECK(second.texts ==
          std::vector<std::string>{"start", "one", "two", std::string(100'000, 'x')});
    CHECK(second.padded);
    first.here.peer->send_text("three");
    first.run_until([&] { return first.here.texts.size() == 5; });

    SECTION("the client closes") { first.here.peer->close(3001, "enough"); }
    SECTION("the second server closes") { second.peer->close(3001, "enough"); }
    first.run_until([&] { return second.destroyed && !first.here.closed.empty(); });
    CHECK(second.closed == "3001 enough");
    CHECK(first.here.closed == "3001 enough");
}

TEST_CASE("a socket that is left goes on in another loop, at a server that listens to nothing") {
    Echo first;
    Fd taken;
    std::string bytes;
    first.there.on_text = [&](Heard& heard, std::span<char> message) {
        heard.peer->leave({message.data(), message.size()}, [&](Fd fd, std::string rest) {
            taken = std::move(fd);
            bytes = std::move(rest);
        });
    };
    first.here.on_open = [](Heard& heard) {
        for (const char* text : {"start", "one"}) heard.peer->send_text(text);
    };
    first.connect();
    first.run_until([&] { return static_cast<bool>(taken); });

    auto other = std::make_unique<test::LoopThread>();
    Heard second;
    second.on_text = test::echo;
    std::unique_ptr<net::Server> heir;
    other->call([&] {
        net::WsLimits limits;
        limits.max_message = 1000;
        heir = net::Server::without_listener(other->loop(), limits);
        CHECK(heir->port() == 0);
        CHECK(heir->listening_fd() == -1);
        heir->adopt(std::move(taken), bytes, std::make_unique<Listener>(second));
    });
    first.run_until([&] { return first.here.texts.size() == 2; });
    CHECK(first.here.texts == std::vector<std::string>{"start", "one"});
    SECTION("with limits of its own") {
        first.here.peer->send_text(std::string(1001, 'x'));
        first.run_until([&] { return !first.here.closed.empty(); });
        CHECK(first.here.closed == "1009 message too large");
    }
    other->call([&] { heir.reset(); });
    other.reset();  // what was let go of is freed at the end of a turn
    CHECK(second.destroyed);
    first.run_until([&] { return !first.here.closed.empty(); });
}

TEST_CASE("a socket that is left while something waits to be sent breaks off") {
    Echo echo;
    bool taken = false;
    echo.there.on_text = [&](Heard& heard, std::span<char>) {
        heard.peer->send_text(std::string(7U << 20U, 'x'));
        heard.peer->leave("start", [&](Fd, std::string) { taken = true; });
    };
    echo.here.on_open = [](Heard& heard) { heard.peer->send_text("start"); };
    echo.connect();
    echo.run_until([&] { return echo.there.destroyed; });
    CHECK_FALSE(taken);
    CHECK(echo.there.closed == "1006 ");
}

TEST_CASE("a server destroyed drops the sockets it has adopted") {
    Echo first;
    Fd taken;
    std::string bytes;
    first.there.on_text = [&](Heard& heard, std::span<char>) {
        heard.peer->leave("start", [&](Fd fd, std::string rest) {
            taken = std::move(fd);
            bytes = std::move(rest);
        });
    };
    first.here.on_open = [](Heard& heard) { heard.peer->send_text("start"); };
    first.connect();
    first.run_until([&] { return static_cast<bool>(taken); });
    Heard second;
    auto heir = test::listen_ws(*first.loop, second);
    heir->adopt(std::move(taken), bytes, std::make_unique<Listener>(second));
    heir.reset();
    CHECK(second.destroyed);
    CHECK(second.closed.empty());
    first.run_until([&] { return !first.here.closed.empty(); });
    CHECK(first.here.closed == "1006 ");
}

TEST_CASE("a name that is found after the attempt was given up connects nobody") {
    Echo echo;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    echo.loop->impl().resolver->set_lookup(
        [released](const std::string&) -> Result<Resolver::Addresses> {
            released.wait();
            return Resolver::Addresses{"127.0.0.1"};
        });
    WsConnect connect;
    connect.url = url(*echo.server, "ws", "late.test");
    connect.timeout = 20ms;
    echo.connect(connect);
    echo.run_until([&] { return !echo.here.closed.empty(); });
    CHECK_THAT(echo.here.closed, contains("timed out"));
    bool found = false;
    echo.loop->impl().resolver->resolve("late.test", [&](const auto&) { found = true; });
    release.set_value();
    echo.run_until([&] { return found; });
    // A later connection is the server's first.
    Heard second;
    Listener listener(second);
    WsClient next(*echo.loop, {.url = url(*echo.server)}, listener);
    echo.run_until([&] { return second.opened == 1; });
    CHECK(echo.there.opened == 1);
}
