#include "bridge/call_driver.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "json/document.hpp"
#include "support/net_rig.hpp"

using namespace pa;
using namespace pa::bridge;

namespace {

std::string url(const net::Server& server) {
    return fmt::format("ws://127.0.0.1:{}/", server.port());
}

std::string audio(char byte, int ms = 20) {
    return base64_encode(std::string(static_cast<std::size_t>(ms) * 8, byte));
}

// A driver between a carrier and a model, with real sockets in one loop.
class Rig final : public CallHost, public StreamGate {
public:
    Rig() {
        model.on_text = test::accept_session;
        CallSetup setup;
        setup.meta.call_sid = "CA1";
        setup.session.prewarm = call::Prewarm::session;  // nothing is said by itself
        setup.connect.url = url(*model_server);
        driver = std::make_unique<CallDriver>(*this, std::move(setup));
        driver->begin();
        net::WsConnect connect;
        connect.url = url(*media_server);
        client = std::make_unique<net::WsClient>(*loop_, connect, handler);
        run_until([this] { return carrier.peer != nullptr; });
        carrier.peer->send_text(
            R"({"event":"start","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1",)"
            R"("tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,)"
            R"("channels":1},"customParameters":{"token":"t"}},"streamSid":"MZ1"})");
        run_until(
            [this] { return !of(model, "response.create", "type").empty() && carrier_attached; });
        model.texts.clear();
    }
    ~Rig() {
        driver.reset();
        run_until([this] { return retired.size() == 0; });
    }
    void run_until(const std::function<bool()>& done) { test::run_until(*loop_, done); }

    /// What is sent within comes together: it is read when all of it is there.
    void caller_says(const std::string& payload) {
        carrier.peer->send_text(fmt::format(
            R"({{"event":"media","media":{{"track":"inbound","chunk":"1","timestamp":"{}",)"
            R"("payload":"{}"}},"streamSid":"MZ1"}})",
            said_ms, payload));
        said_ms += static_cast<int>(base64_decoded_size(payload) / 8);
    }
    void model_says(const std::string& payload) {
        model.peer->send_text(
            fmt::format(R"({{"type":"response.output_audio.delta","response_id":"r1",)"
                        R"("item_id":"i1","content_index":0,"delta":"{}"}})",
                        payload));
    }
    /// Of the messages of that type: the text at `path`.
    static std::vector<std::string> of(const test::Heard& heard, std::string_view type,
                                       std::string_view key, std::string_view below = {}) {
        std::vector<std::string> out;
        for (const std::string& text : heard.texts) {
            auto message = json::Document::parse(text);
            REQUIRE(message);
            json::Value root = message->root();
            const bool is = root["type"].text() == type || root["event"].text() == type;
            if (is) out.emplace_back((below.empty() ? root : root[below])[key].text());
        }
        return out;
    }
    [[nodiscard]] std::vector<std::string> appended() const {
        return of(model, "input_audio_buffer.append", "audio");
    }
    [[nodiscard]] std::vector<std::string> played() const {
        return of(carrier, "media", "payload", "media");
    }
    [[nodiscard]] std::vector<std::string> order() const {
        std::vector<std::string> out;
        for (const std::string& text : carrier.texts) {
            auto message = json::Document::parse(text);
            REQUIRE(message);
            out.emplace_back(message->root()["event"].text());
        }
        return out;
    }

private:
    net::EventLoop& loop() override { return *loop_; }
    WireTools& tools() override { return tools_; }
    RetiredLegs& retired_legs() override { return retired; }
    store::TapeWriter& tape_writer() override { return tapes_; }
    void journal_start(const store::CallMeta&) override {}
    void journal_keep(const store::CallMeta&, const call::Session&, call::Keep) override {}
    bool spent(const store::CallMeta&, double) override { return true; }
    void interrupted(std::chrono::nanoseconds) override {}
    void complete_call(const std::string&) override {}
    void put_through(const store::CallMeta&, const call::Transfer&) override {}
    void run_function(FunctionRun) override {}
    void function_returned(const std::string&, const std::string&, const std::string&,
                           bool) override {}
    void answer_given(const std::string&, const std::string&, bool, const std::string&) override {}
    void call_finished(CallDriver&) override {}
    Admission admit(MediaSocket&, const twilio::StreamStart&, Question::Way) override {
        carrier_attached = true;
        return {driver.get()};
    }
    void waits_no_more(const MediaSocket&, std::optional<GoneStream>) override {}
    void socket_waiting(int) override {}

