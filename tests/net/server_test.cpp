#include "net/server.hpp"

#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>
#include <mutex>

#include "net/http.hpp"
#include "net/listening_socket.hpp"
#include "sim/certificate.hpp"
#include "support/net_rig.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;
using test::BareSocket;

namespace {

// A server in a thread of its own. `act` runs there.
struct Site {
    test::LoopThread thread;
    std::unique_ptr<Server> server;
    int port = 0;
    std::vector<ServerRequest> seen;  // on that thread
    using Act = std::function<void(const ServerRequest&, Responder)>;
    Act act = [](const ServerRequest& request, const Responder& responder) {
        responder.answer(200, "text/plain", request.method + " " + request.path, {{"x-a", "b"}});
    };

    explicit Site(ServerOptions options = {}, Server::OnUpgrade on_upgrade = {}) {
        thread.call([&] {
            server = test::listen(
                thread.loop(), std::move(options),
                [this](const ServerRequest& request, Responder responder) {
                    seen.push_back(request);
                    act(request, std::move(responder));
                },
                std::move(on_upgrade));
            port = server->port();
        });
    }
    ~Site() {
        thread.call([&] { server.reset(); });
    }
    void acts(Act other) {
        thread.call([&] { act = std::move(other); });
    }
    /// The requests so far.
    [[nodiscard]] std::vector<ServerRequest> requests() {
        std::vector<ServerRequest> so_far;
        thread.call([&] { so_far = seen; });
        return so_far;
    }
    [[nodiscard]] std::string url(const std::string& target = "/") const {
        return "http://127.0.0.1:" + std::to_string(port) + target;
    }
    [[nodiscard]] HttpResponse get(HttpRequest request, const std::string& target = "/") const {
        CurlHttp http;
        request.url = url(target);
        auto response = http.send(request);
        if (!response) FAIL(response.error().what);
        return *response;
    }
};

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("a request arrives with method, path, query, body, headers and peer") {
    ServerOptions options;
    options.headers = {"X-Twilio-Signature", "Content-Type", "Host", "X-Absent"};
    Site site(options);
    HttpRequest request;
    request.method = "POST";
    request.body = "From=%2B1555&Body=hi";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"x-twilio-signature", "c2ln+/="}};
    HttpResponse response = site.get(request, "/voice?a=1&b=x%20y%26z&c");
    CHECK(response.status == 200);
    CHECK(response.body == "POST /voice");
    CHECK(response.header("content-type") == "text/plain");
    CHECK(response.header("X-A") == "b");
    REQUIRE(site.requests().size() == 1);
    const ServerRequest got = site.requests().front();
    CHECK(got.body == request.body);
    CHECK(got.peer == "127.0.0.1");
    CHECK(got.query == Form{{"a", "1"}, {"b", "x y&z"}, {"c", ""}});
    CHECK(got.header("x-twilio-signature") == "c2ln+/=");
    CHECK(got.header("CONTENT-TYPE") == "application/x-www-form-urlencoded");
    CHECK(got.header("host") == "127.0.0.1:" + std::to_string(site.server->port()));
    CHECK(got.headers.size() == 3);
}

TEST_CASE("every method arrives under its name, with and without a body") {
    Site site;
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        for (const char* body : {"", "body"}) {
            CAPTURE(method, body);
            HttpRequest request;
            request.method = method;
            request.body = body;
            if (*body == '\0' && std::string(method) == "PATCH")
                request.headers = {{"Content-Length", "0"}};
            CHECK(site.get(request, "/x").body == std::string(method) + " /x");
            CHECK(site.requests().back().body == body);
        }
    HttpRequest head;
    head.method = "HEAD";
    HttpResponse response = site.get(head, "/x");
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(response.header("content-length") == "7");
}

