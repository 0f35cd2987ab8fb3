#include "sim/tls_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <future>
#include <thread>

#include "sim/certificate.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::sim;

namespace {

constexpr std::chrono::milliseconds kPatience{5000};

const TestCertificates& certificates() {
    static const TestCertificates c = [] {
        char folder[] = "/tmp/pa-test-XXXXXX";
        REQUIRE(mkdtemp(folder) != nullptr);
        return *make_test_certificates(folder);
    }();
    return c;
}

/// A listener on loopback that serves one connection with `serve`.
struct Upstream {
    explicit Upstream(std::function<void(Stream&)> serve) : fd(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof a;
        REQUIRE(bind(fd.get(), reinterpret_cast<sockaddr*>(&a), size) == 0);
        REQUIRE(listen(fd.get(), 4) == 0);
        getsockname(fd.get(), reinterpret_cast<sockaddr*>(&a), &size);
        port = ntohs(a.sin_port);
        thread = std::thread([this, serve] {
            Fd client(accept(fd.get(), nullptr, nullptr));
            if (!client) return;
            Stream stream(std::move(client));
            serve(stream);
        });
    }
    ~Upstream() {
        shutdown(fd.get(), SHUT_RDWR);
        thread.join();
    }
    Fd fd;
    int port = 0;
    std::thread thread;
};

std::unique_ptr<TlsProxy> proxy_to(int port, std::optional<Fault> fault = {}) {
    ProxyOptions o;
    o.certificate_file = certificates().certificate_file;
    o.key_file = certificates().key_file;
    o.upstream_port = port;
    if (fault) o.fault = [fault](bool) { return fault; };
    auto proxy = TlsProxy::start(std::move(o));
    REQUIRE(proxy);
    return std::move(*proxy);
}

/// A TLS client that trusts only the throw-away authority and checks the name.
struct Client {
    explicit Client(const TlsProxy& proxy)
        : plain(connect_local(proxy.port())), context(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_load_verify_locations(context, certificates().ca_file.c_str(), nullptr);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        ssl = SSL_new(context);
        SSL_set1_host(ssl, "localhost");
        timeval patience{5, 0};
        setsockopt(plain->fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const int flags = fcntl(plain->fd(), F_GETFL);
        fcntl(plain->fd(), F_SETFL, flags & ~O_NONBLOCK);
        SSL_set_fd(ssl, plain->fd());
        connected = SSL_connect(ssl) == 1;
    }
    ~Client() {
        SSL_free(ssl);
        SSL_CTX_free(context);
    }
    void send(const std::string& text) {
        CHECK(SSL_write(ssl, text.data(), static_cast<int>(text.size())) > 0);
    }
    /// Until `end` has come or the peer has closed.
    std::string receive(const std::string& end) {
        std::string all;
        char bytes[4096];
        while (all.find(end) == std::string::npos) {
            const int n = SSL_read(ssl, bytes, sizeof bytes);
            if (n <= 0) break;
            all.append(bytes, static_cast<std::size_t>(n));
        }
        return all;
    }
    std::unique_ptr<Stream> plain;
    SSL_CTX* context;
    SSL* ssl;
    bool connected = false;
};

std::string read_until(Stream& s, const std::string& end) {
    std::string all;
    while (all.find(end) == std::string::npos && s.read(all, kPatience)) {
    }
    return all;
}

}  // namespace

TEST_CASE("a request through the tunnel reaches the local port with ngrok's headers") {
    std::promise<std::string> heard;
    Upstream local([&](Stream& s) {
        heard.set_value(read_until(s, "To=1"));
        s.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", kPatience);
    });
    auto proxy = proxy_to(local.port);
    Client client(*proxy);
    REQUIRE(client.connected);
    client.send("POST /incoming HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 4\r\n\r\nTo=1");
    auto answer = client.receive("\r\n\r\nok");
    CHECK_THAT(answer, contains("200 OK"));
    CHECK_THAT(answer, contains("Connection: keep-alive"));
    const std::string seen = heard.get_future().get();
    CHECK_THAT(seen, contains("POST /incoming HTTP/1.1"));
    CHECK_THAT(seen, contains("X-Forwarded-For: 127.0.0.1"));
    CHECK_THAT(seen, contains("X-Forwarded-Host: localhost:1"));
}

TEST_CASE("where nothing listens the tunnel answers 502 with ERR_NGROK_8012") {
    int port = 0;
    {
        port = Upstream([](Stream&) {}).port;
    }
    auto proxy = proxy_to(port);
    Client client(*proxy);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto answer = client.receive("</html>");
    CHECK_THAT(answer, contains("502 Bad Gateway"));
    CHECK_THAT(answer, contains("ERR_NGROK_8012"));
}

TEST_CASE("an offline endpoint answers 404 with ERR_NGROK_3200") {
    auto proxy = proxy_to(1);
    proxy->set_offline(true);
    Client client(*proxy);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_THAT(client.receive("</html>"), contains("ERR_NGROK_3200"));
}

TEST_CASE("an upgraded connection carries bytes both ways until it is dropped") {
    Upstream local([&](Stream& s) {
        const auto head = read_until(s, "\r\n\r\n");
        s.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello", kPatience);
        std::string echo;
        while (s.read(echo, kPatience)) {
            s.write(echo, kPatience);
            echo.clear();
        }
    });
    auto proxy = proxy_to(local.port);
    Client client(*proxy);
    client.send(
        "GET /media HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    CHECK_THAT(client.receive("hello"), contains("101"));
    const std::string much(100'000, 'x');
    client.send(much + "END");
    CHECK(client.receive("END") == much + "END");
    proxy->set_offline(true);
    CHECK(client.receive("never").empty());
}

TEST_CASE("faults of the tunnel are met by the client") {
    Fault fault;
    fault.at = "ngrok.tunnel";
    SECTION("a status") {
        fault.what = "503";
        auto proxy = proxy_to(1, fault);
        Client client(*proxy);
        client.send("GET / HTTP/1.1\r\n\r\n");
        CHECK_THAT(client.receive("</html>"), contains("503"));
    }
    SECTION("a connection that breaks") {
        fault.what = "drop";
        auto proxy = proxy_to(1, fault);
        Client client(*proxy);
        client.send("GET / HTTP/1.1\r\n\r\n");
        CHECK(client.receive("x").empty());
    }
}

TEST_CASE("the certificate set is kept while it is good") {
    char folder[] = "/tmp/pa-test-XXXXXX";
    REQUIRE(mkdtemp(folder) != nullptr);
    auto first = make_test_certificates(folder);
    REQUIRE(first);
    const auto ca = *read_file(first->ca_file);
    REQUIRE(make_test_certificates(folder));
    CHECK(*read_file(first->ca_file) == ca);
    CHECK(ca.find("BEGIN CERTIFICATE") == ca.rfind("BEGIN CERTIFICATE"));
}
