#include "dial/dialler.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::dial;
using namespace std::chrono_literals;

namespace {

const std::string account_url = "https://api.twilio.com/2010-04-01/Accounts/AC1";
const std::string create_url = "POST " + account_url + "/Calls.json";
const std::string list_url =
    "GET " + account_url + "/Calls.json?To=%2B821000005678&From=%2B15550001234&PageSize=50";
const std::string number_url = "GET " + account_url + "/IncomingPhoneNumbers/PN1.json";

std::string call_json(const std::string& sid, const std::string& status,
                      const std::string& created = "", const std::string& answered_by = "") {
    json::Writer w;
    w.start().object().member("sid", sid).member("status", status).member("to", "+821000005678");
    w.member("from", "+15550001234")
        .member("direction", "outbound-api")
        .member("date_created", created);
    return w.member("answered_by", answered_by).end().str();
}
std::string list_json(const std::vector<std::string>& calls) {
    json::Writer w;
    w.start().object().key("calls").array();
    for (const auto& c : calls) w.raw(c);
    return w.end().end().str();
}
std::string state_json(const std::string& status, const std::string& more = "") {
    return R"({"call_sid":"CA1","status":")" + status + "\"" + more + "}";
}

/// A bridge that works, a Twilio that takes one call, and a clock that moves when one sleeps.
struct Rig {
    test::TempDir folder;
    test::FakeHttp http;
    config::Settings settings;
    twilio::Account account;
    bool never_sent = false;
    WallTime wall = *parse_iso("2026-02-28T12:00:00Z");
    std::chrono::steady_clock::time_point clock{1h};
    std::vector<std::string> said, placed, shown;

    Rig() {
        settings.directory = folder.path();
        settings.call_log_dir = folder / "call_logs";
        settings.operator_socket = folder / "run/bridge.sock";
        settings.twilio_phone_number_sid = "PN1";
        account.sid = "AC1";
        account.token = Secret("canary-token");
        http.on(number_url, 200, R"({"sid":"PN1","phone_number":"+15550001234"})");
        http.on("GET http://bridge/status", 200,
                R"({"nonce":"n1","public_url":"https://x.example"})");
        http.on("GET https://x.example/healthz", 200, R"({"nonce":"n1"})");
        http.on("POST http://bridge/dials", 201, R"({"id":"d1"})");
        http.on("POST http://bridge/dials/d1", 204, "");
        http.on("DELETE http://bridge/dials/d1", 204, "");
        http.on("GET http://bridge/calls/CA1", 200, state_json("queued", R"(,"final":false)"));
    }
    void twilio_takes_calls() { http.on(create_url, 201, call_json("CA1", "queued")); }

    Order order(const std::string& key = "") const {
        Order o{*PhoneNumber::parse("010-0000-5678"), key, "", {}, 30, 600, true, ""};
        o.matter = {o.to.str(), "about milk", "", "hangup", ""};
        return o;
    }
    Surroundings around() {
        Surroundings a;
        a.wall = [this] { return wall; };
        a.now = [this] { return clock; };
        a.sleep = [this](std::chrono::milliseconds t) { clock += t, wall += t; };
        a.say = [this](std::string_view line) { said.emplace_back(line); };
        a.placed = [this](const Placed& p) { placed.push_back(p.call_sid); };
        a.changed = [this](const CallState& s, int seconds) {
            std::string text = live_text(s, seconds);
            if (shown.empty() || shown.back() != text) shown.push_back(text);
        };
        return a;
    }
    Result<Report> dial(const Order& o, bool wait = false) {
        return Dialler(
                   http, [this] { return never_sent; }, settings, account, around())
            .dial(o, wait);
    }
    std::size_t creates() const { return http.sent(create_url).size(); }
};

}  // namespace

