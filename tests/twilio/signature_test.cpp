#include "twilio/signature.hpp"

#include "support/data.hpp"

using namespace pa;

namespace {

Form form_of(json::Value pairs) {
    Form form;
    pairs.for_each(
        [&](json::Value pair) { form.emplace_back(pair.at(0).text(), pair.at(1).text()); });
    return form;
}

Secret token_of(json::Value vector) { return Secret(std::string(vector["auth_token"].text())); }

/// Runs `check` over the vectors of that name; they must be `count`.
void each(const char* name, std::size_t count, const std::function<void(json::Value)>& check) {
    auto data = test::json_data("twilio-signature-vectors.json");
    json::Value vectors = data.root()[name];
    REQUIRE(vectors.size() == count);
    vectors.for_each([&](json::Value v) {
        INFO(v["id"].text());
        check(v);
    });
}

}  // namespace

TEST_CASE("a form's signature is decided as published for every vector") {
    each("form_vectors", 33, [](json::Value v) {
        bool valid = twilio::valid_form_signature(token_of(v), v["url"].text(),
                                                  form_of(v["params"]), v["signature"].text());
        CHECK(valid == v["valid"].boolean());
        if (v["signed_url"])
            CHECK(twilio::sign_form(token_of(v), v["signed_url"].text(), form_of(v["params"])) ==
                  v["signature"].text());
    });
}

TEST_CASE("a raw body is decoded to what was signed") {
    each("raw_body_vectors", 5, [](json::Value v) {
        Form form = form_decode(v["body"].text());
        CHECK(form == form_of(v["decoded"]));
        CHECK(twilio::valid_form_signature(token_of(v), v["url"].text(), form,
                                           v["signature"].text()) == v["valid"].boolean());
    });
}

TEST_CASE("a JSON body counts by its hash in the URL") {
    each("json_vectors", 6, [](json::Value v) {
        CHECK(twilio::valid_json_signature(token_of(v), v["url"].text(), v["body"].text(),
                                           v["signature"].text()) == v["valid"].boolean());
    });
}

TEST_CASE("a socket's upgrade is signed over the wss URL") {
    each("wss_vectors", 6, [](json::Value v) {
        CHECK(twilio::valid_socket_signature(token_of(v), v["url"].text(), v["signature"].text()) ==
              v["valid"].boolean());
        CHECK(twilio::sign_socket(token_of(v), v["signed_url"].text()) == v["signature"].text());
    });
}

TEST_CASE("the signed URL is our public base and the raw target, whatever the headers say") {
    int known = 0;
    each("rebuild_cases", 13, [&](json::Value v) {
        std::string_view base = v["config"]["public_url"].text();
        std::string_view target = v["request"]["target"].text();
        bool upgrade = v["request"]["upgrade"].text() == "websocket";
        std::string url = upgrade ? twilio::public_socket_url_of(base, target)
                                  : twilio::public_url_of(base, target);
        // Without a known base no header is asked: there is no URL, and nothing verifies.
        CHECK(url == (base.empty() ? "" : v["expected_url"].text()));
        known += base.empty() ? 0 : 1;
        if (base.empty()) CHECK_FALSE(twilio::valid_form_signature(Secret("12345"), url, {}, "x"));
    });
    CHECK(known == 3);
}

TEST_CASE("a base with a path, a slash, a port or a fragment") {
    using twilio::public_url_of;
    CHECK(public_url_of("https://a.example/", "/incoming") == "https://a.example/incoming");
    CHECK(public_url_of("https://a.example/agent", "/incoming") ==
          "https://a.example/agent/incoming");
    CHECK(public_url_of("https://a.example/agent/", "/agent/incoming") ==
          "https://a.example/agent/incoming");
    CHECK(public_url_of("https://a.example/in", "/incoming") == "https://a.example/in/incoming");
    CHECK(public_url_of("https://a.example#rc=2", "/x?a=%2F") == "https://a.example/x?a=%2F");
    CHECK(public_url_of("http://127.0.0.1:8082", "/x") == "http://127.0.0.1:8082/x");
    CHECK(twilio::public_socket_url_of("http://127.0.0.1:8082", "/m") == "ws://127.0.0.1:8082/m");
    CHECK(twilio::public_socket_url_of("", "/m").empty());
    CHECK(public_url_of("a.example", "/x").empty());
}

TEST_CASE("a fragment is neither sent nor signed") {
    Secret token("12345");
    CHECK(twilio::sign_form(token, "https://a.example/x#rc=2&rp=ct", {}) ==
          twilio::sign_form(token, "https://a.example/x", {}));
}

TEST_CASE("without a token or a header nothing verifies") {
    std::string signature = twilio::sign_socket(Secret(""), "wss://a.example/m");
    CHECK_FALSE(twilio::valid_socket_signature(Secret(""), "wss://a.example/m", signature));
    CHECK_FALSE(twilio::valid_socket_signature(Secret("t"), "wss://a.example/m", ""));
    CHECK_FALSE(
        twilio::valid_socket_signature(Secret("t"), "", twilio::sign_socket(Secret("t"), "")));
    CHECK_FALSE(
        twilio::valid_form_signature(Secret("t"), "", {}, twilio::sign_form(Secret("t"), "", {})));
}