TEST_CASE(
    "a request is read in the turn that accepts it, and its answer written in the same turn") {
    auto loop = test::make_loop();
    std::unique_ptr<BareSocket> client;
    std::uint64_t began = 0, asked = 0;
    std::optional<Responder> waiting;
    bool written = false;
    auto server = test::listen(*loop, {}, [&](const ServerRequest& request, Responder responder) {
        CHECK(request.body == "a=b");
        asked = loop->turns().count;
        waiting.emplace(std::move(responder));
        loop->post([&] {
            waiting->answer(200, "text/plain", "yes");
            loop->post([&] {
                char first = 0;
                written = ::recv(client->fd(), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
                loop->stop();
            });
        });
    });
    client = std::make_unique<BareSocket>(server->port());
    client->send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b");
    began = loop->turns().count;
    test::run(*loop);
    CHECK(asked == began + 1);  // a turn is counted before its wait
    CHECK(written);
    CHECK_THAT(client->read_until("yes"), contains("HTTP/1.1 200"));
}

TEST_CASE("one connection carries many requests") {
    Site site;
    BareSocket client(site.server->port());
    const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string post = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    for (int i = 0; i < 3; ++i) {
        client.send(get);
        CHECK_THAT(client.read_until("GET /a"), contains("HTTP/1.1 200 OK"));
        client.send(post);
        CHECK_THAT(client.read_until("POST /b"), contains("HTTP/1.1 200 OK"));
        CHECK(site.requests().back().body == "abc");
    }
    client.send(get + get + get);
    for (int i = 0; i < 3; ++i) CHECK_THAT(client.read_until("GET /a"), contains("200 OK"));
}

TEST_CASE("whoever sends requests ahead of the answers cannot stop the loop") {
    Site site;
    const std::string get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string post = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    if (GENERATE(false, true))
        site.acts([&](const ServerRequest& request, const Responder& responder) {
            site.thread.loop().post(
                [responder, path = request.path] { responder.answer(200, "", "GET " + path); });
        });
    BareSocket client(site.server->port());
    client.send(GENERATE_COPY(get + post + get + post, post + post + post, post + get,
                              get + post + "garbage", post + std::string(100'000, 'x')));
    BareSocket other(site.server->port());
    other.send(get);
    CHECK_THAT(other.read_until("GET /a"), contains("200 OK"));
    static_cast<void>(client.read_until("GET /a"));
}

TEST_CASE("a client that says so is closed after the answer") {
    Site site;
    BareSocket client(site.server->port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK_THAT(client.read_all(), contains("GET /"));
}

TEST_CASE(
    "a large answer to a client that reads slowly arrives whole, and the connection goes on") {
    const std::string large(3'000'000, 'x');
    Site site;
    site.acts([&](const ServerRequest&, const Responder& responder) {
        responder.answer(200, "", large);
    });
    BareSocket client(site.server->port(), 4096);
    for (int i = 0; i < 2; ++i) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_THAT(client.read_until("\r\n\r\n"), contains("content-length: 3000000"));
        CHECK(client.read(large.size()) == large);
    }
}

TEST_CASE("what the server cannot or will not read is refused with a status") {
    ServerOptions options;
    options.max_body = 1000;
    Site site(options);
    BareSocket client(site.server->port());
    SECTION("a chunked body") {
        client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        CHECK(status_line(client.read_all()) == "HTTP/1.1 411 Length Required");
    }
    SECTION("a body without a length") {
        client.send("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(status_line(client.read_all()) == "HTTP/1.1 411 Length Required");
    }
    SECTION("a body too large, all of it sent") {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
                    std::string(100'000, 'x'));
        CHECK(status_line(client.read_all()) == "HTTP/1.1 413 Content Too Large");
    }
    SECTION("a length that is none") {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12x\r\n\r\n");
        CHECK(status_line(client.read_all()) == "HTTP/1.1 400 Bad Request");
    }
    SECTION("an upgrade where there is none") {
        CHECK(status_line(client.upgrade()) == "HTTP/1.1 404 Not Found");
        CHECK_THAT(client.read_all(), contains("Not Found"));
    }
    CHECK(site.requests().empty());
}

TEST_CASE("a body of exactly the limit, in small pieces, is taken") {
    ServerOptions options;
    options.max_body = 1000;
    Site site(options);
    BareSocket client(site.server->port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100; ++i) client.send("0123456789");
    CHECK_THAT(client.read_until("POST /"), contains("200 OK"));
    CHECK(site.requests().front().body.size() == 1000);
}

TEST_CASE("a head of many headers passes") {
    ServerOptions options;
    options.headers = {"x-last"};
    Site site(options);
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 100; ++i)
        head += "X-Filler-" + std::to_string(i) + ": " + std::string(90, 'f') + "\r\n";
    BareSocket client(site.server->port());
    client.send(head + "X-Last: here\r\n\r\n");
    CHECK_THAT(client.read_until("GET /"), contains("200 OK"));
    CHECK(site.requests().front().header("x-last") == "here");
}

TEST_CASE("a responder may answer later, once, or never") {
    Site site;
    SECTION("the first answer counts") {
        site.acts([](const ServerRequest&, const Responder& responder) {
            responder.answer(201, "", "first");
            responder.answer(202, "", "second");
        });
        HttpResponse response = site.get({});
        CHECK(response.status == 201);
        CHECK(response.body == "first");
    }
    SECTION("dropped unanswered, at once") {
        site.acts([](const ServerRequest&, const Responder&) {});
        CHECK(site.get({}).status == 500);
    }
    SECTION("dropped unanswered, later") {
        site.acts([&](const ServerRequest&, Responder responder) {
            site.thread.loop().post([responder = std::move(responder)] {});
        });
        CHECK(site.get({}).status == 500);
    }
}

TEST_CASE("an answer to a client that has gone is dropped") {
    Site site;
    std::optional<Responder> kept;
    std::promise<void> asked;
    site.acts([&](const ServerRequest&, Responder responder) {
        kept = std::move(responder);
        asked.set_value();
    });
    {
        BareSocket client(site.server->port());
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        asked.get_future().wait();
    }
    site.thread.call([&] { kept->answer(200, "", std::string(1'000'000, 'x')); });
    site.thread.call([&] { kept.reset(); });
    site.acts(
        [](const ServerRequest&, const Responder& responder) { responder.answer(200, "", "on"); });
    CHECK(site.get({}).body == "on");
}

TEST_CASE("a server may be destroyed while requests wait for answers") {
    Site site;
    std::optional<Responder> kept;
    site.acts([&](const ServerRequest&, Responder responder) {
        kept = std::move(responder);
        site.server.reset();  // from inside its own callback
    });
    std::string url = site.url();
    CurlHttp http;
    HttpRequest request;
    request.url = url;
    CHECK_FALSE(http.send(request));
    site.thread.call([&] { kept->answer(200, "", "nobody hears it"); });
    CHECK_FALSE(http.send(request));
    CHECK(http.never_sent());
    site.thread.call([&] { kept.reset(); });
}

TEST_CASE("a server that has stopped listening serves those it has") {
    Site site;
    BareSocket client(site.server->port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.read_until("GET /"), contains("200 OK"));
    site.thread.call([&] { site.server->stop_listening(); });
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.read_until("GET /"), contains("200 OK"));
    CurlHttp http;
    HttpRequest request;
    request.url = site.url();
    CHECK_FALSE(http.send(request));
}

TEST_CASE("an address in use is named") {
    auto loop = test::make_loop();
    ServerOptions options;
    auto first = test::listen(*loop, options, test::no_requests);
    options.port = first->port();
    auto second = Server::listen(*loop, options, test::no_requests);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::io);
    CHECK(second.error().what ==
          "127.0.0.1:" + std::to_string(options.port) + ": address already in use");
}

TEST_CASE("a reserved port refuses connections, until a server listens there") {
    auto reserved = reserve_port();
    REQUIRE(reserved);
    ServerOptions options;
    options.port = port_of(reserved->get());
    REQUIRE(options.port > 0);
    CurlHttp http;
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(options.port) + "/";
    CHECK_FALSE(http.send(request));
    auto loop = test::make_loop();
#ifndef __linux__
    reserved->reset();
#endif
    auto server = test::listen(*loop, options, test::no_requests);
    CHECK(server->port() == options.port);
}

TEST_CASE("an inherited listening socket is taken over, and nothing else is") {
    auto loop = test::make_loop();
    auto first = test::listen(*loop, {}, test::no_requests);
    ServerOptions options;
    options.listening_fd = ::dup(first->listening_fd());
    auto second = test::listen(*loop, options, test::no_requests);
    CHECK(second->port() == first->port());
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    Fd in(ends[0]), out(ends[1]);
    options.listening_fd = in.release();
    CHECK_FALSE(Server::listen(*loop, options, test::no_requests));
}

TEST_CASE("a unix socket is private, replaced when stale, and not taken from the living") {
    test::Scratch folder;
    ServerOptions options;
    options.unix_socket = folder / "bridge.sock";
    {  // what a process that was killed leaves behind
        Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        options.unix_socket.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    {
        Site site(options);
        struct stat info {};
        REQUIRE(::stat(options.unix_socket.c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
        CurlHttp http;
        HttpRequest request;
        request.url = "http://bridge/status";
        request.unix_socket = options.unix_socket;
        auto response = http.send(request);
        REQUIRE(response);
        CHECK(response->body == "GET /status");
        CHECK(site.requests().front().peer.empty());
        auto loop = test::make_loop();
        auto second = Server::listen(*loop, options, test::no_requests);
        REQUIRE_FALSE(second);
        CHECK(second.error().what == options.unix_socket + ": process " +
                                         std::to_string(::getpid()) + " listens there already");
    }
    CHECK_FALSE(file_exists(options.unix_socket));
    folder.put("file", "text");
    options.unix_socket = folder / "file";
    auto loop = test::make_loop();
    CHECK_FALSE(Server::listen(*loop, options, test::no_requests));
    CHECK(file_exists(folder / "file"));
}

TEST_CASE("HTTPS is served, and its certificate checked") {
    test::Scratch folder;
    auto files = sim::make_test_certificates(folder.path());
    REQUIRE(files);
    ServerOptions options;
    options.certificate_file = files->certificate_file;
    options.key_file = files->key_file;
    Site site(options);
    test::Environment environment;
    CurlHttp http;
    HttpRequest request;
    request.url = "https://localhost:" + std::to_string(site.server->port()) + "/";
    environment.set("SSL_CERT_FILE", std::nullopt);
    auto refused = http.send(request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::config);
    CHECK_THAT(refused.error().what, contains("certificate of localhost not trusted: "));
    CHECK(http.never_sent());
    environment.set("SSL_CERT_FILE", files->ca_file);
    auto response = http.send(request);
    REQUIRE(response);
    CHECK(response->body == "GET /");
    options.key_file = folder.put("wrong.key", "no key");
    auto loop = test::make_loop();
    auto broken = Server::listen(*loop, options, test::no_requests);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == Errc::config);
    CHECK_THAT(broken.error().what, contains(options.certificate_file));
}

TEST_CASE("a head or a body that does not come is not waited for without end") {
    Site site;
    const auto start = Clock::now();
    BareSocket silent(site.port), head(site.port), body(site.port);
    head.send("GET / HTTP/1.1\r\nHost: ");
    body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
    // A byte five times a second makes it no better.
    BareSocket slow_head(site.port), slow_body(site.port);
    slow_head.send("GET /");
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    const timeval tenth{0, 100'000}, limit{20, 0};
    bool dripping = true;
    while (std::exchange(dripping, false) && Clock::now() - start < 15s)
        for (BareSocket* client : {&slow_head, &slow_body}) {
            ::setsockopt(client->fd(), SOL_SOCKET, SO_RCVTIMEO, &tenth, sizeof tenth);
            char byte = 0;
            if (::recv(client->fd(), &byte, 1, 0) >= 0 || (errno != EAGAIN && errno != EINTR))
                continue;
            dripping = true;
            (void)!::send(client->fd(), "x", 1, MSG_NOSIGNAL);
        }
    CHECK_FALSE(dripping);
    for (BareSocket* client : {&silent, &head, &body}) {
        ::setsockopt(client->fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        CHECK(client->read_all().empty());
    }
    CHECK(Clock::now() - start < 15s);
    CHECK(site.requests().empty());
}