TEST_CASE("a call is placed with everything Twilio and the bridge need") {
    Rig rig;
    rig.twilio_takes_calls();
    auto report = rig.dial(rig.order());
    REQUIRE(report);
    CHECK(report->call_sid == "CA1");
    CHECK_FALSE(report->outcome);
    Form form = form_decode(rig.http.sent(create_url).at(0).body);
    CHECK(form_value(form, "To") == "+821000005678");
    CHECK(form_value(form, "From") == "+15550001234");
    CHECK(form_value(form, "Url") == "https://x.example/incoming#rc=5&rp=ct,rt,5xx");
    CHECK(form_value(form, "StatusCallback") == "https://x.example/status");
    CHECK(form_value(form, "AsyncAmdStatusCallback") == "https://x.example/amd");
    CHECK(form_value(form, "Timeout") == "30");
    CHECK(form_value(form, "TimeLimit") == "600");
    CHECK(rig.http.sent(create_url)[0].body.find("milk") == std::string::npos);
    CHECK(rig.http.sent("POST http://bridge/dials").size() == 1);
    CHECK(rig.http.sent("POST http://bridge/dials/d1").at(0).body == R"({"call_sid":"CA1"})");
}

TEST_CASE("the caller id is asked for once and then kept") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.on("GET http://bridge/calls/CA1", 200, state_json("completed"));
    REQUIRE(rig.dial(rig.order()));
    rig.http.forget("GET http://bridge/calls/CA1");
    rig.http.on("GET http://bridge/calls/CA1", 200, state_json("completed"));
    REQUIRE(rig.dial(rig.order()));
    CHECK(rig.http.sent(number_url).size() == 1);
    CHECK(carrier::cached_caller_id(rig.folder / "run/caller-id.json", "PN1") == "+15550001234");
    CHECK(carrier::cached_caller_id(rig.folder / "run/caller-id.json", "PN2").empty());
}

TEST_CASE("without a working bridge no call is made") {
    Rig rig;
    rig.twilio_takes_calls();
    SECTION("another bridge answers") {
        rig.http.forget("GET https://x.example/healthz");
        rig.http.on("GET https://x.example/healthz", 200, R"({"nonce":"n2"})");
    }
    SECTION("none runs") { rig.http.forget("GET http://bridge/status"); }
    auto report = rig.dial(rig.order());
    REQUIRE_FALSE(report);
    CHECK(report.error().code == Errc::later);
    CHECK(rig.creates() == 0);
}

TEST_CASE("our rules refuse before anything is dialled") {
    Rig rig;
    rig.twilio_takes_calls();
    SECTION("country") { rig.settings.allowed_countries = {"1"}; }
    SECTION("quiet hours") { rig.settings.quiet_hours = config::QuietHours{0, 24 * 60}; }
    SECTION("daily cap") { rig.settings.max_calls_per_day = 0; }
    auto report = rig.dial(rig.order());
    REQUIRE_FALSE(report);
    CHECK(report.error().code == Errc::refused);
    CHECK(rig.creates() == 0);
}

TEST_CASE("a call is followed to its end at the bridge, with a clock") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.forget("GET http://bridge/calls/CA1");
    for (const char* s : {"queued", "ringing"})
        rig.http.on("GET http://bridge/calls/CA1", 200, state_json(s));
    for (int i = 0; i < 8; ++i)
        rig.http.on("GET http://bridge/calls/CA1", 200, state_json("in-progress"));
    rig.http.on(
        "GET http://bridge/calls/CA1", 200,
        state_json("completed", R"(,"answered_by":"human","duration_s":2,"log":"/logs/CA1.json")"));
    auto report = rig.dial(rig.order(), true);
    REQUIRE(report);
    CHECK(report->outcome == Outcome::answered);
    CHECK(report->state.log == "/logs/CA1.json");
    CHECK(rig.placed == std::vector<std::string>{"CA1"});
    CHECK(rig.shown == std::vector<std::string>{"queued", "ringing", "in progress 0:00",
                                                "in progress 0:01", "in progress 0:02"});
    CHECK(
        rig.http.sent("GET " + account_url + "/Calls/CA1.json").empty());  // Twilio was not needed
}

TEST_CASE("when the bridge goes, Twilio is asked, at most every two seconds") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.forget("GET http://bridge/calls/CA1");
    const std::string fetch = "GET " + account_url + "/Calls/CA1.json";
    for (int i = 0; i < 4; ++i) rig.http.on(fetch, 200, call_json("CA1", "in-progress"));
    rig.http.on(fetch, 200, call_json("CA1", "no-answer"));
    auto before = rig.clock;
    auto report = rig.dial(rig.order(), true);
    REQUIRE(report);
    CHECK(report->outcome == Outcome::no_answer);
    CHECK(rig.http.sent(fetch).size() == 5);
    CHECK(rig.clock - before >= 10s);
    CHECK(rig.clock - before < 11s);
}

