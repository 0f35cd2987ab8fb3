// What goes wrong with WebSockets, and what must not follow from it.
#include <algorithm>
#include <set>

#include "net/loop_impl.hpp"
#include "support/net_rig.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;
using test::BareSocket;
using test::Heard;
using test::Listener;

namespace {

std::string url(int port, const std::string& scheme = "ws") {
    return scheme + "://127.0.0.1:" + std::to_string(port) + "/";
}

// A WebSocket server in a thread of its own, for bare clients.
struct Site {
    test::LoopThread thread;
    Heard heard;
    std::unique_ptr<Server> server;

    explicit Site(ServerOptions options = {}) {
        thread.call([&] { server = test::listen_ws(thread.loop(), heard, std::move(options)); });
    }
    ~Site() {
        thread.call([&] { server.reset(); });
    }
    // Waits until the server's side is closed; returns how.
    std::string closed() {
        auto until = Clock::now() + 10s;
        std::string how;
        while (how.empty() && Clock::now() < until) thread.call([&] { how = heard.closed; });
        return how;
    }
};

// Reads frames of a server until its close frame: code and reason.
std::string close_frame(BareSocket& client) {
    for (;;) {
        std::string head = client.read(2);
        if (head.size() < 2) return "end";
        std::size_t size = static_cast<unsigned char>(head[1]);
        if (size == 126) {
            std::string more = client.read(2);
            size = static_cast<std::size_t>(static_cast<unsigned char>(more[0])) << 8U |
                   static_cast<unsigned char>(more[1]);
        }
        std::string payload = client.read(size);
        if (head[0] != '\x88') continue;
        int code = static_cast<unsigned char>(payload.at(0)) << 8 |
                   static_cast<unsigned char>(payload.at(1));
        return std::to_string(code) + " " + payload.substr(2);
    }
}

// A server's answer for each path: "/401" is refused with 401.
Upgrade refuse_by_path(const ServerRequest& request) {
    return Upgrade{nullptr, std::stoi(request.path.substr(1))};
}

}  // namespace

TEST_CASE("a refused handshake tells its status") {
    auto [status, text] =
        GENERATE(std::pair(401, "0 401 Unauthorized"), std::pair(403, "0 403 Forbidden"),
                 std::pair(404, "0 404 Not Found"), std::pair(503, "0 503 Service Unavailable"),
                 std::pair(299, "0 299"));
    auto loop = test::make_loop();
    auto server = test::listen(*loop, {}, test::no_requests, refuse_by_path);
    Heard heard;
    Listener handler(heard);
    WsClient client(*loop, {.url = url(server->port()) + std::to_string(status)}, handler);
    test::run_until(*loop, [&] { return !heard.closed.empty(); });
    CHECK(heard.closed == text);
    CHECK(heard.opened == 0);
}

TEST_CASE("a client sends its headers with the handshake") {
    auto loop = test::make_loop();
    Heard heard;
    Listener handler(heard);
    ServerOptions options;
    options.headers = {"authorization", "x-agent", "host"};
    ServerRequest asked;
    auto server =
        test::listen(*loop, options, test::no_requests, [&](const ServerRequest& request) {
            asked = request;
            return Upgrade{};
        });
    WsConnect connect;
    connect.url = url(server->port()) + "v1/realtime?model=gpt-realtime&x=a%20b";
    connect.headers = {{"Authorization", "Bearer sk-" + std::string(200, 'k')},
                       {"X-Agent", "하나"}};
    WsClient client(*loop, connect, handler);
    test::run_until(*loop, [&] { return !heard.closed.empty(); });
    CHECK(heard.closed == "0 403 Forbidden");
    CHECK(asked.path == "/v1/realtime");
    CHECK(asked.query == Form{{"model", "gpt-realtime"}, {"x", "a b"}});
    CHECK(asked.header("authorization") == connect.headers[0].second);
    CHECK(asked.header("x-agent") == "하나");
    CHECK(asked.header("host") == "127.0.0.1:" + std::to_string(server->port()));
}

