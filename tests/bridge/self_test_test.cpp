#include "bridge/self_test.hpp"

#include "json/document.hpp"
#include "net/http.hpp"
#include "support/net_rig.hpp"
#include "twilio/signature.hpp"

using namespace pa;
using bridge::SelfTest;

namespace {

const Secret token("the-auth-token");
constexpr const char* base = "https://a.example";

struct Rig {
    Rig() {
        net::ServerOptions options;
        options.headers = {"x-twilio-signature"};
        server = test::listen(
            *loop, std::move(options),
            [this](const auto& r, const auto& a) { self_test.answer(r, base, "n1", a); },
            [this](const auto& r) { return self_test.upgrade(r, base); });
    }
    std::string take(const char* use) {
        auto tokens = json::Document::parse(self_test.make_tokens());
        REQUIRE(tokens);
        return std::string(tokens->root()[use].text());
    }
    /// The status of a request with that token and signature.
    HttpResponse post(const std::string& shown, const std::string& signature) {
        HttpRequest request;
        request.method = "POST";
        request.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/self-test";
        request.body = form_encode({{"token", shown}});
        if (!signature.empty()) request.headers = {{"X-Twilio-Signature", signature}};
        std::optional<HttpResponse> answer;
        http.send(request, [&](const Result<HttpResponse>& r) {
            REQUIRE(r);
            answer = *r;
        });
        test::run_until(*loop, [&] { return answer.has_value(); });
        return *answer;
    }
    static std::string signature(const std::string& shown) {
        return twilio::sign_form(token, std::string(base) + "/self-test", {{"token", shown}});
    }
    void connect(const std::string& signature) {
        net::WsConnect connect;
        connect.url = "ws://127.0.0.1:" + std::to_string(server->port()) + "/self-test";
        connect.headers = {{"X-Twilio-Signature", signature}};
        client = std::make_unique<net::WsClient>(*loop, connect, handler);
    }
    void run_until(const std::function<bool()>& done) { test::run_until(*loop, done); }

    std::unique_ptr<net::EventLoop> loop = test::make_loop();
    SelfTest self_test{*loop, token};
    std::unique_ptr<net::Server> server;
    net::HttpPool http{*loop, 1};
    test::Heard heard;
    test::Listener handler{heard};
    std::unique_ptr<net::WsClient> client;
};

std::string start(const std::string& shown) {
    return R"({"event":"start","streamSid":"MZ1","start":{"streamSid":"MZ1","callSid":"CA1",)"
           R"("mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},)"
           R"("customParameters":{"token":")" +
           shown + R"("}}})";
}

const std::string media =
    R"({"event":"media","streamSid":"MZ1","media":{"track":"inbound","chunk":"1","timestamp":"0","payload":"/38A"}})";

}  // namespace

TEST_CASE("a self-test's request wants a token and the carrier's signature, once") {
    Rig rig;
    const std::string good = rig.take("request");
    CHECK(rig.post("made up", Rig::signature("made up")).status == 404);
    CHECK(rig.post(rig.take("socket"), "").status == 404);  // of the other kind
    auto answer = rig.post(good, Rig::signature(good));
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"nonce":"n1"})");
    CHECK(rig.post(good, Rig::signature(good)).status == 404);  // used
}

TEST_CASE("a self-test's request that is signed wrongly is told what it was held against") {
    Rig rig;
    auto unsigned_one = rig.post(rig.take("request"), "");
    CHECK(unsigned_one.status == 403);
    CHECK(unsigned_one.body == R"({"signed":false,"public_url":"https://a.example"})");
    CHECK_THAT(rig.post(rig.take("request"), Rig::signature("another")).body,
               contains(R"("signed":true)"));
}

TEST_CASE("a self-test's socket is not there without a token, and wants the signature") {
    Rig rig;
    const std::string signature = twilio::sign_socket(token, "wss://a.example/self-test");
    rig.connect(signature);
    rig.run_until([&] { return !rig.heard.closed.empty(); });
    CHECK_THAT(rig.heard.closed, contains("404"));
    rig.heard.closed.clear();
    static_cast<void>(rig.take("socket"));
    rig.connect("forged");
    rig.run_until([&] { return !rig.heard.closed.empty(); });
    CHECK_THAT(rig.heard.closed, contains("403"));
}

TEST_CASE("a self-test's socket sends audio back as it came, once its token was shown") {
    Rig rig;
    const std::string shown = rig.take("socket");
    rig.connect(twilio::sign_socket(token, "wss://a.example/self-test"));
    SECTION("the right one") {
        rig.heard.on_open = [&](test::Heard& h) {
            h.peer->send_text(media);  // too early: not answered
            h.peer->send_text(start(shown));
            h.peer->send_text(media);
        };
        rig.run_until([&] { return !rig.heard.texts.empty(); });
        CHECK(rig.heard.texts ==
              std::vector<std::string>{
                  R"({"event":"media","streamSid":"MZ1","media":{"payload":"/38A"}})"});
    }
    SECTION("another one") {
        rig.heard.on_open = [&](test::Heard& h) { h.peer->send_text(start("made up")); };
        rig.run_until([&] { return !rig.heard.closed.empty(); });
        CHECK(rig.heard.closed == "1008 no valid token");
        CHECK(rig.heard.texts.empty());
    }
}
