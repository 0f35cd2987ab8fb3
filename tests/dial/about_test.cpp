#include "dial/about.hpp"

#include "base/file.hpp"
#include "dial/report.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::dial;

TEST_CASE("what a call is about comes as text or from a file, whole") {
    CHECK(*read_about("우유 사기") == "우유 사기");
    CHECK(read_about("")->empty());
    test::TempDir folder;
    REQUIRE(write_file(folder / "a.txt", "line 1\nline 2\n"));
    CHECK(*read_about("@" + (folder / "a.txt")) == "line 1\nline 2");
    auto absent = read_about("@" + (folder / "none"));
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == Errc::data);
}

TEST_CASE("64 KiB are taken, one byte more is not, nor is what is no UTF-8") {
    CHECK(read_about(std::string(max_about, 'x')));
    CHECK(read_about(std::string(max_about, 'x') + "\n"));
    CHECK(read_about(std::string(max_about + 1, 'x')).error().code == Errc::data);
    CHECK(read_about("\xFF").error().code == Errc::data);
    CHECK(read_about("\xFF", "TEXT").error().what.starts_with("TEXT: not UTF-8"));
}

TEST_CASE("digits to send are those Twilio takes") {
    CHECK(are_send_digits("ww1234#"));
    CHECK(are_send_digits("0123456789ABCD#*wW"));
    for (const char* bad : {"", "12 34", "E", "w1,2", "123456789012345678901234567890123"})
        CHECK_FALSE(are_send_digits(bad));
}

TEST_CASE("the request is shown without its password") {
    HttpRequest request;
    request.method = "POST";
    request.url = "https://api.twilio.com/x";
    request.user = "AC1";
    request.password = "canary";
    request.body = "To=%2B821000005678&From=%28number%29";
    Order order{*PhoneNumber::parse("+821000005678"), "morning", "", {}, 30, 1800, true, ""};
    order.matter = {"+821000005678", "나가는 길에\x1b[2J",    "", "hangup",
                    "갔어?",         std::chrono::seconds(30)};
    CHECK(
        show_request(request, order) ==
        "POST https://api.twilio.com/x\nuser AC1:***\nTo=+821000005678\nFrom=(number)\n\n"
        "not told to Twilio:\nabout=나가는 길에\\x1b[2J\nmachine=hangup\nack=갔어?\nonce=morning");
    std::string line = write_request(request, order);
    CHECK(line.find("canary") == std::string::npos);
    CHECK_THAT(line, contains(R"("here":{"about":"나가는 길에)"));
    CHECK_THAT(line,
               contains(R"("persona":null,"machine":"hangup","ack":"갔어?","once":"morning"})"));
}

TEST_CASE("a report is one line of JSON") {
    Report report{"CA1", "+821000005678", Outcome::machine, {}};
    report.state.status = "completed";
    report.state.answered_by = "machine_start";
    CHECK(
        write_report(report) ==
        R"({"schema":"phone-agent/dial/1","call_sid":"CA1","to":"+821000005678","outcome":"machine","exit":14,)"
        R"("status":"completed","answered_by":"machine_start","sip_code":null,"duration_s":null,)"
        R"("acknowledged":null,"log":null})");
}
