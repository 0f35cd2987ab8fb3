#include "sim/twilio_sim.hpp"

#include "base/base64.hpp"
#include "json/document.hpp"
#include "sim/certificate.hpp"
#include "support/catch.hpp"
#include "support/loop.hpp"
#include "support/scratch.hpp"
#include "twilio/media.hpp"
#include "twilio/rest.hpp"
#include "twilio/signature.hpp"
#include "twilio/twiml.hpp"

using namespace pa;
using namespace std::chrono_literals;

namespace {

const Secret token("the-auth-token");

/// The least of a bridge: webhooks and a media socket over TLS, every signature checked.
struct Bridge {
    struct Leg final : net::WsHandler {
        explicit Leg(Bridge& b) : bridge(b) {}
        void opened(net::WsPeer& p) override { bridge.peer = &p; }
        void text(std::span<char> message) override {
            bridge.received.emplace_back(message.data(), message.size());
            if (bridge.on_text) bridge.on_text(bridge.received.back());
        }
        void closed(std::uint16_t code, std::string_view) override {
            bridge.peer = nullptr;
            bridge.closed = code;
        }
        Bridge& bridge;
    };

    Bridge(net::EventLoop& loop, const sim::TestCertificates& certificates) {
        net::ServerOptions o;
        o.certificate_file = certificates.certificate_file;
        o.key_file = certificates.key_file;
        o.headers = {"x-twilio-signature", "i-twilio-idempotency-token"};
        auto made = net::Server::listen(
            loop, std::move(o), [this](const auto& r, auto answer) { serve(r, answer); },
            [this](const auto& r) { return upgrade(r); });
        REQUIRE(made);
        server = std::move(*made);
    }
    std::string base() const { return "https://localhost:" + std::to_string(server->port()); }

    void serve(const net::ServerRequest& r, const net::Responder& answer) {
        requests.push_back(r.path);
        const auto form = form_decode(r.body);
        const auto url = twilio::public_url_of(base(), r.path);
        if (!twilio::valid_form_signature(token, url, form, r.header("x-twilio-signature")))
            ++forged;
        if (r.path == "/status" || r.path == "/amd") {
            told.push_back(form);
            return answer.answer(204, "text/plain", "");
        }
        const auto document = answers.find(r.path);
        if (document == answers.end()) return answer.answer(404, "text/plain", "");
        if (fail_first-- > 0) return answer.answer(503, "text/plain", "");
        forms.push_back(form);
        answer.answer(200, "text/xml", document->second);
    }
    net::Upgrade upgrade(const net::ServerRequest& r) {
        const auto url = twilio::public_socket_url_of(base(), r.path);
        if (!twilio::valid_socket_signature(token, url, r.header("x-twilio-signature"))) ++forged;
        net::Upgrade u;
        if (refuse) return u;
        u.handler = std::make_unique<Leg>(*this);
        return u;
    }
    void connect_stream() {
        twilio::ConnectStream d;
        d.stream_url = "wss" + base().substr(5) + "/media-stream";
        d.parameters = {{"token", "t&1"}};
        d.redirect_url = base() + "/after#rc=2&rp=all";
        answers["/incoming"] = *twilio::connect_stream(d);
        answers["/after"] = twilio::hang_up();
    }
    /// Messages of that event.
    std::vector<json::Document> of(const std::string& event) const {
        std::vector<json::Document> found;
        for (const auto& text : received) {
            auto d = json::Document::parse(text);
            REQUIRE(d);
            if (d->root()["event"].text() == event) found.push_back(std::move(*d));
        }
        return found;
    }

