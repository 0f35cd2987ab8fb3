#include "sim/openai_server.hpp"

#include <algorithm>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "extract/ask.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "net/http.hpp"
#include "openai/session.hpp"
#include "sim/model_rig.hpp"
#include "support/net_rig.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::sim;
using namespace std::chrono_literals;

namespace {

const char* talk =
    R"("model":{"latency_ms":20,"pace":40,"transcript_delay_ms":30,"greeting":["greet-morning"],
    "turns":[{"hears":"milk","says":["ok-milk"]}]},"extraction":[{"clip":"milk","type":"todo","title":"우유"}])";

/// The server and one client of it.
struct World {
    test::TempDir folder;
    std::unique_ptr<net::EventLoop> loop = test::make_loop();
    std::vector<std::string> told;
    std::unique_ptr<OpenAiServer> server;
    test::Heard here;
    test::Listener handler{here};
    std::unique_ptr<net::WsClient> client;

    explicit World(const std::string& more = "") {
        OpenAiOptions o;
        o.scenario = std::move(
            *Scenario::parse("{\"name\":\"t\"," + std::string(talk) + more + "}", "t.json"));
        o.clips_folder = PA_SHARE "/clips";
        o.record_folder = folder / "record";
        o.on_event = [this](std::string_view line) { told.emplace_back(line); };
        auto made = OpenAiServer::listen(*loop, std::move(o));
        if (!made) FAIL(made.error().what);
        server = std::move(*made);
    }
    void connect(Headers headers = {{"Authorization", "Bearer sk-test"}},
                 const std::string& query = "?model=gpt-realtime-2.1-mini") {
        net::WsConnect c;
        c.url = "ws" + server->base_url().substr(4) + "/realtime" + query;
        c.headers = std::move(headers);
        client = std::make_unique<net::WsClient>(*loop, c, handler);
    }
    void send(std::string_view event) { here.peer->send_text(event); }
    [[nodiscard]] bool got(const std::string& type) const {
        return std::any_of(here.texts.begin(), here.texts.end(), [&](const std::string& t) {
            return t.find("{\"type\":\"" + type + "\"") == 0;
        });
    }
    void until(const std::function<bool()>& done) { test::run_until(*loop, done); }
    void until_got(const std::string& type) {
        until([&] { return got(type); });
    }
    void configure() {
        until_got("session.created");
        json::Writer w;
        openai::SessionSettings settings;
        openai::write_session_update(w, settings, true, "cfg");
        send(w.view());
        until_got("session.updated");
    }
    void say(const std::string& mulaw) {
        json::Writer w;
        for (std::size_t i = 0; i < mulaw.size(); i += 160) {
            openai::write_append(w, base64_encode(mulaw.substr(i, 160)));
            send(w.view());
        }
    }
    [[nodiscard]] std::string recorded(const char* file) const {
        return read_file(folder / "record" + "/" + file).value_or("");
    }
};

/// Requests from the test's thread while the loop runs in another.
HttpResponse fetch(World& world, const std::string& method, const std::string& path,
                   const std::string& body = "", const std::string& key = "sk-test") {
    HttpRequest request;
    request.method = method;
    request.url = world.server->base_url() + path;
    request.headers = {{"Authorization", "Bearer " + key}, {"Content-Type", "application/json"}};
    request.body = body;
    Result<HttpResponse> response = Error{Errc::bug, "none"};
    std::thread asking([&] {
        net::CurlHttp http;
        response = http.send(request);
        world.loop->stop();
    });
    test::run(*world.loop);
    asking.join();
    if (!response) FAIL(response.error().what);
    return *response;
}

}  // namespace

