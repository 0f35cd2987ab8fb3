#include "base/http_message.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {

Url url(std::string_view text) {
    Url out;
    INFO(text);
    REQUIRE(Url::parse(text, out));
    return out;
}

bool valid(std::string_view text) {
    Url out;
    return Url::parse(text, out);
}

}  // namespace

TEST_CASE("a URL in its parts") {
    Url u = url("HTTPS://User:pw@Example.COM:8443/a/B?x=%2F#frag");
    CHECK(u.scheme == "https");
    CHECK(u.user_info == "User:pw");
    CHECK(u.host == "example.com");
    CHECK(u.port == 8443);
    CHECK(u.target == "/a/B?x=%2F");
    CHECK(u.origin() == "https://example.com:8443");
    u = url("wss://a.example");
    CHECK(u.port == 0);
    CHECK(u.target == "/");
    CHECK(u.secure());
    CHECK(u.effective_port() == 443);
    CHECK(url("http://a.example?x").target == "/?x");
    CHECK(url("http://a.example").effective_port() == 80);
    CHECK(url("http://[::1]:8082/x").host == "[::1]");
    CHECK(url("http://[::1]:8082/x").port == 8082);
    CHECK(url("http://[2001:db8::1]").origin() == "http://[2001:db8::1]");
}

TEST_CASE("what only looks like a URL is refused") {
    for (const char* text : {"",
                             "a.example",
                             "//a.example",
                             "://a",
                             "http:a",
                             "http://",
                             "http:///x",
                             "http://:80/",
                             "http://a:0/",
                             "http://a:99999/",
                             "http://a:8x/",
                             "http://a:/",
                             "http://a:+80/",
                             "http://a:-1/",
                             "http://a b/",
                             "http://a\n/",
                             "http://a/x y",
                             "http://a/x\r\nHost: b",
                             "http://a/\x7f",
                             "ht tp://a/",
                             "http://a%00b/",
                             "http://[::1",
                             "http://[::1/x",
                             "http://::1/",
                             "http://a:b:80/",
                             "http://[a]b/",
                             "http://a[1]/",
                             "http://[]/",
                             "http://x\\@a/",
                             "http://a\r\n@b/",
                             "http://a b@c/",
                             "http://a\xff/"}) {
        INFO(text);
        CHECK_FALSE(valid(text));
    }
    CHECK_FALSE(valid(std::string_view("http://a\0b/", 11)));
    CHECK_FALSE(valid(std::string_view("http://a/\0", 10)));
}

TEST_CASE("only what really is loopback counts as such") {
    for (const char* text : {"http://127.0.0.1:1", "http://127.1.2.3", "http://localhost",
                             "http://LOCALHOST:1", "ws://[::1]:9"})
        CHECK(url(text).loopback());
    for (const char* text :
         {"http://127.0.0.1.evil.example", "http://localhost.evil.example",
          "http://127.0.0.1@evil.example", "http://evil.example/127.0.0.1", "http://0.0.0.0",
          "http://128.0.0.1", "http://[::2]", "http://1127.0.0.1"})
        CHECK_FALSE(url(text).loopback());
    CHECK(url("http://127.0.0.1@evil.example").host == "evil.example");
    CHECK(url("http://a@b@c/").host == "c");
}

TEST_CASE("percent-encoding there and back") {
    CHECK(url_encode("aZ9-._~") == "aZ9-._~");
    CHECK(url_encode("+82 10&=/?") == "%2B82%2010%26%3D%2F%3F");
    CHECK(url_encode("하나") == "%ED%95%98%EB%82%98");
    CHECK(url_decode("%2B82+10%ed%95%98") == "+82 10하");
    CHECK(url_decode("a+b", false) == "a+b");
    CHECK(url_decode("%") == "%");
    CHECK(url_decode("%4") == "%4");
    CHECK(url_decode("%zz%41") == "%zzA");
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    CHECK(url_decode(url_encode(all)) == all);
}

TEST_CASE("forms keep order, repeats and empty values") {
    CHECK(form_decode("a=1&b=&a=2&c&&d=x%3Dy=z") ==
          Form{{"a", "1"}, {"b", ""}, {"a", "2"}, {"c", ""}, {"d", "x=y=z"}});
    CHECK(form_decode("").empty());
    CHECK(form_decode("&&").empty());
    CHECK(form_decode("=x") == Form{{"", "x"}});
    Form form{{"To", "+821000000001"}, {"이름", "a&b=c d"}, {"e", ""}};
    CHECK(form_decode(form_encode(form)) == form);
    CHECK(form_encode({{"a b", "+"}}) == "a%20b=%2B");
    CHECK(form_value(form, "To") == "+821000000001");
    CHECK(form_value(form, "to").empty());
}

TEST_CASE("headers are found without regard to case, the first of a name") {
    HttpResponse r;
    r.headers = {{"Retry-After", "1"}, {"retry-after", "2"}, {"X", ""}};
    CHECK(r.header("RETRY-AFTER") == "1");
    CHECK(r.header("Retry").empty());
    CHECK(same_header("Content-Type", "content-type"));
    CHECK_FALSE(same_header("Content-Type", "content-typ"));
}
