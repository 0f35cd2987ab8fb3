#include "sim/twiml_reader.hpp"

#include "support/catch.hpp"
#include "twilio/twiml.hpp"

using namespace pa;
using namespace pa::sim;

TEST_CASE("a document becomes its verbs") {
    auto verbs = read_twiml(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><!-- hello -->\n"
        "<Connect action='https://a/b?x=1&amp;y=2'><Stream url=\"wss://a/m\">"
        "<Parameter name=\"token\" value=\"&lt;&#x41;&#44032;&gt;\"/></Stream></Connect>"
        "<Say language=\"ko-KR\"> 안녕 &amp; <![CDATA[<잘 가>]]> </Say><Hangup/></Response>\n");
    REQUIRE(verbs);
    REQUIRE(verbs->size() == 3);
    const auto& connect = (*verbs)[0];
    CHECK(connect.attribute("action") == "https://a/b?x=1&y=2");
    CHECK(connect.children.at(0).attribute("url") == "wss://a/m");
    CHECK(connect.children.at(0).children.at(0).attribute("value") == "<A가>");
    CHECK((*verbs)[1].text == "안녕 & <잘 가>");
    CHECK((*verbs)[2].name == "Hangup");
}

TEST_CASE("what is wrong with a document has the number Twilio gives it") {
    auto refused = [](std::string_view text) {
        auto verbs = read_twiml(text);
        return verbs ? std::string("accepted") : verbs.error().what.substr(0, 5);
    };
    CHECK(refused("  ") == "11770");
    CHECK(refused("hello") == "12100");
    CHECK(refused("<Response><Hangup></Response>") == "12100");
    CHECK(refused("<Response><Hangup/></Response>x") == "12100");
    CHECK(refused("<Response><Say a=\"1\" a=\"2\"/></Response>") == "12100");
    CHECK(refused("<Response><Say>a & b</Say></Response>") == "12100");
    CHECK(refused("<Response><Say>&nbsp;</Say></Response>") == "12100");
    CHECK(refused("<response/>") == "12102");
    CHECK(refused("<Response><hangup/></Response>") == "12200");
    CHECK(refused("<Response><Hangup now=\"1\"/></Response>") == "12200");
    CHECK(refused("<Response><Stream url=\"wss://a\"/></Response>") == "12200");
    CHECK(refused("<Response>" + std::string(70000, ' ') + "</Response>") == "11750");
    CHECK(refused("<Response>" + std::string(100, '<') + "</Response>") == "12100");
}

TEST_CASE("what the bridge writes is read back as it was meant") {
    twilio::ConnectStream document;
    document.stream_url = "wss://a.example/media-stream";
    document.parameters = {{"token", "a&b<c>\"d'"}};
    document.redirect_url = "https://a.example/after#rc=2&rp=all";
    auto text = twilio::connect_stream(document);
    REQUIRE(text);
    auto verbs = read_twiml(*text);
    REQUIRE(verbs);
    REQUIRE(verbs->size() == 2);
    CHECK((*verbs)[0].children.at(0).children.at(0).attribute("value") == "a&b<c>\"d'");
    CHECK((*verbs)[1].text == "https://a.example/after#rc=2&rp=all");
    CHECK(read_twiml(twilio::reject("busy"))->at(0).attribute("reason") == "busy");
}