TEST_CASE("no answer is told with the seconds that it rang, not those that it might have") {
    Rig rig;
    rig.twilio_takes_calls();
    const std::string bridge = "GET http://bridge/calls/CA1";
    rig.http.forget(bridge);
    for (int i = 0; i < 8; ++i) rig.http.on(bridge, 200, state_json("queued"));
    for (int i = 0; i < 48; ++i) rig.http.on(bridge, 200, state_json("ringing"));
    rig.http.on(bridge, 200, state_json("no-answer"));
    Dialler dialler(
        rig.http, [] { return false; }, rig.settings, rig.account, rig.around());
    auto report = dialler.dial(rig.order(), true);
    REQUIRE(report);
    CHECK(dialler.explain(*report) == "no answer after 12 s");
}

TEST_CASE("a bridge that never hears of the end is not believed for ever") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 200, call_json("CA1", "busy"));
    auto report = rig.dial(rig.order(), true);
    REQUIRE(report);
    CHECK(report->outcome == Outcome::busy);
}

TEST_CASE("who answered is asked for when the bridge was not told") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.forget("GET http://bridge/calls/CA1");
    rig.http.on("GET http://bridge/calls/CA1", 200, state_json("completed", R"(,"log":"/l")"));
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 200,
                call_json("CA1", "completed", "", "machine_start"));
    CHECK(rig.dial(rig.order(), true)->outcome == Outcome::machine);
}

TEST_CASE("a create in doubt is looked for and never repeated") {
    Rig rig;
    rig.http.on_error(create_url, Errc::later, "timed out");
    SECTION("the call was made: its SID is found, by Twilio's clock") {
        rig.http.on(list_url, 200, list_json({}));
        rig.http.on(list_url, 200,
                    list_json({call_json("CA1", "ringing", "Sat, 28 Feb 2026 12:10:01 +0000"),
                               call_json("CAold", "completed", "Sat, 28 Feb 2026 12:09:50 +0000")}),
                    {{"Date", "Sat, 28 Feb 2026 12:10:01 GMT"}});  // ten minutes ahead of ours
        auto report = rig.dial(rig.order());
        REQUIRE(report);
        CHECK(report->call_sid == "CA1");
        CHECK(rig.http.sent("POST http://bridge/dials/d1").size() == 1);
    }
    SECTION("no call is to be seen: later, and the matter stays with the bridge") {
        rig.http.on(list_url, 200,
                    list_json({call_json("CAold", "completed", "Sat, 28 Feb 2026 11:59:00 +0000")}),
                    {{"Date", "Sat, 28 Feb 2026 12:00:00 GMT"}});
        auto report = rig.dial(rig.order());
        REQUIRE_FALSE(report);
        CHECK(report.error().code == Errc::later);
        CHECK(rig.http.sent("DELETE http://bridge/dials/d1").empty());
        CHECK(rig.http.sent(list_url).size() == 4);
    }
    CHECK(rig.creates() == 1);
}

TEST_CASE("a create that never left, or that Twilio refused, leaves nothing behind") {
    Rig rig;
    rig.settings.max_calls_per_day = 1;
    SECTION("never sent") {
        rig.never_sent = true;
        rig.http.on_error(create_url, Errc::later, "connection refused");
        CHECK(rig.dial(rig.order("k")).error().code == Errc::later);
    }
    SECTION("refused") {
        rig.http.on(create_url, 400,
                    R"({"code":21215,"message":"Account not authorized to call","status":400})");
        auto refused = rig.dial(rig.order("k"));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::unavailable);
        CHECK_THAT(refused.error().what, contains("21215"));
    }
    CHECK(rig.http.sent("DELETE http://bridge/dials/d1").size() == 1);
    CHECK(rig.http.sent(list_url).empty());
    rig.http.forget(create_url);
    rig.twilio_takes_calls();
    CHECK(rig.dial(rig.order("k")));  // neither the key nor the day's one call is used up
}

TEST_CASE("429 was never processed and is tried again") {
    Rig rig;
    rig.http.on(create_url, 429, R"({"code":20429,"message":"Too Many Requests","status":429})");
    rig.http.on(create_url, 201, call_json("CA1", "queued"));
    CHECK(rig.dial(rig.order()));
    CHECK(rig.creates() == 2);
}