TEST_CASE("a connection that cannot be made tells why, from the loop") {
    auto loop = test::make_loop();
    Heard heard;
    Listener handler(heard);
    WsConnect connect;
    std::string reason;
    SECTION("refused") {
        auto server = test::listen(*loop, {}, test::no_requests);
        connect.url = url(server->port());
        server.reset();
        reason = "0 connection refused";
    }
    SECTION("not a URL of a WebSocket") {
        connect.url = GENERATE("http://127.0.0.1/", "127.0.0.1", "");
        reason = "0 not a ws:// or wss:// URL: " + connect.url;
    }
    SECTION("a name nobody knows") {
        loop->impl().resolver->set_lookup(
            [](const std::string& host) -> Result<Resolver::Addresses> {
                return Error{Errc::later, "cannot resolve " + host};
            });
        connect.url = "ws://nobody.test/";
        reason = "0 cannot resolve nobody.test";
    }
    WsClient client(*loop, connect, handler);
    CHECK(heard.closed.empty());
    test::run_until(*loop, [&] { return !heard.closed.empty(); });
    CHECK(heard.closed == reason);
    CHECK(heard.opened == 0);
}

TEST_CASE("the time limit covers a silent name, a silent server and a silent TLS") {
    auto loop = test::make_loop();
    Heard heard;
    Listener handler(heard);
    WsConnect connect;
    connect.timeout = 50ms;
    std::promise<void> release;
    Fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(silent.get(), 8) == 0);
    REQUIRE(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    SECTION("name") {
        loop->impl().resolver->set_lookup([wait = release.get_future().share()](
                                              const std::string&) -> Result<Resolver::Addresses> {
            wait.wait();
            return Resolver::Addresses{"127.0.0.1"};
        });
        connect.url = "ws://silent.test/";
    }
    SECTION("server") { connect.url = url(ntohs(address.sin_port)); }
    SECTION("TLS") { connect.url = url(ntohs(address.sin_port), "wss"); }
    WsClient client(*loop, connect, handler);
    test::run_until(*loop, [&] { return !heard.closed.empty(); });
    release.set_value();
    CHECK(heard.closed == "0 timed out after 0.05 s");
}

