#include "tunnel/ngrok.hpp"

#include "support/catch.hpp"
#include "support/fake_http.hpp"

using namespace pa;
using namespace pa::tunnel;

namespace {

const char* const two_tunnels = R"({"tunnels":[
 {"name":"shop","uri":"/api/tunnels/shop","public_url":"https://shop.ngrok.app","proto":"https",
  "config":{"addr":"http://localhost:3000","inspect":true},"metrics":{"conns":{"count":0}}},
 {"name":"phone","public_url":"https://phone.ngrok-free.app","proto":"https","config":{"addr":"localhost:8082"}}],
 "uri":"/api/tunnels"})";

Wanted wanted(int port = 8082) {
    Wanted w;
    w.port = port;
    w.api_url = "http://127.0.0.1:4040";
    return w;
}

}  // namespace

TEST_CASE("our port is read in every way an agent writes it") {
    CHECK(port_of("8082") == 8082);
    CHECK(port_of("localhost:80") == 80);
    CHECK(port_of("http://localhost:8082") == 8082);
    CHECK(port_of("http://127.0.0.1:8082/") == 8082);
    CHECK(port_of("http://[::1]:8082") == 8082);
    CHECK(port_of("https://localhost") == 443);
    CHECK(port_of("") == 0);
    CHECK(port_of("http://") == 0);
}

TEST_CASE("of several tunnels the one to our port is ours, and the others are named") {
    auto offers = read_ngrok_listing(two_tunnels, "127.0.0.1:4040");
    REQUIRE(offers);
    Finding found = choose(*offers, wanted());
    CHECK(found.url == "https://phone.ngrok-free.app");
    REQUIRE(found.strangers.size() == 1);
    CHECK(describe(found.strangers) ==
          "https://shop.ngrok.app -> http://localhost:3000 (agent at 127.0.0.1:4040)");

    found = choose(*offers, wanted(9));
    CHECK(found.url.empty());
    CHECK(found.strangers.size() == 2);
}

TEST_CASE("with a reserved name only the tunnel under that name is ours") {
    auto offers = read_ngrok_listing(two_tunnels, "127.0.0.1:4040");
    REQUIRE(offers);
    Wanted w = wanted();
    w.host = "other.ngrok-free.app";
    CHECK(choose(*offers, w).url.empty());
    w.host = "phone.ngrok-free.app";
    CHECK(choose(*offers, w).url == "https://phone.ngrok-free.app");
}

TEST_CASE("https is preferred, plain http counts on loopback only") {
    auto pick = [](std::vector<Offer> offers) { return choose(offers, wanted()).url; };
    Offer plain{"http://x.ngrok.io", "8082", "", 8082},
        secure{"https://x.ngrok.io", "8082", "", 8082};
    Offer local{"http://127.0.0.1:9999", "8082", "", 8082};
    CHECK(pick({plain}).empty());
    CHECK(choose({plain, secure}, wanted()).strangers.empty());
    CHECK(pick({plain, secure}) == "https://x.ngrok.io");
    CHECK(pick({local}) == "http://127.0.0.1:9999");
    CHECK(pick({local, secure}) == "https://x.ngrok.io");
}

TEST_CASE("a tunnel that is coming up has no URL and is nobody's yet") {
    auto offers = read_ngrok_listing(
        R"({"tunnels":[{"name":"command_line","proto":"https","config":{"addr":"localhost:8082"}}]})",
        "a");
    REQUIRE(offers);
    Finding found = choose(*offers, wanted());
    CHECK(found.url.empty());
    CHECK(found.strangers.empty());
}

TEST_CASE("endpoints of newer agents and addresses as objects are read too") {
    auto offers = read_ngrok_listing(
        R"({"endpoints":[{"name":"e","url":"https://e.ngrok.app","upstream":{"url":"http://localhost:8082","protocol":"http1"}}]})",
        "a");
    REQUIRE(offers);
    CHECK(choose(*offers, wanted()).url == "https://e.ngrok.app");
    offers = read_ngrok_listing(
        R"({"tunnels":[{"public_url":"https://o.ngrok.app","config":{"addr":{"Scheme":"http","Host":"127.0.0.1:8082"}}}]})",
        "a");
    REQUIRE(offers);
    CHECK(choose(*offers, wanted()).url == "https://o.ngrok.app");
}

TEST_CASE("what is no listing is an error that names the agent") {
    for (const char* body : {"", "<html>", "[]", "{}", R"({"tunnels":null})", R"({"tunnels":7})"}) {
        auto offers = read_ngrok_listing(body, "127.0.0.1:4041");
        REQUIRE_FALSE(offers);
        CHECK_THAT(offers.error().what, contains("127.0.0.1:4041"));
    }
    auto odd = read_ngrok_listing(R"({"tunnels":[7,null,"x",{"config":7}]})", "a");
    REQUIRE(odd);
    CHECK(choose(*odd, wanted()).url.empty());
}