    std::unique_ptr<net::Server> server;
    std::map<std::string, std::string> answers;
    std::vector<std::string> requests, received;
    std::vector<Form> forms, told;
    std::function<void(const std::string&)> on_text;
    net::WsPeer* peer = nullptr;
    int forged = 0, fail_first = 0, closed = 0;
    bool refuse = false;
};

struct World {
    World() {
        environment.set("SSL_CERT_FILE", certificates.ca_file);
        loop = test::make_loop(certificates.ca_file);
        bridge.emplace(*loop, certificates);
        bridge->connect_stream();
        scenario.name = "test";
        scenario.carrier.ring_ms = 30;
        scenario.carrier.stream_start_ms = 10;
    }
    void start() {
        sim::TwilioOptions o;
        o.account.sid = account.sid;
        o.account.token = token;
        sim::NumberResource n;
        n.sid = "PN1";
        n.phone_number = "+15550001000";
        n.voice_url = bridge->base() + "/incoming";
        n.status_callback = bridge->base() + "/status";
        o.account.numbers = {n};
        o.scenario = scenario;
        o.clips = [this](std::string_view) { return std::string_view(clip); };
        o.wav_folder = files.path();
        o.record_folder = files.path();
        o.tell = [this](std::string_view line) {
            auto e = json::Document::parse(line);
            REQUIRE(e);
            events.push_back(std::move(*e));
        };
        auto started = sim::TwilioSim::start(*loop, std::move(o));
        REQUIRE(started);
        twilio_sim = std::move(*started);
        account.base_url = "http://127.0.0.1:" + std::to_string(twilio_sim->port());
        pool.emplace(*loop, 2);
    }
    HttpResponse ask(HttpRequest request) {
        std::optional<Result<HttpResponse>> answer;
        pool->send(std::move(request), [&](Result<HttpResponse> r) { answer = std::move(r); });
        test::run_until(*loop, [&] { return answer.has_value(); });
        REQUIRE(*answer);
        return **answer;
    }
    std::string call() {
        twilio::NewCall c;
        c.to = "+821000001234";
        c.from = "+15550001000";
        c.url = bridge->base() + "/incoming#rc=3&rp=all";
        c.status_callback = bridge->base() + "/status";
        c.detect_machine = true;
        c.machine_callback = bridge->base() + "/amd";
        auto made = twilio::read_call(ask(twilio::create_call(account, c)));
        REQUIRE(made);
        return made->sid;
    }
    std::string ring_in() {
        HttpRequest r;
        r.method = "POST";
        r.url = account.base_url + "/sim/inbound";
        r.body = R"({"from":"+821000005678"})";
        auto answer = ask(r);
        REQUIRE(answer.status == 201);
        return std::string(json::Document::parse(answer.body)->root()["call_sid"].text());
    }
    const json::Document* event(const std::string& name) const {
        for (const auto& e : events) {
            if (e.root()["event"].text() == name) return &e;
        }
        return nullptr;
    }
    void run_until(const std::function<bool()>& done) { test::run_until(*loop, done); }
    /// The facts, when all webhooks of the call have been answered too.
    json::Value ended() {
        run_until([&] { return event("ended") != nullptr; });
        final_status();
        return event("ended")->root();
    }
    /// Until the status callback with the final status has come.
    Form final_status() {
        run_until([&] {
            return !bridge->told.empty() &&
                   !form_value(bridge->told.back(), "CallDuration").empty();
        });
        return bridge->told.back();
    }

    test::TempDir files;
    test::Environment environment;
    sim::TestCertificates certificates = *sim::make_test_certificates(files / "certificates");
    std::unique_ptr<net::EventLoop> loop;
    std::optional<Bridge> bridge;
    sim::Scenario scenario;
    std::string clip = std::string(1600, '\x33');
    twilio::Account account{"", "AC1", token, "", Secret()};
    std::optional<net::HttpPool> pool;
    std::unique_ptr<sim::TwilioSim> twilio_sim;
    std::vector<json::Document> events;
};

}  // namespace

