#include "carrier/syncer.hpp"

#include "base/file.hpp"
#include "json/writer.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::carrier;

namespace {

const std::string base = "https://api.twilio.com/2010-04-01/Accounts/AC1/IncomingPhoneNumbers";

std::string resource(const std::string& voice_url, const std::string& application = "") {
    json::Writer w;
    w.start().object().member("sid", "PN1").member("phone_number", "+15550001234");
    std::string host = voice_url.substr(0, voice_url.find('/', 8));
    w.member("voice_url", voice_url).member("voice_method", "POST");
    w.member("status_callback", host + "/status").member("status_callback_method", "POST");
    w.member("voice_application_sid", application).key("trunk_sid").null();
    return w.end().str();
}

struct Rig {
    test::TempDir folder;
    test::FakeHttp http;
    std::vector<std::chrono::milliseconds> slept;
    Syncer syncer = make("PN1");

    Syncer make(const std::string& number) {
        twilio::Account account;
        account.sid = "AC1";
        account.token = Secret("t");
        return {http, account, number, folder / "run",
                [this](auto pause) { slept.push_back(pause); }};
    }
    std::size_t writes() const { return http.sent("POST " + base + "/PN1.json").size(); }
};

const char* const x = "https://x.example/incoming";
const char* const old = "https://old.example/incoming";
const Wanted to_x{"https://x.example", "", false};

}  // namespace

TEST_CASE("a number that is in sync is not written") {
    Rig rig;
    rig.http.answer(200, resource(x));
    REQUIRE(rig.syncer.sync(to_x));
    CHECK(rig.http.requests.size() == 1);
    CHECK_FALSE(file_exists(rig.folder / "run/webhook-previous.json"));
}

TEST_CASE("a number is compared, written and read back") {
    Rig rig;
    rig.http.answer(200, resource(old));
    rig.http.answer(200, resource(x));
    rig.http.answer(200, resource(x));
    REQUIRE(rig.syncer.sync(to_x));
    REQUIRE(rig.writes() == 1);
    CHECK(form_decode(rig.http.requests[1].body) ==
          Form{{"VoiceUrl", x}, {"StatusCallback", "https://x.example/status"}});
    CHECK(rig.http.requests.size() == 3);
}

TEST_CASE("a change that does not show yet is waited for, and given up after 2 s as passing") {
    Rig rig;
    rig.http.answer(200, resource(old));
    rig.http.answer(200, resource(x));
    rig.http.answer(200, resource(old));
    SECTION("it shows at last") {
        rig.http.answer(200, resource(x));
        CHECK(rig.syncer.sync(to_x));
        CHECK(rig.slept.size() == 1);
    }
    SECTION("it never shows") {
        rig.http.answer(200, resource(old));
        rig.http.answer(200, resource(old));
        Status s = rig.syncer.sync(to_x);
        REQUIRE_FALSE(s);
        CHECK(s.error().code == Errc::later);
        CHECK_THAT(s.error().what, contains("VoiceUrl"));
    }
    CHECK(rig.writes() == 1);
}

TEST_CASE("an application keeps the number from us unless forced") {
    Rig rig;
    rig.http.answer(200, resource(old, "AP1"));
    Status s = rig.syncer.sync(to_x);
    REQUIRE_FALSE(s);
    CHECK(s.error().code == Errc::no);
    CHECK(rig.writes() == 0);

    rig.http.answer(200, resource(x, "AP1"));
    rig.http.answer(200, resource(x));
    rig.http.answer(200, resource(x));
    REQUIRE(rig.syncer.sync({"https://x.example", "", true}));
    CHECK(rig.http.requests[2].body == "VoiceApplicationSid=");
}

TEST_CASE("check writes nothing and names what differs") {
    Rig rig;
    rig.http.answer(200, resource(x));
    CHECK(rig.syncer.check(to_x));
    rig.http.answer(200, resource(old));
    Status s = rig.syncer.check(to_x);
    REQUIRE_FALSE(s);
    CHECK(s.error().code == Errc::no);
    CHECK_THAT(s.error().what, contains(old));
    CHECK(rig.writes() == 0);
}

TEST_CASE("restore puts back what was there before the first of many syncs") {
    Rig rig;
    for (const char* next : {"https://a.example", "https://b.example", "https://c.example"}) {
        std::string before = std::string(next) == "https://a.example" ? "https://mine.example/voice"
                             : std::string(next) == "https://b.example"
                                 ? "https://a.example/incoming"
                                 : "https://b.example/incoming";
        std::string after = std::string(next) + "/incoming";
        rig.http.answer(200, resource(before));
        rig.http.answer(200, resource(after));
        rig.http.answer(200, resource(after));
        REQUIRE(rig.syncer.sync({next, "", false}));
    }
    rig.http.answer(200, resource("https://c.example/incoming"));
    rig.http.answer(200, resource("https://mine.example/voice"));
    rig.http.answer(200, resource("https://mine.example/voice"));
    auto restored = rig.syncer.restore();
    REQUIRE(restored);
    CHECK(*restored == "https://mine.example/voice");
    CHECK(form_decode(rig.http.requests[10].body) ==
          Form{{"VoiceUrl", "https://mine.example/voice"},
               {"StatusCallback", "https://mine.example/status"}});

    rig.http.answer(200, resource("https://mine.example/voice"));
    auto again = rig.syncer.restore();
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::no);
}

TEST_CASE("what somebody else set in between is what restore puts back") {
    Rig rig;
    for (const char* before : {old, "https://theirs.example/incoming"}) {
        rig.http.answer(200, resource(before));
        rig.http.answer(200, resource(x));
        rig.http.answer(200, resource(x));
        REQUIRE(rig.syncer.sync(to_x));
    }
    auto kept = Previous(rig.folder / "run").find("PN1");
    REQUIRE(kept);
    REQUIRE(*kept);
    CHECK((**kept).voice_url == "https://theirs.example/incoming");
}

TEST_CASE("a number is found by its E.164 form, and only an equal one") {
    Rig rig;
    Syncer by_number = rig.make("+15550001234");
    rig.http.answer(200,
                    R"({"incoming_phone_numbers":[{"sid":"PN9","phone_number":"+155500012345"},)" +
                        resource(x) + "]}");
    rig.http.answer(200, resource(x));
    REQUIRE(by_number.sync(to_x));
    CHECK(rig.http.requests[0].url == base + ".json?PhoneNumber=%2B15550001234");
    CHECK(rig.http.requests[1].url == base + "/PN1.json");

    Syncer absent = rig.make("+15550009999");
    rig.http.answer(200, R"({"incoming_phone_numbers":[]})");
    Status s = absent.sync(to_x);
    REQUIRE_FALSE(s);
    CHECK(s.error().code == Errc::data);
}

TEST_CASE("Twilio's refusals keep their kind and name the number") {
    Rig rig;
    rig.http.answer(401, R"({"code":20003,"message":"Authenticate","status":401})");
    Status s = rig.syncer.sync(to_x);
    REQUIRE_FALSE(s);
    CHECK(s.error().code == Errc::credentials);
    CHECK_THAT(s.error().what, contains("webhook of PN1"));
    rig.http.answer(503, "<html>");
    CHECK(rig.syncer.sync(to_x).error().code == Errc::later);
    CHECK(rig.syncer.sync(to_x).error().code == Errc::later);  // no connection
}