    std::unique_ptr<net::EventLoop> loop_ = test::make_loop();
    WireTools tools_;
    store::TapeWriter tapes_;
    int said_ms = 0;
    bool carrier_attached = false;

public:
    RetiredLegs retired{*loop_};
    test::Heard model, carrier;
    std::unique_ptr<net::Server> model_server = test::listen_ws(*loop_, model);
    std::unique_ptr<net::Server> media_server =
        test::listen(*loop_, {}, test::no_requests, [this](const net::ServerRequest&) {
            return net::Upgrade{std::make_unique<MediaSocket>(*this)};
        });
    test::Listener handler{carrier};
    std::unique_ptr<net::WsClient> client;
    std::unique_ptr<CallDriver> driver;
};

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a frame that comes alone goes on as it is, both ways") {
    Rig rig;
    // Not as an encoder would write it: the last bits of a character stand for nothing.
    rig.caller_says("AB==");
    rig.model_says("AB==");
    rig.run_until([&] { return !rig.appended().empty() && !rig.played().empty(); });
    CHECK(rig.appended() == Strings{"AB=="});
    CHECK(rig.played() == Strings{"AB=="});
    rig.model.texts.clear();
    rig.carrier.texts.clear();
    for (char byte : {'a', 'b'}) {
        rig.caller_says(audio(byte));
        rig.model_says(audio(byte));
        const std::size_t sent = byte == 'a' ? 1 : 2;
        rig.run_until([&] { return rig.appended().size() >= sent && rig.played().size() >= sent; });
    }
    CHECK(rig.appended() == Strings{audio('a'), audio('b')});
    CHECK(rig.played() == Strings{audio('a'), audio('b')});
}

TEST_CASE("frames of the caller that wait together go on as one, of at most 60 ms") {
    Rig rig;
    for (char byte : {'a', 'b', 'c', 'd', 'e'}) rig.caller_says(audio(byte));
    rig.run_until([&] { return rig.appended().size() >= 2; });
    const std::string three = std::string(160, 'a') + std::string(160, 'b') + std::string(160, 'c');
    CHECK(rig.appended() == Strings{base64_encode(three),
                                    base64_encode(std::string(160, 'd') + std::string(160, 'e'))});
}

TEST_CASE("deltas that wait together go on as one, and never past a mark") {
    Rig rig;
    for (char byte : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'}) rig.model_says(audio(byte));
    rig.run_until([&] { return rig.played().size() >= 4; });
    std::string bytes;
    for (const std::string& payload : rig.played()) {
        CHECK(base64_decoded_size(payload) <= 480);
        bytes += base64_decode(payload).value();
    }
    std::string all;
    for (char byte : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'}) all += std::string(160, byte);
    CHECK(bytes == all);
    // The mark at 160 ms stands behind the eighth.
    CHECK(rig.order() == Strings{"media", "media", "media", "mark", "media"});
}

TEST_CASE("what is longer than 60 ms stays as it is, in its place") {
    Rig rig;
    rig.caller_says(audio('a'));
    rig.caller_says(audio('b', 500));
    rig.caller_says(audio('c'));
    rig.caller_says(audio('d'));
    rig.run_until([&] { return rig.appended().size() >= 3; });
    CHECK(rig.appended() == Strings{audio('a'), audio('b', 500),
                                    base64_encode(std::string(160, 'c') + std::string(160, 'd'))});
}

TEST_CASE("what a caller said last before hanging up is not kept back") {
    Rig rig;
    rig.caller_says(audio('a'));
    rig.caller_says(audio('b'));
    SECTION("with a stop") { rig.carrier.peer->send_text(R"({"event":"stop","streamSid":"MZ1"})"); }
    SECTION("without") { rig.carrier.peer->close(1000, "bye"); }
    rig.run_until([&] { return !rig.appended().empty(); });
    CHECK(rig.appended() == Strings{base64_encode(std::string(160, 'a') + std::string(160, 'b'))});
}