TEST_CASE("a used key tells of the earlier call instead of making one") {
    Rig rig;
    rig.twilio_takes_calls();
    REQUIRE(rig.dial(rig.order("morning")));
    rig.settings.quiet_hours = config::QuietHours{0, 24 * 60};  // would refuse a new one
    SECTION("while it runs: its SID") {
        auto again = rig.dial(rig.order("morning"));
        REQUIRE(again);
        CHECK(again->call_sid == "CA1");
        CHECK_FALSE(again->outcome);
    }
    SECTION("when it has ended: its outcome, and that is kept") {
        rig.http.forget("GET http://bridge/calls/CA1");
        rig.http.on("GET http://bridge/calls/CA1", 200, state_json("busy"));
        CHECK(rig.dial(rig.order("morning"))->outcome == Outcome::busy);
        rig.http.forget("GET http://bridge/calls/CA1");  // nobody knows it any more
        CHECK(rig.dial(rig.order("morning"), true)->outcome == Outcome::busy);
    }
    SECTION("when nobody knows how it ended: refused, and no call") {
        rig.http.forget("GET http://bridge/calls/CA1");
        rig.http.on("GET " + account_url + "/Calls/CA1.json", 404,
                    R"({"code":20404,"status":404})");
        auto again = rig.dial(rig.order("morning"));
        REQUIRE_FALSE(again);
        CHECK(again.error().code == Errc::refused);
    }
    CHECK(rig.creates() == 1);
}

TEST_CASE("a dialler that died between create and answer neither loses nor repeats the call") {
    Rig rig;
    Ledger ledger(rig.folder / "run");
    auto leave_behind = [&] {
        auto counted = ledger.count(rig.wall, Ledger::Hold{0.5, rig.wall + 1h},
                                    [](const Ledger::Count&) -> Status { return Done{}; });
        REQUIRE(counted);
        auto entry = ledger.of_key("morning");
        auto lock = entry.lock();
        Attempt attempt;
        attempt.state = Attempt::State::attempting;
        attempt.to = "+821000005678";
        attempt.from = "+15550001234";
        attempt.counted = *counted;
        attempt.attempted_at = rig.wall - 5s;
        REQUIRE(entry.write(attempt));
    };
    // What the day's file tells of calls: how many, and for which money is held back.
    auto counted = [&] {
        std::string text;
        REQUIRE(ledger.count(rig.wall, std::nullopt, [&](const Ledger::Count& before) -> Status {
            text = std::to_string(before.placed);
            for (const auto& call : before.open) text += " " + call.call_sid + "?";
            return Done{};
        }));
        return text;
    };
    leave_behind();
    rig.twilio_takes_calls();
    SECTION("the call was made") {
        rig.http.on(
            list_url, 200,
            list_json({call_json("CA1", "in-progress", "Sat, 28 Feb 2026 11:59:56 +0000")}));
        auto report = rig.dial(rig.order("morning"));
        REQUIRE(report);
        CHECK(report->call_sid == "CA1");
        CHECK(rig.creates() == 0);
        CHECK(counted() == "1 CA1?");
    }
    SECTION("it was not made") {
        rig.http.on(list_url, 200, list_json({}));
        REQUIRE(rig.dial(rig.order("morning")));
        CHECK(rig.creates() == 1);
        CHECK(counted() == "1");  // the one that was made now, without a budget
    }
    SECTION("that cannot be known now") {
        auto report = rig.dial(rig.order("morning"));
        REQUIRE_FALSE(report);
        CHECK(report.error().code == Errc::later);
        CHECK(rig.creates() == 0);
        CHECK(counted() == "1 ?");
    }
}

TEST_CASE("a number that is being called is not called a second time") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 200, call_json("CA1", "ringing"));
    REQUIRE(rig.dial(rig.order()));
    auto second = rig.dial(rig.order());
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::later);
    CHECK(rig.creates() == 1);
    rig.http.forget("GET http://bridge/calls/CA1");
    rig.http.on("GET http://bridge/calls/CA1", 200, state_json("completed"));
    CHECK(rig.dial(rig.order()));
    CHECK(rig.creates() == 2);
}

