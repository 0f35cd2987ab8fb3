#include "sim/ngrok_agent.hpp"

#include "json/document.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::sim;

namespace {

struct Agent {
    NgrokAgent api{[this](const std::string&, int port) -> Result<std::string> {
                       if (port == 1) return Error{Errc::unavailable, "ERR_NGROK_334"};
                       opened.push_back(port);
                       return "https://localhost:" + std::to_string(40000 + port);
                   },
                   [this](const std::string& name) { closed.push_back(name); }};
    HttpResponse ask(std::string method, std::string path, std::string body = "",
                     std::string host = "127.0.0.1:4040") {
        return api.answer({std::move(method), std::move(path), std::move(host), std::move(body)});
    }
    std::vector<int> opened;
    std::vector<std::string> closed;
};

}  // namespace

TEST_CASE("the agent lists its tunnels as ngrok does") {
    Agent a;
    REQUIRE(a.api.start("command_line", "8082"));
    auto r = a.ask("GET", "/api/tunnels");
    CHECK(r.status == 200);
    auto doc = json::Document::parse(r.body);
    REQUIRE(doc);
    auto t = doc->root()["tunnels"].at(0);
    CHECK(t["name"].text() == "command_line");
    CHECK(t["public_url"].text() == "https://localhost:48082");
    CHECK(t["proto"].text() == "https");
    CHECK(t["config"]["addr"].text() == "http://localhost:8082");
    CHECK(a.ask("GET", "/api/tunnels/command_line").status == 200);
    CHECK(a.ask("GET", "/api/tunnels/other").status == 404);
    CHECK(a.ask("GET", "/api/endpoints/command_line").status == 200);
    CHECK_THAT(a.ask("GET", "/api/endpoints").body,
               contains("\"upstream\":{\"url\":\"http://localhost:8082\""));
    CHECK_THAT(a.ask("GET", "/api/status").body, contains("online"));
}

TEST_CASE("tunnels are made and taken down over the API") {
    Agent a;
    auto r = a.ask("POST", "/api/tunnels",
                   R"({"addr":"http://127.0.0.1:9000","proto":"http","name":"phone"})");
    CHECK(r.status == 201);
    CHECK(a.opened == std::vector<int>{9000});
    CHECK(
        a.ask("POST", "/api/tunnels", R"({"addr":"9000","proto":"http","name":"phone"})").status ==
        400);
    CHECK(a.ask("DELETE", "/api/tunnels/phone").status == 204);
    CHECK(a.closed == std::vector<std::string>{"phone"});
    CHECK(a.api.tunnels().empty());
    CHECK(a.ask("POST", "/api/endpoints", R"({"name":"p","upstream":{"url":"9001"}})").status ==
          201);
}

TEST_CASE("a refusal of the service is a 502 with the code in its details") {
    Agent a;
    auto r = a.ask("POST", "/api/tunnels", R"({"addr":"1","proto":"http","name":"x"})");
    CHECK(r.status == 502);
    CHECK_THAT(r.body, contains("ERR_NGROK_334"));
    CHECK(a.ask("POST", "/api/tunnels", "{").status == 400);
}

TEST_CASE("the agent answers only requests for a local host") {
    Agent a;
    CHECK(a.ask("GET", "/api/tunnels", "", "evil.example").status == 403);
    CHECK(a.ask("GET", "/api/tunnels", "", "localhost:4040").status == 200);
    CHECK(a.ask("GET", "/api/tunnels", "", "[::1]:4040").status == 200);
}

TEST_CASE("tokens meet the errors they are named after") {
    CHECK_FALSE(ngrok_refusal("2abc"));
    CHECK_THAT(*ngrok_refusal(""), contains("ERR_NGROK_4018"));
    CHECK_THAT(*ngrok_refusal("bad"), contains("ERR_NGROK_105"));
    CHECK_THAT(*ngrok_refusal("bad-108"), contains("ERR_NGROK_108"));
}
