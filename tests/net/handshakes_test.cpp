#include <openssl/ssl.h>

#include "net/handshakes.hpp"
#include "net/loop_impl.hpp"
#include "net/stream.hpp"
#include "sim/certificate.hpp"
#include "support/net_rig.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::net;
using test::Heard;
using test::Listener;

namespace {

/// A server that speaks TLS, and what clients of it hear.
struct Rig {
    test::TempDir folder;
    Result<sim::TestCertificates> files = sim::make_test_certificates(folder.path());
    std::unique_ptr<EventLoop> loop = test::make_loop(files->ca_file);
    Heard there, here;
    Listener handler{here};
    std::unique_ptr<Server> server = [this] {
        ServerOptions options;
        options.certificate_file = files->certificate_file;
        options.key_file = files->key_file;
        return test::listen_ws(*loop, there, options);
    }();

    std::unique_ptr<WsClient> connect() {
        WsConnect to;
        to.url = "wss://localhost:" + std::to_string(server->port()) + "/";
        return std::make_unique<WsClient>(*loop, to, handler);
    }
};

/// The loop runs for so many turns, and some that others need.
void turn(EventLoop& loop, int turns) {
    test::run_until(loop, [&] { return turns-- == 0; });
}

}  // namespace

TEST_CASE("a client that is destroyed at any step of a TLS handshake is silent") {
    Rig rig;
    for (int turns = 0; turns < 12; ++turns) {
        auto client = rig.connect();
        turn(*rig.loop, turns);
        client.reset();
        turn(*rig.loop, 2);
        REQUIRE(rig.here.closed.empty());
    }
    auto client = rig.connect();
    rig.here.opened = 0;
    test::run_until(*rig.loop, [&] { return rig.here.opened == 1; });
}

TEST_CASE("a loop may go while handshakes are under way") {
    for (int turns = 0; turns < 8; ++turns) {
        Rig rig;
        auto first = rig.connect(), second = rig.connect();
        turn(*rig.loop, turns);
        first.reset();
        second.reset();
        rig.server.reset();
        rig.loop.reset();
    }
}

TEST_CASE("a step tells what it came to, from the loop") {
    auto loop = test::make_loop();
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                         SSL_CTX_free);
    std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context.get()), SSL_free);
    SSL_set_connect_state(tls.get());
    SSL_set_bio(tls.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    std::vector<int> told;
    auto note = [&](const Handshakes::Outcome& step) {
        told.push_back(step.why);
        if (step.why == SSL_ERROR_SSL) CHECK_FALSE(step.reason.empty());
    };
    {
        Handshakes handshakes(*loop);
        handshakes.step(tls.get(), note);
        CHECK(told.empty());  // never from inside
        test::run_until(*loop, [&] { return told.size() == 1; });
        CHECK(told.back() == SSL_ERROR_WANT_READ);
        BIO_write(SSL_get_rbio(tls.get()), "no TLS at all, but a sentence", 29);
        handshakes.step(tls.get(), note);
        test::run_until(*loop, [&] { return told.size() == 2; });
        CHECK(told.back() == SSL_ERROR_SSL);
        // Nobody is told of what was abandoned.
        handshakes.abandon(handshakes.step(tls.get(), note), {});
        handshakes.step(tls.get(), note);
        test::run_until(*loop, [&] { return told.size() == 3; });
    }
    CHECK(told.size() == 3);
}
