#include "net/http.hpp"

#include <atomic>

#include "support/net_rig.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;

namespace {

// Accepts connections and says nothing.
struct Silent {
    Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    int port = 0;
    explicit Silent(int backlog = 8) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(fd.get(), backlog) == 0);
        REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = ntohs(address.sin_port);
    }
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port) + "/";
    }
};

}  // namespace

TEST_CASE("errors of HTTP name host and reason, and tell whether the request was sent") {
    CurlHttp http;
    HttpRequest request;
    Silent silent;
    SECTION("nobody listens") {
        silent.fd.reset();
        request.url = silent.url();
        auto response = http.send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::later);
        CHECK(response.error().what == "cannot connect to 127.0.0.1 port " +
                                           std::to_string(silent.port) + ": connection refused");
        CHECK(http.never_sent());
    }
    SECTION("no answer in time") {
        request.url = silent.url();
        request.timeout = 50ms;
        auto response = http.send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::later);
        CHECK(response.error().what == "127.0.0.1 did not answer within 0.05 s");
        CHECK_FALSE(http.never_sent());
    }
    SECTION("broken off") {
        request.url = silent.url();
        std::thread peer([&] {
            Fd accepted(::accept(silent.fd.get(), nullptr, nullptr));
            char buffer[4096];
            static_cast<void>(::recv(accepted.get(), buffer, sizeof buffer, 0));
        });
        auto response = http.send(request);
        peer.join();
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::later);
        CHECK_THAT(response.error().what, contains("connection to 127.0.0.1 broke off"));
        CHECK_FALSE(http.never_sent());
    }
    SECTION("no unix socket") {
        request.url = "http://bridge/";
        request.unix_socket = "/nowhere/bridge.sock";
        auto response = http.send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::later);
        CHECK_THAT(response.error().what, contains("/nowhere/bridge.sock"));
        CHECK(http.never_sent());
    }
    SECTION("no URL") {
        request.url = GENERATE("", "example", "ftp://127.0.0.1/", "http://");
        auto response = http.send(request);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::config);
        CHECK(http.never_sent());
    }
}

TEST_CASE(
    "requests carry headers and Basic credentials, redirects are answers, connections are kept") {
    test::LoopThread thread;
    std::unique_ptr<Server> server;
    std::vector<ServerRequest> requests;
    thread.call([&] {
        ServerOptions options;
        options.headers = {"authorization", "content-type", "x-empty", "expect"};
        server = test::listen(thread.loop(), options,
                              [&](const ServerRequest& request, const Responder& responder) {
                                  requests.push_back(request);
                                  responder.answer(302, "", "", {{"location", "/elsewhere"}});
                              });
    });
    CurlHttp http;
    HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/";
    request.method = "POST";
    request.body = std::string(100'000, 'x');
    request.user = "AC1";
    request.password = "secret";
    for (int i = 0; i < 2; ++i) {
        auto response = http.send(request);
        REQUIRE(response);
        CHECK(response->status == 302);
        CHECK(response->header("Location") == "/elsewhere");
        CHECK_FALSE(http.never_sent());
    }
    thread.call([&] { server.reset(); });
    REQUIRE(requests.size() == 2);
    CHECK(requests.front().header("authorization") == "Basic QUMxOnNlY3JldA==");
    CHECK(requests.front().header("content-type").empty());
    CHECK(requests.front().header("expect").empty());
    CHECK(requests.front().body.size() == 100'000);
}

TEST_CASE("a pool answers on the loop's thread; one that is destroyed answers no more") {
    test::LoopThread site;
    std::unique_ptr<Server> server;
    site.call([&] {
        server =
            test::listen(site.loop(), {}, [](const ServerRequest& request, const Responder& r) {
                r.answer(200, "", request.path);
            });
    });
    auto loop = test::make_loop();
    auto pool = std::make_unique<HttpPool>(*loop, 3);
    std::vector<std::string> bodies;
    HttpRequest request;
    for (int i = 0; i < 20; ++i) {
        request.url =
            "http://127.0.0.1:" + std::to_string(server->port()) + "/" + std::to_string(i);
        pool->send(request, [&, id = std::this_thread::get_id()](Result<HttpResponse> response) {
            REQUIRE(response);
            CHECK(std::this_thread::get_id() == id);
            bodies.push_back(response->body);
        });
    }
    test::run_until(*loop, [&] { return bodies.size() == 20; });
    bool told = false;
    for (int i = 0; i < 10; ++i) pool->send(request, [&](const auto&) { told = true; });
    pool.reset();
    loop->stop();
    loop->run();
    CHECK_FALSE(told);
    site.call([&] { server.reset(); });
}

TEST_CASE("a pool that comes to its end sends what waits, and drops in time what is not answered") {
    auto loop = test::make_loop();
    HttpPool pool(*loop, 2);
    HttpRequest request;
    const auto begun = Clock::now();
    SECTION("a server that answers gets all") {
        test::LoopThread site;
        std::unique_ptr<Server> server;
        std::atomic<int> came = 0;
        site.call([&] {
            server = test::listen(site.loop(), {}, [&](const ServerRequest&, const Responder& r) {
                ++came;
                r.answer(200, "", "");
            });
        });
        request.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/";
        for (int i = 0; i < 20; ++i) pool.send(request, [](const auto&) { FAIL("told"); });
        CHECK(pool.finish(begun + 60s) == 0);
        CHECK(came == 20);
        site.call([&] { server.reset(); });
    }
    SECTION("one that is silent gets a few") {
        // With a backlog of 0 it takes one connection, and answers the next with nothing at all.
        Silent silent(GENERATE(8, 0));
        request.url = silent.url();
        for (int i = 0; i < 20; ++i) pool.send(request, [](const auto&) { FAIL("told"); });
        CHECK(pool.finish(begun + 200ms) == 20);
        CHECK(Clock::now() - begun >= 200ms);
        CHECK(pool.finish(begun) == 0);  // and has come to it
    }
    SECTION("one that has nothing to do ends at once") { CHECK(pool.finish(begun + 60s) == 0); }
    CHECK(Clock::now() - begun < 10s);
    loop->stop();
    loop->run();
}