TEST_CASE("the last of a budget is for one call, not for all that are placed at once") {
    Rig rig;
    rig.settings.budget_day_usd = rig.settings.budget_month_usd = usual_usd;
    rig.twilio_takes_calls();
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 200, call_json("CA1", "ringing"));
    REQUIRE(rig.dial(rig.order()));
    Order other = rig.order();
    other.to = *PhoneNumber::parse("010-0000-6789");
    auto refused = rig.dial(other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::later);
    CHECK_THAT(refused.error().what, contains("under way"));
    CHECK(rig.creates() == 1);

    auto first_is = [&](const std::string& state) {
        rig.http.forget("GET http://bridge/calls/CA1");
        if (!state.empty()) rig.http.on("GET http://bridge/calls/CA1", 200, state);
        return rig.dial(other).has_value();
    };
    SECTION("nobody answered it: it costs nothing") {
        CHECK(first_is(state_json("no-answer", R"(,"final":true)")));
        CHECK(rig.creates() == 2);
    }
    SECTION("the bridge has missed its end, which Twilio tells") {
        rig.http.forget("GET " + account_url + "/Calls/CA1.json");
        rig.http.on("GET " + account_url + "/Calls/CA1.json", 200, call_json("CA1", "busy"));
        CHECK(first_is(GENERATE("", R"({"call_sid":"CA1","status":"ringing","final":false})")));
    }
    SECTION("it was answered: what it cost is in its log, once its journal is one") {
        const std::string sid = "CA00000000000000000000000000000001";
        rig.http.forget(create_url);
        rig.http.on(create_url, 201, call_json(sid, "queued"));
        rig.wall += 30s + 600s + 121s;
        const std::string state =
            R"({"call_sid":")" + sid + R"(","status":"completed","final":true})";
        rig.http.on("GET http://bridge/calls/" + sid, 200, state);
        Order third = rig.order();
        third.to = *PhoneNumber::parse("010-0000-7890");
        REQUIRE(rig.dial(third));
        const std::string journal =
            rig.settings.call_log_dir + "/2026-02-28_21-00-00_" + sid + ".jsonl.partial";
        REQUIRE(make_directory(rig.settings.call_log_dir));
        REQUIRE(write_file(journal, ""));
        CHECK_FALSE(rig.dial(other));
        REQUIRE(::unlink(journal.c_str()) == 0);
        store::CallLog log;
        log.meta.call_sid = sid;
        log.meta.started_at = log.meta.ended_at = rig.wall;
        log.meta.cost.total = usual_usd / 2;
        REQUIRE(store::save_log(rig.settings.call_log_dir, log));
        CHECK(rig.dial(other));
    }
    SECTION("whatever became of it, it can run no longer") {
        rig.wall += 30s + 600s + 121s;
        CHECK(first_is(""));
    }
    SECTION("what a call may cost at most is held back for it, where that is told") {
        rig.settings.budget_day_usd = rig.settings.budget_month_usd = 1;
        rig.settings.budget_call_usd = 0.95;
        CHECK(first_is(""));
        // By what was told then, whoever asks now.
        rig.settings.budget_call_usd.reset();
        other.to = *PhoneNumber::parse("010-0000-7890");
        CHECK_FALSE(first_is(""));
    }
}

TEST_CASE("a call too young for Twilio to show is running all the same") {
    Rig rig;
    rig.twilio_takes_calls();
    rig.http.forget("GET http://bridge/calls/CA1");
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 404, R"({"code":20404,"status":404})");
    REQUIRE(rig.dial(rig.order()));
    CHECK(rig.dial(rig.order()).error().code == Errc::later);
    rig.wall += 2min;
    CHECK(rig.dial(rig.order()));
}

TEST_CASE("a failed call is explained by what Twilio noted") {
    Rig rig;
    Report report{"CA1", "+821000005678", Outcome::failed, {}};
    rig.http.on("GET " + account_url + "/Calls/CA1/Notifications.json", 200,
                R"({"notifications":[{"error_code":"15003","log":"1","message_text":"a warning"},
                                       {"error_code":"32017","log":"0","message_text":"carrier"}]})");
    Dialler dialler(
        rig.http, [] { return false; }, rig.settings, rig.account, rig.around());
    CHECK_THAT(dialler.explain(report), contains("32017"));
    rig.http.forget("GET " + account_url + "/Calls/CA1/Notifications.json");
    CHECK_THAT(dialler.explain(report), contains("carrier could not"));
}