TEST_CASE("a client destroyed at any moment drops its connection silently") {
    auto loop = test::make_loop();
    Heard there, here;
    auto server = test::listen_ws(*loop, there);
    Listener handler(here);
    auto client = std::make_unique<WsClient>(*loop, WsConnect{.url = url(server->port())}, handler);
    SECTION("before the loop has run") {
        client.reset();
        std::unique_ptr<WsClient> second =
            std::make_unique<WsClient>(*loop, WsConnect{.url = url(server->port())}, handler);
        test::run_until(*loop, [&] { return there.opened == 1; });
        second.reset();
    }
    SECTION("while it connects") {
        loop->post([&] { client.reset(); });  // the address is delivered one turn earlier
        Timer end(*loop, [&] { loop->stop(); });
        end.arm(30ms);
        test::run(*loop);
    }
    SECTION("inside opened()") {
        here.on_open = [&](Heard&) { client.reset(); };
        test::run_until(*loop, [&] { return !there.closed.empty(); });
    }
    SECTION("inside text()") {
        there.on_open = [](Heard& heard) {
            heard.peer->send_text("one");
            heard.peer->send_text("two");
        };
        here.on_text = [&](Heard&, std::span<char>) { client.reset(); };
        test::run_until(*loop, [&] { return !there.closed.empty(); });
        CHECK(here.texts.size() == 1);
    }
    SECTION("inside text() of a message in pieces") {
        there.on_open = [](Heard& heard) { heard.peer->send_text(std::string(300'000, 'x')); };
        here.on_text = [&](Heard&, std::span<char>) { client.reset(); };
        test::run_until(*loop, [&] { return !there.closed.empty(); });
    }
    SECTION("inside closed()") {
        there.on_open = [](Heard& heard) { heard.peer->close(1000, "bye"); };
        here.on_close = [&](Heard&) { client.reset(); };
        test::run_until(*loop, [&] { return client == nullptr && !there.closed.empty(); });
        CHECK(here.closed == "1000 bye");
        return;
    }
    SECTION("inside closed() of a failure") {
        server.reset();
        here.on_close = [&](Heard&) { client.reset(); };
        test::run_until(*loop, [&] { return client == nullptr; });
        return;
    }
    SECTION("when the loop is already gone through its last turn") {
        test::run_until(*loop, [&] { return here.opened == 1; });
        client.reset();
    }
    if (there.opened != 0) test::run_until(*loop, [&] { return !there.closed.empty(); });
    CHECK(here.closed.empty());
}

TEST_CASE("a server destroyed inside its handlers' callbacks is silent, and its peers notice") {
    auto loop = test::make_loop();
    Heard there, here;
    auto server = test::listen_ws(*loop, there);
    Listener handler(here);
    here.on_open = [](Heard& heard) { heard.peer->send_text("x"); };
    SECTION("opened") {
        there.on_open = [&](Heard&) { server.reset(); };
    }
    SECTION("text") {
        there.on_text = [&](Heard&, std::span<char>) { server.reset(); };
    }
    WsClient client(*loop, {.url = url(server->port())}, handler);
    test::run_until(*loop, [&] { return !here.closed.empty() && there.destroyed; });
    CHECK(there.closed.empty());
    CHECK(here.closed.substr(0, 4) == "1006");
}

TEST_CASE("a loop may be stopped and destroyed with everything open") {
    Heard there, here;
    Listener handler(here);
    auto loop = test::make_loop();
    auto server = test::listen_ws(*loop, there);
    auto client = std::make_unique<WsClient>(*loop, WsConnect{.url = url(server->port())}, handler);
    auto connecting =
        std::make_unique<WsClient>(*loop, WsConnect{.url = url(server->port())}, handler);
    test::run_until(*loop, [&] { return here.opened >= 1; });
    here.peer->send_text(std::string(1'000'000, 'x'));
    if (GENERATE(true, false)) {
        client.reset();
        connecting.reset();
        server.reset();
    } else {
        server.reset();
        connecting.reset();
        client.reset();
    }
    loop.reset();
    CHECK(here.closed.empty());
    CHECK(there.destroyed);
}

TEST_CASE("a message over the limit closes with 1009, whole or in pieces") {
    auto loop = test::make_loop();
    Heard there, here;
    ServerOptions options;
    options.ws.max_message = 100'000;
    auto server = test::listen_ws(*loop, there, options);
    Listener handler(here);
    here.on_open = [](Heard& heard) {
        heard.peer->send_text(std::string(100'000, 'x'));
        heard.peer->send_text(std::string(100'001, 'x'));
        heard.peer->send_text("not read any more");
    };
    WsClient client(*loop, {.url = url(server->port())}, handler);
    test::run_until(*loop, [&] { return !here.closed.empty() && !there.closed.empty(); });
    CHECK(here.closed == "1009 message too large");
    CHECK(there.closed == "1009 message too large");
    REQUIRE(there.texts.size() == 1);
    CHECK(there.texts.front().size() == 100'000);
}

TEST_CASE("a client, too, keeps to its limit") {
    auto loop = test::make_loop();
    Heard there, here;
    auto server = test::listen_ws(*loop, there);
    Listener handler(here);
    there.on_open = [](Heard& heard) { heard.peer->send_text(std::string(5'000'000, 'x')); };
    WsConnect connect;
    connect.url = url(server->port());
    connect.limits.max_message = 4'999'999;
    WsClient client(*loop, connect, handler);
    test::run_until(*loop, [&] { return !here.closed.empty() && !there.closed.empty(); });
    CHECK(here.closed == "1009 message too large");
    CHECK(there.closed == "1009 message too large");
    CHECK(here.texts.empty());
}

TEST_CASE("fragments, with a ping between them, make one message; binary is counted") {
    Site site;
    BareSocket client(site.server->port());
    CHECK_THAT(client.upgrade(), contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));  // RFC 6455's example
    client.send_frame(0x01, "one, ");
    client.send_frame(0x89, "ping");
    client.send_frame(0x00, "two, ");
    client.send_frame(0x80, "three");
    client.send_frame(0x02, std::string(1000, 'b'));
    client.send_frame(0x80, std::string(500, 'b'));
    client.send_frame(0x81, "");
    CHECK(client.read(6) == std::string("\x8a\x04ping", 6));
    client.send_frame(0x88,
                      "\x03\xe8"
                      "bye");
    CHECK(close_frame(client) == "1000 bye");
    CHECK(site.closed() == "1000 bye");
    CHECK(site.heard.texts == std::vector<std::string>{"one, two, three", ""});
    CHECK(site.heard.binaries == std::vector<std::size_t>{1500});
    CHECK(site.heard.padded);
}

TEST_CASE("a frame that arrives byte by byte is one message") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    std::string frame("\x81\xfe\x00\xc8\x01\x02\x03\x04", 8);
    for (std::size_t i = 0; i < 200; ++i) frame += static_cast<char>('x' ^ (i % 4 + 1));
    for (char c : frame) client.send({&c, 1});
    client.send_frame(0x88, "");
    CHECK(site.closed() == "1005 ");
    CHECK(site.heard.texts == std::vector<std::string>{std::string(200, 'x')});
}

TEST_CASE("a handler knows what has come together, and when all of that was told") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    auto frame = [](std::string_view text) {
        return std::string("\x81", 1) + static_cast<char>(0x80U | text.size()) +
               std::string(4, '\0') + std::string(text);
    };
    const auto told = [&](std::size_t messages) {
        const auto until = Clock::now() + 10s;
        std::string batches;
        while (batches.empty() && Clock::now() < until)
            site.thread.call([&] {
                if (site.heard.texts.size() == messages) batches = site.heard.batches;
            });
        return batches;
    };
    client.send(frame("one") + frame("two") + frame("three"));
    CHECK(told(3) == "++-.");
    client.send(frame("four") + frame("five").substr(0, 5));
    CHECK(told(4) == "++-.+.");  // the fifth has begun
    client.send(frame("five").substr(5));
    CHECK(told(5) == "++-.+.-.");
    client.send(frame("six") + std::string("\x89\x80\0\0\0\0", 6));
    CHECK(told(6) == "++-.+.-.+.");  // a ping waits, which nobody is told of
}

TEST_CASE("whoever sends messages before the upgrade is answered is not heard") {
    Site site;
    BareSocket client(site.server->port());
    client.send(
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\n\r\n") +
        std::string("\x81\x85\0\0\0\0early", 11));
    CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101"));
    CHECK(client.read_all().empty());  // closed
    CHECK(site.closed() == "1006 ");
    CHECK(site.heard.texts.empty());
}

TEST_CASE("messages arrive whole wherever their bytes are cut, and many at a time") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    // Of two messages with a ping between them, once in two parts for each place to cut.
    std::string part = std::string("\x81\xfe\x00\xc8\0\0\0\0", 8) + std::string(200, 'x') +
                       std::string("\x89\x84\0\0\0\0ping\x81\x81\0\0\0\0y", 17);
    for (std::size_t cut = 1; cut < part.size(); ++cut) {
        client.send(std::string_view(part).substr(0, cut));
        client.send(std::string_view(part).substr(cut));
        REQUIRE(client.read(6) == std::string("\x8a\x04ping", 6));
    }
    std::string many;
    for (int i = 0; i < 1000; ++i) many += part;
    client.send(many);
    client.send_frame(0x88, "");
    REQUIRE(client.read(6000).size() == 6000);
    CHECK(site.closed() == "1005 ");
    std::size_t pairs = part.size() - 1 + 1000;
    REQUIRE(site.heard.texts.size() == 2 * pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        REQUIRE(site.heard.texts[2 * i] == std::string(200, 'x'));
        REQUIRE(site.heard.texts[2 * i + 1] == "y");
    }
    CHECK(site.heard.padded);
}

TEST_CASE("a peer that breaks the rules is told 1002 and reported with 1006") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    SECTION("a reserved opcode") { client.send_frame(0x83, "x"); }
    SECTION("a continuation of nothing") { client.send_frame(0x80, "x"); }
    SECTION("a message within a message") {
        client.send_frame(0x01, "x");
        client.send_frame(0x81, "x");
    }
    SECTION("no mask") { client.send("\x81\x01x"); }
    CHECK(close_frame(client) == "1002 ");
    CHECK(site.closed() == "1006 ");
}

TEST_CASE("what a handler sends while it is told of a message goes out together, in order") {
    auto loop = test::make_loop();
    Heard there, here;
    auto server = test::listen_ws(*loop, there);
    there.on_text = [](Heard& heard, std::span<char>) {
        for (int i = 0; i < 3; ++i) heard.peer->send_text(std::to_string(i));
        CHECK(heard.peer->queued_bytes() == 0);
    };
    Listener handler(here);
    here.on_open = [](Heard& heard) { heard.peer->send_text("go"); };
    WsClient client(*loop, {.url = url(server->port())}, handler);
    test::run_until(*loop, [&] { return here.texts.size() == 3; });
    CHECK(here.texts == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("a peer that breaks off is reported with 1006") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    SECTION("gone") { client.close(); }
    SECTION("gone in the middle of a frame") {
        client.send(std::string("\x81\xfe\x03\xe8", 4) + "abcd");
        client.close();
    }
    SECTION("a reset") {
        linger abort{1, 0};
        ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        client.close();
    }
    CHECK(site.closed() == "1006 ");
}

TEST_CASE("an upgrade that is none is refused with a status") {
    Site site;
    BareSocket client(site.server->port());
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n";
    std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", status;
    SECTION("no key") {
        client.send(head + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n");
        status = "400";
    }
    SECTION("an old version") {
        client.send(head + key + "Upgrade: websocket\r\nSec-WebSocket-Version: 8\r\n\r\n");
        status = "426";
    }
    SECTION("a subprotocol") {
        client.send(head + key +
                    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: "
                    "chat\r\n\r\n");
        status = "400";
    }
    SECTION("HTTP/2") {
        client.send(head + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
        status = "400";
    }
    CHECK_THAT(client.read_until("\r\n"), contains("HTTP/1.1 " + status));
    CHECK(site.heard.opened == 0);
}

TEST_CASE("what a slow peer does not take waits in order, and comes whole when it reads") {
    Site site;
    BareSocket client(site.server->port(), 4096);
    client.upgrade();
    std::vector<std::string> sent;
    std::size_t queued = 0;
    site.thread.call([&] {
        for (int i = 0; i < 600; ++i) {
            sent.push_back(std::to_string(i) +
                           std::string(static_cast<std::size_t>(i * 37 % 12'000), 'x'));
            REQUIRE(site.heard.peer->send_text(sent.back()));
        }
        queued = site.heard.peer->queued_bytes();
        site.heard.peer->close(1000, "all");
    });
    CHECK(queued > 100'000);
    for (const std::string& text : sent) {
        std::string head = client.read(text.size() < 126 ? 2 : 4);
        REQUIRE(head[0] == '\x81');
        REQUIRE(client.read(text.size()) == text);
    }
    CHECK(close_frame(client) == "1000 all");
    client.send_frame(0x88,
                      "\x03\xe8"
                      "all");
    CHECK(site.closed() == "1000 all");
}

TEST_CASE("a queue that grows too long closes with 1013") {
    ServerOptions options;
    options.ws.max_queued = 200'000;
    Site site(options);
    BareSocket client(site.server->port(), 4096);
    client.upgrade();
    std::string text(10'000, 'x');
    std::size_t most = 0;
    site.thread.call([&] {
        for (int i = 0; i < 10'000 && site.heard.peer->send_text(text); ++i)
            most = std::max(most, site.heard.peer->queued_bytes());
        CHECK_FALSE(site.heard.peer->send_text("after that, nothing"));
        CHECK(site.heard.closed.empty());
    });
    CHECK(most > 150'000);
    CHECK(most <= 200'000);
    SECTION("a peer that reads then is told") {
        CHECK(close_frame(client) == "1013 the peer does not keep up");
        client.close();
    }
    SECTION("a peer that does not is dropped after 2 s") {}
    CHECK(site.closed() == "1013 the peer does not keep up");
}

TEST_CASE("a peer that does not answer a close is dropped after 2 s") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    auto start = Clock::now();
    site.thread.call([&] { site.heard.peer->close(1001, "restart"); });
    CHECK(close_frame(client) == "1001 restart");
    CHECK(site.closed() == "1001 restart");
    CHECK(Clock::now() - start >= 1900ms);
    CHECK(Clock::now() - start < 4s);
}

TEST_CASE("a half-open peer is found out by pings, one that answers is not") {
    ServerOptions options;
    options.ws.ping_after = 1s;
    options.ws.drop_after = 2s;
    Site site(options);
    BareSocket client(site.server->port());
    client.upgrade();
    CHECK(client.read(2) == std::string("\x89\x00", 2));
    client.send_frame(0x8a, "");
    auto answered = Clock::now();
    CHECK(client.read(2) == std::string("\x89\x00", 2));
    CHECK(site.closed() == "1006 ");
    CHECK(Clock::now() - answered > 1500ms);
}

TEST_CASE("a close reason is cut to what a frame holds, between two characters") {
    Site site;
    BareSocket client(site.server->port());
    client.upgrade();
    std::string reason;
    for (int i = 0; i < 50; ++i) reason += "하";
    site.thread.call([&] { site.heard.peer->close(4000, reason); });
    CHECK(close_frame(client) == "4000 " + reason.substr(0, 123));
    client.close();
}

TEST_CASE("a message forwarded from another connection's callback goes out at once") {
    auto loop = test::make_loop();
    Heard left_there, right_there, left, right;
    std::vector<Heard*> order = {&left_there, &right_there};
    auto server = test::listen(*loop, {}, test::no_requests, [&](const ServerRequest& request) {
        return Upgrade{
            std::make_unique<Listener>(request.path == "/left" ? left_there : right_there)};
    });
    left_there.on_text = [&](Heard&, std::span<char> text) {
        REQUIRE(right_there.peer->send_text({text.data(), text.size()}));
        CHECK(right_there.peer->queued_bytes() == 0);
    };
    Listener left_handler(left), right_handler(right);
    WsClient one(*loop, {.url = url(server->port()) + "left"}, left_handler);
    WsClient two(*loop, {.url = url(server->port()) + "right"}, right_handler);
    test::run_until(*loop, [&] { return left.opened == 1 && right_there.opened == 1; });
    for (int i = 0; i < 1000; ++i) left.peer->send_text(std::to_string(i));
    test::run_until(*loop, [&] { return right.texts.size() == 1000; });
    for (int i = 0; i < 1000; ++i)
        REQUIRE(right.texts[static_cast<std::size_t>(i)] == std::to_string(i));
}

TEST_CASE("many connections come and go, and none stays behind") {
    auto loop = test::make_loop();
    Heard there;
    auto server = test::listen_ws(*loop, there);
    std::vector<std::unique_ptr<Heard>> heard;
    std::vector<std::unique_ptr<Listener>> handlers;
    std::vector<std::unique_ptr<WsClient>> clients;
    for (int i = 0; i < 200; ++i) {
        heard.push_back(std::make_unique<Heard>());
        handlers.push_back(std::make_unique<Listener>(*heard.back()));
        clients.push_back(std::make_unique<WsClient>(*loop, WsConnect{.url = url(server->port())},
                                                     *handlers.back()));
    }
    test::run_until(*loop, [&] { return there.opened == 200; });
    clients.clear();
    int closed = 0;
    there.on_close = [&](Heard&) { ++closed; };
    test::run_until(*loop, [&] { return closed == 200; });
}