TEST_CASE("a conversation over a socket: configured as pa-bridge does, heard, answered, recorded") {
    World world;
    world.connect();
    world.configure();
    world.send(R"({"type":"response.create","response":{"metadata":{"purpose":"greeting"}}})");
    world.until_got("response.done");
    std::string audio;
    for (const std::string& text : world.here.texts)
        if (text.find("{\"type\":\"response.output_audio.delta\"") == 0)
            audio += *base64_decode(json::Document::parse(text)->root()["delta"].text());
    CHECK(audio == clips().find("greet-morning")->audio);
    world.here.texts.clear();
    world.say(clips().find("milk")->audio + std::string(8'000, audio::kSilence));
    world.until_got("conversation.item.input_audio_transcription.completed");
    world.until_got("response.done");
    world.here.peer->close(1000, "bye");
    world.until([&] { return world.told.back().find("\"closed\"") != std::string::npos; });
    CHECK_THAT(world.recorded("openai-events.jsonl"),
               contains("\"event\":{\"type\":\"session.update\""));
    CHECK_THAT(world.recorded("openai-server-events.jsonl"), contains("마트에서 우유 사와야 해."));
    auto told = [&](const std::string& what) {
        return std::any_of(world.told.begin(), world.told.end(),
                           [&](const std::string& t) { return t.find(what) != std::string::npos; });
    };
    CHECK(told("\"event\":\"heard\""));
    CHECK(told(clips().find("ok-milk")->text));
}

TEST_CASE("keys, the beta's header and paths are checked at the door") {
    World world;
    auto refused = [&](const Headers& headers, const std::string& query) {
        world.here.closed.clear();
        world.connect(headers, query);
        world.until([&] { return !world.here.closed.empty(); });
        return world.here.closed;
    };
    const std::string query = "?model=gpt-realtime-2.1";
    CHECK_THAT(refused({}, query), contains("401"));
    CHECK_THAT(refused({{"Authorization", "Bearer bad-key"}}, query), contains("401"));
    CHECK_THAT(refused({{"Authorization", "Bearer sk-1"}}, ""), contains("400"));
    CHECK(refused({{"Authorization", "Bearer sk-1"}, {"OpenAI-Beta", "realtime=v1"}}, query) ==
          "4000 invalid_request_error.beta_api_shape_disabled");
    CHECK(world.got("error"));
}

TEST_CASE("scripted faults reach the socket: a refusal, then a connection that breaks") {
    World world(
        R"(,"faults":[{"at":"model.connect:1","do":503},{"at":"model.response:1","do":"drop","ms":200}])");
    world.connect();
    world.until([&] { return !world.here.closed.empty(); });
    CHECK_THAT(world.here.closed, contains("503"));
    world.here.closed.clear();
    world.connect();
    world.configure();
    world.send(R"({"type":"response.create"})");
    world.until([&] { return !world.here.closed.empty(); });
    CHECK_THAT(world.here.closed, contains("1006"));
    CHECK_FALSE(world.got("response.done"));
}

TEST_CASE("the REST side: models, completions, errors with the service's JSON") {
    World world(R"(,"faults":[{"at":"chat:2","do":429,"retry_after_s":3}])");
    CHECK_THAT(fetch(world, "GET", "/models/gpt-4o-mini").body, contains("2027-01-14"));
    CHECK(fetch(world, "GET", "/models", "", "bad").status == 401);
    CHECK(fetch(world, "GET", "/nothing").status == 404);
    const std::string body =
        R"({"model":"gpt-6-luna","messages":[{"role":"user","content":"마트에서 우유 사와야 해"}]})";
    auto good = fetch(world, "POST", "/chat/completions", body);
    CHECK(good.status == 200);
    CHECK_THAT(good.body, contains("chat.completion"));
    auto busy = fetch(world, "POST", "/chat/completions", body);
    CHECK(busy.status == 429);
    CHECK(busy.header("retry-after") == "3");
    CHECK_THAT(world.recorded("openai-chat.jsonl"),
               contains("{\"body\":{\"model\":\"gpt-6-luna\""));
}

TEST_CASE("a scenario with an unknown clip is refused before anything listens") {
    auto loop = test::make_loop();
    OpenAiOptions o;
    o.scenario = std::move(
        *Scenario::parse(R"({"name":"t","model":{"greeting":["no-such-clip"]}})", "t.json"));
    o.clips_folder = PA_SHARE "/clips";
    auto made = OpenAiServer::listen(*loop, std::move(o));
    REQUIRE_FALSE(made);
    CHECK(made.error().what == "t.json: there is no clip \"no-such-clip\" in clips.json");
}