TEST_CASE("a simulated call rings, streams, plays, marks, and ends with the next verb") {
    World w;
    sim::CallerStep hello;
    hello.when = "answered";
    hello.say = "hello";
    w.scenario.caller.script = {hello};
    w.scenario.carrier.answered_by = "human";
    w.scenario.carrier.amd_delay_ms = 50;
    w.start();
    json::Writer writer;
    std::string stream;
    int marks = 0;
    net::TimePoint sent, returned;
    w.bridge->on_text = [&](const std::string& text) {
        auto d = json::Document::parse(text);
        const auto event = d->root()["event"].text();
        if (event == "start") {
            stream = d->root()["streamSid"].text();
            twilio::write_media(writer, stream, base64_encode(std::string(1600, '\x44')));
            w.bridge->peer->send_text(writer.view());
            twilio::write_mark(writer, stream, "m1");
            w.bridge->peer->send_text(writer.view());
            sent = w.loop->now();
        }
        if (event == "mark" && ++marks == 1) {
            returned = w.loop->now();
            twilio::write_media(writer, stream, base64_encode(std::string(80'000, '\x44')));
            w.bridge->peer->send_text(writer.view());
            twilio::write_mark(writer, stream, "m2");
            w.bridge->peer->send_text(writer.view());
            twilio::write_clear(writer, stream);
            w.bridge->peer->send_text(writer.view());
        }
        if (event == "mark" && marks == 2) w.bridge->peer->close(1000, "");
    };
    const auto sid = w.call();
    const auto facts = w.ended();
    CHECK(facts["status"].text() == "completed");
    CHECK(facts["ended_by"].text() == "bridge");
    CHECK(facts["complaints"].size() == 0);
    CHECK(facts["clears"].size() == 1);
    CHECK(facts["clears"].at(0)["dropped_ms"].integer() > 9000);  // of ten seconds
    CHECK(facts["streams"].at(0)["first_media_ms"].integer() >= 0);
    CHECK(facts["parts"].at(0)["mark"].text() == "m1");
    CHECK(facts["parts"].at(0)["played_ms"].integer() == 200);
    CHECK(returned - sent >= 199ms);
    CHECK(returned - sent < 400ms);
    w.final_status();

    const auto starts = w.bridge->of("start");
    const auto& start = starts.at(0);
    CHECK(start.root()["start"]["callSid"].text() == sid);
    CHECK(start.root()["start"]["customParameters"]["token"].text() == "t&1");
    const auto media = w.bridge->of("media");
    REQUIRE(media.size() >= 10);
    std::string said;
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(media[i].root()["media"]["timestamp"].text() == std::to_string(20 * i));
        said += *base64_decode(media[i].root()["media"]["payload"].text());
    }
    CHECK(said == w.clip);

    CHECK(w.bridge->forged == 0);
    CHECK(w.bridge->requests.at(0) == "/status");
    std::vector<std::string> statuses, sequence;
    for (const auto& form : w.bridge->told) {
        if (form_value(form, "CallStatus").empty()) continue;
        statuses.emplace_back(form_value(form, "CallStatus"));
        sequence.emplace_back(form_value(form, "SequenceNumber"));
    }
    std::sort(sequence.begin(), sequence.end());  // separate requests: they may overtake each other
    CHECK(sequence == std::vector<std::string>{"0", "1", "2", "3"});
    CHECK(std::count(statuses.begin(), statuses.end(), "in-progress") == 1);
    auto amd = [](const Form& f) { return !form_value(f, "MachineDetectionDuration").empty(); };
    CHECK(std::count_if(w.bridge->told.begin(), w.bridge->told.end(), amd) == 1);
    CHECK(file_exists(w.files / (sid + ".wav")));
    CHECK_THAT(*read_file(w.files / "to-twilio.jsonl"), contains(R"("event":"clear")"));
    CHECK_THAT(*read_file(w.files / "twiml.jsonl"), contains("<Stream"));
    CHECK_THAT(*read_file(w.files / "twilio-requests.jsonl"), contains("Calls.json"));
}

TEST_CASE("a number that does not answer ends as the scenario says") {
    const auto [outcome, status, sip] =
        GENERATE(table<std::string, std::string, std::string>({{"busy", "busy", "486"},
                                                               {"no-answer", "no-answer", "487"},
                                                               {"failed", "failed", "404"},
                                                               {"declined", "busy", "603"}}));
    World w;
    w.scenario.carrier.outcome = outcome;
    w.start();
    const auto sid = w.call();
    const auto form = w.final_status();
    CHECK(form_value(form, "CallStatus") == status);
    CHECK(form_value(form, "SipResponseCode") == sip);
    CHECK(form_value(form, "CallDuration") == "0");
    CHECK(twilio::read_call(w.ask(twilio::fetch_call(w.account, sid)))->status == status);
    CHECK(w.bridge->forms.empty());
}

TEST_CASE("an inbound call that is rejected is never answered") {
    World w;
    w.bridge->answers["/incoming"] = twilio::reject("busy");
    w.start();
    w.ring_in();
    const auto facts = w.ended();
    CHECK(facts["status"].text() == "busy");
    CHECK_FALSE(facts["duration_ms"].exists());
    CHECK(form_value(w.bridge->forms.at(0), "CallStatus") == "ringing");
    CHECK(form_value(w.bridge->forms.at(0), "Direction") == "inbound");
    CHECK(form_value(w.bridge->forms.at(0), "From") == "+821000005678");
}

TEST_CASE("a webhook that fails is asked again as its fragment says") {
    World w;
    w.bridge->fail_first = 2;
    w.start();
    w.bridge->on_text = [&](const std::string&) { w.bridge->peer->close(1000, ""); };
    w.call();
    CHECK(w.ended()["complaints"].size() == 0);
    CHECK(std::count(w.bridge->requests.begin(), w.bridge->requests.end(), "/incoming") == 3);
}

TEST_CASE("a webhook that cannot be had ends the call with an apology and an error") {
    World w;
    w.bridge->answers.erase("/incoming");
    w.start();
    w.ring_in();
    const auto facts = w.ended();
    CHECK(facts["complaints"].at(0)["code"].integer() == 11200);
    CHECK(w.event("said") != nullptr);
}

TEST_CASE("hanging up by REST stops the stream and completes the call") {
    World w;
    w.start();
    const auto sid = w.call();
    w.run_until([&] { return w.bridge->received.size() > 5; });
    CHECK(twilio::read_call(w.ask(twilio::complete_call(w.account, sid)))->status == "completed");
    w.run_until([&] { return w.bridge->closed != 0; });
    CHECK(w.bridge->of("stop").size() == 1);
    CHECK(w.bridge->closed == 1000);
    CHECK(w.ended()["ended_by"].text() == "rest");
    CHECK(w.ask(twilio::complete_call(w.account, sid)).status == 400);
}

TEST_CASE("the person presses a key and hangs up") {
    World w;
    sim::CallerStep key, hang_up;
    key.when = "answered";
    key.key = "7";
    hang_up.hang_up = true;
    w.scenario.caller.script = {key, hang_up};
    w.start();
    w.ring_in();
    CHECK(w.ended()["ended_by"].text() == "caller");
    w.run_until([&] { return w.bridge->closed != 0; });
    REQUIRE(w.bridge->of("dtmf").size() == 1);
    CHECK(w.bridge->of("dtmf").at(0).root()["dtmf"]["digit"].text() == "7");
    CHECK(form_value(w.final_status(), "SequenceNumber") == "1");
}

TEST_CASE("a media socket that is refused, and messages that are wrong, are complained of") {
    World w;
    SECTION("refused") {
        w.bridge->refuse = true;
        w.start();
        w.ring_in();
        CHECK(w.ended()["complaints"].at(0)["code"].integer() == 31920);
    }
    SECTION("wrong message") {
        w.start();
        w.bridge->on_text = [&](const std::string& text) {
            if (text.find(R"("start")") == std::string::npos) return;
            w.bridge->peer->send_text(R"({"event":"play"})");
            w.bridge->peer->close(1000, "");
        };
        w.ring_in();
        CHECK(w.ended()["complaints"].at(0)["code"].integer() == 31951);
    }
}

TEST_CASE("a carrier that breaks off is asked what to do next, and a scripted fault is met") {
    World w;
    sim::Fault fault;
    fault.at = "carrier.media";
    fault.nth = 5;
    fault.what = "drop";
    w.scenario.faults = {fault};
    w.start();
    w.ring_in();
    const auto facts = w.ended();
    CHECK(std::count(w.bridge->requests.begin(), w.bridge->requests.end(), "/after") == 1);
    CHECK(facts["streams"].at(0)["close_code"].integer() == 1006);
    CHECK(facts["complaints"].size() == 0);  // not the bridge's fault
    CHECK(w.bridge->of("stop").empty());
}