TEST_CASE("an answered call of which the bridge knows nothing is no quiet success") {
    Rig rig;
    Report report{"CA1", "+821000005678", Outcome::failed, {}};
    report.state.status = "completed";
    report.state.duration_s = 1;
    const std::string notes = "GET " + account_url + "/Calls/CA1/Notifications.json";
    rig.http.on(
        notes, 200,
        R"({"notifications":[{"error_code":"11200","log":"0","message_text":"HTTP retrieval failure"}]})");
    Dialler dialler(
        rig.http, [] { return false; }, rig.settings, rig.account, rig.around());
    CHECK_THAT(dialler.explain(report),
               contains("answered, 1 s, but the bridge has no log of it: ") && contains("11200"));
    rig.http.forget(notes);
    CHECK_THAT(dialler.explain(report), contains("pa-doctor"));
    report.outcome = Outcome::answered;
    report.state.log = "/logs/CA1.json";
    CHECK(dialler.explain(report) == "answered, 1 s");
    report.state = {};  // of an earlier call under the same key no more is known
    CHECK(dialler.explain(report) == "answered");
}

TEST_CASE("an answered call that left a log is not said to have none, whoever tells of its end") {
    Rig rig;
    rig.twilio_takes_calls();
    REQUIRE(rig.dial(rig.order("morning")));
    rig.http.forget("GET http://bridge/calls/CA1");  // it was started again, or does not run
    rig.http.on("GET " + account_url + "/Calls/CA1.json", 200, call_json("CA1", "completed"));
    auto told = [&](bool wait) {
        Dialler dialler(
            rig.http, [] { return false; }, rig.settings, rig.account, rig.around());
        auto report = dialler.dial(rig.order("morning"), wait);
        REQUIRE(report);
        CHECK(report->call_sid == "CA1");
        return dialler.explain(*report);
    };
    const std::string start = rig.settings.call_log_dir + "/2026-02-28_12-00-00_";
    REQUIRE(make_directory(rig.settings.call_log_dir));
    const bool wait = GENERATE(false, true);
    SECTION("of the next day, by its key") {
        REQUIRE(write_file(start + "CA1.json", "{}\n"));
        CHECK(told(wait) == "answered");
    }
    SECTION("of a bridge that died in the middle of it") {
        REQUIRE(write_file(start + "CA1.jsonl.partial", "{}\n"));
        CHECK(told(wait) == "answered");
    }
    SECTION("which tells whether what was asked was acknowledged") {
        store::CallLog log;
        log.meta.call_sid = "CA1";
        log.meta.started_at = rig.wall;
        log.record.acknowledged = true;
        REQUIRE(write_file(start + "CA1.json", store::write_log(log)));
        Order asks = rig.order("morning");
        asks.matter.ack = "Did you take the pill?";
        auto report = rig.dial(asks, wait);
        REQUIRE(report);
        CHECK(report->state.acknowledged == true);
        CHECK(report->outcome == Outcome::answered);
    }
    SECTION("but those of other calls are not its own") {
        REQUIRE(write_file(start + "CA11.json", "{}\n"));
        REQUIRE(write_file(start + "XCA1.json", "{}\n"));
        REQUIRE(write_file(start + "CA1.wav", "\n"));
        CHECK_THAT(told(wait), contains("no log of it"));
        CHECK(rig.dial(rig.order("morning"), wait)->outcome == Outcome::failed);
    }
}

TEST_CASE("ten processes with one key make one call and all learn its SID") {
    Rig rig;
    // Each process has a Twilio of its own, so that a create is seen as a file.
    rig.http.before = [&](const HttpRequest& request) {
        if (request.method + " " + request.url == create_url)
            (void)append_file(rig.folder / "creates", "x").has_value();
    };
    rig.twilio_takes_calls();
    std::vector<pid_t> children;
    for (int i = 0; i < 10; ++i) {
        pid_t pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid == 0) {
            auto report = rig.dial(rig.order("k"));
            ::_exit(report && report->call_sid == "CA1" ? 0 : 1);
        }
        children.push_back(pid);
    }
    for (pid_t pid : children) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        CHECK(status == 0);
    }
    CHECK(*read_file(rig.folder / "creates") == "x");
}