TEST_CASE("the log tells the agent's own address and its tunnel, in JSON and logfmt") {
    CHECK(
        read_ngrok_line(
            R"({"t":"2026-09-12T20:25:13+0200","lvl":"info","msg":"starting web service","obj":"web","addr":"127.0.0.1:4041","allow_hosts":null})")
            .web_address == "127.0.0.1:4041");
    CHECK(
        read_ngrok_line(
            R"({"url":"https://94b1.ngrok-free.app","msg":"started tunnel","addr":{"Scheme":"http","Host":"127.0.0.1:9700"}})")
            .url == "https://94b1.ngrok-free.app");
    NgrokLine line = read_ngrok_line(
        R"(t=2026-09-12T20:25:17 lvl=info msg="started tunnel" obj=tunnels name=command_line addr=http://localhost:4142 url=https://a.ngrok.app)");
    CHECK(line.url == "https://a.ngrok.app");
    CHECK(line.web_address.empty());
    CHECK(read_ngrok_line("ERROR:  unknown flag: --url").unknown_flag_url);
}

TEST_CASE("an ngrok error is found in any text and told with its remedy") {
    CHECK(ngrok_error_code(R"({"details":{"err":"… ERR_NGROK_334"}})") == 334);
    CHECK(ngrok_error_code("no code here") == 0);
    CHECK(ngrok_error_code("ERR_NGROK_") == 0);
    CHECK_THAT(explain_ngrok(108).sentence, contains("stop the other ngrok"));
    CHECK(explain_ngrok(108).code == Errc::later);
    CHECK_THAT(explain_ngrok(4018).sentence, contains("NGROK_AUTHTOKEN"));
    CHECK(explain_ngrok(107).code == Errc::credentials);
    CHECK_THAT(explain_ngrok(121).sentence, contains("ngrok update"));
    CHECK(explain_ngrok(320).code == Errc::config);
    CHECK_THAT(explain_ngrok(9999).sentence, contains("errors/err_ngrok_9999"));
    CHECK(explain_ngrok(0).code == Errc::later);
}

TEST_CASE("a second agent is found on the port after the first one's") {
    test::FakeHttp http;
    http.on("GET http://127.0.0.1:4040/api/tunnels", 200, R"({"tunnels":[]})");
    http.on("GET http://127.0.0.1:4042/api/tunnels", 200, two_tunnels);
    Finding found = Ngrok(wanted(), http).look();
    CHECK(found.url == "https://phone.ngrok-free.app");
    CHECK(found.where == "127.0.0.1:4042");
    CHECK(http.requests.back().headers.front() ==
          std::pair<std::string, std::string>("Host", "127.0.0.1:4042"));
}

TEST_CASE("an agent without the older call is asked for its endpoints") {
    test::FakeHttp http;
    http.on("GET http://127.0.0.1:4040/api/tunnels", 404, "");
    http.on("GET http://127.0.0.1:4040/api/endpoints", 200,
            R"({"endpoints":[{"url":"https://e.ngrok.app","upstream":{"url":"8082"}}]})");
    CHECK(Ngrok(wanted(), http).look().url == "https://e.ngrok.app");
}

TEST_CASE("an API address of one's own is asked alone") {
    test::FakeHttp http;
    Wanted w = wanted();
    w.api_url = "http://agent.example:5050";
    w.only_api_url = true;
    CHECK(Ngrok(w, http).look().url.empty());
    REQUIRE(http.requests.size() == 1);
    CHECK(http.requests[0].url == "http://agent.example:5050/api/tunnels");
    CHECK(http.requests[0].headers[0].second == "127.0.0.1:5050");  // the agent wants a local name
}

TEST_CASE("the authtoken travels in the environment, never as an argument") {
    test::FakeHttp http;
    Wanted w = wanted();
    w.authtoken = Secret("canary-token");
    w.host = "phone.example";
    Ngrok ngrok(w, http);
    ChildOptions child = ngrok.command();
    CHECK(child.argv == std::vector<std::string>{"ngrok", "http", "8082", "--log=stdout",
                                                 "--log-format=json",
                                                 "--url=https://phone.example"});
    CHECK(child.set_env.at(0) ==
          std::pair<std::string, std::string>("NGROK_AUTHTOKEN", "canary-token"));
}

TEST_CASE("an agent too old for --url is started with --domain") {
    test::FakeHttp http;
    Wanted w = wanted();
    w.host = "phone.example";
    Ngrok ngrok(w, http);
    CHECK(ngrok.read_line("unknown flag: --url"));
    CHECK(ngrok.command().argv.back() == "--domain=phone.example");
}

TEST_CASE("the agent we started is asked where its log says it listens") {
    test::FakeHttp http;
    http.on("GET http://127.0.0.1:7070/api/tunnels", 200, two_tunnels);
    Ngrok ngrok(wanted(), http);
    ngrok.read_line(R"({"msg":"starting web service","addr":"127.0.0.1:7070"})");
    CHECK(ngrok.look().where == "127.0.0.1:7070");
    ngrok.child_ended();
    CHECK(ngrok.look().url.empty());
}
