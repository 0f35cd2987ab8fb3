#include "twilio/twiml.hpp"

#include "support/catch.hpp"

using namespace pa;

TEST_CASE("a stream with its token, then the question what comes after") {
    auto xml = twilio::connect_stream({"wss://a.example/media-stream",
                                       {{"token", "t1"}},
                                       "https://a.example/after#rc=2&rp=ct,rt"});
    REQUIRE(xml);
    CHECK(*xml ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<Response><Connect><Stream url=\"wss://a.example/media-stream\">"
          "<Parameter name=\"token\" value=\"t1\"/></Stream></Connect>"
          "<Redirect "
          "method=\"POST\">https://a.example/after#rc=2&amp;rp=ct,rt</Redirect></Response>\n");
}

TEST_CASE("what Twilio would drop or refuse is our error") {
    CHECK_FALSE(twilio::connect_stream({"wss://a.example/m?x=1", {}, ""}));
    auto at_limit =
        twilio::connect_stream({"wss://a.example/m", {{"token", std::string(495, 'x')}}, ""});
    REQUIRE_FALSE(at_limit);
    CHECK(at_limit.error().code == Errc::bug);
    CHECK(twilio::connect_stream({"wss://a.example/m", {{"token", std::string(494, 'x')}}, ""}));
}

TEST_CASE("Korean is said by a Korean voice, then the call ends") {
    std::string xml = twilio::say_and_hang_up("연결이 끊어졌어요.", "ko");
    CHECK_THAT(xml, contains("<Response><Say voice=\"Polly.Seoyeon-Neural\" language=\"ko-KR\">"
                             "연결이 끊어졌어요.</Say><Hangup/></Response>"));
    CHECK_THAT(twilio::say_and_hang_up("Bye", "en"), contains("<Say language=\"en-US\">Bye</Say>"));
    CHECK_THAT(twilio::say_and_hang_up("Bye", "en-GB"), contains("<Say language=\"en-GB\">"));
    CHECK_THAT(twilio::say_and_hang_up("またね", "ja"), contains("<Say language=\"ja-JP\">"));
    CHECK_THAT(twilio::say_and_hang_up("?", "tlh"), contains("<Say>?</Say>"));
    CHECK_THAT(twilio::say_and_hang_up("?", "en\"/><Dial>"), contains("<Say>?</Say>"));
}

TEST_CASE("no text breaks out of its element") {
    CHECK(twilio::xml_escape("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
    CHECK(twilio::xml_escape(std::string("a\0\x01\x1b\x7f\nb", 7)) == "a&#10;b");
    CHECK(twilio::xml_escape("a\xEF\xBF\xBF"
                             "b") == "ab");
    CHECK(twilio::xml_escape("\xFF") == "\xEF\xBF\xBD");
    auto xml = twilio::connect_stream({"wss://a.example/m", {{"a\"b", "<c>"}}, ""});
    REQUIRE(xml);
    CHECK_THAT(*xml, contains("<Parameter name=\"a&quot;b\" value=\"&lt;c&gt;\"/>"));
}

TEST_CASE("a long text is cut at a whole character") {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "가";
    std::string xml = twilio::say_and_hang_up(text, "ko");
    CHECK(xml.size() < 4000 * 3 + 300);
    CHECK_THAT(xml, contains("가</Say>"));
}

TEST_CASE("a call is put through with its number, our caller id and both limits") {
    std::string twiml = pa::twilio::dial_number(
        {"+821000005678", "+15550001000", "https://a.example/after#rc=5&rp=5xx", 30, 754});
    CHECK_THAT(twiml, contains("<Dial callerId=\"+15550001000\" timeout=\"30\" timeLimit=\"754\" "
                               "action=\"https://a.example/after#rc=5&amp;rp=5xx\" "
                               "method=\"POST\"><Number>+821000005678</Number></Dial>"));
}

TEST_CASE("hanging up and refusing") {
    CHECK_THAT(twilio::hang_up(), contains("<Response><Hangup/></Response>"));
    CHECK_THAT(twilio::reject("busy"), contains("<Reject reason=\"busy\"/>"));
    CHECK_THAT(twilio::reject("rejected"), contains("<Reject reason=\"rejected\"/>"));
    CHECK_THAT(twilio::reject("else"), contains("<Reject reason=\"rejected\"/>"));
}
