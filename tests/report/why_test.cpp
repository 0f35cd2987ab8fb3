#include "report/why.hpp"

#include "json/document.hpp"
#include "report/sample.hpp"
#include "report/timeline.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::report;

namespace {

store::CallLog sample() { return test::reported_call(); }

const Moment* moment(const Explanation& why, std::string_view what) {
    for (const Moment& m : why.moments)
        if (m.what == what) return &m;
    return nullptr;
}

}  // namespace

TEST_CASE("the first line tells the call") {
    test::Seoul zone;
    CHECK(explain(sample()).happened ==
          "2026-02-28 23:49:32 to 010-0000-0001 (the owner): 14s, ended by the caller; 2 "
          "turns, 1 interruption, $0.012");
}

TEST_CASE("a slow answer of the model is on the service's side") {
    CHECK(explain(sample()).slow ==
          "1 of 2 answers took over 1.50 s, the worst 2.50 s at 9.00 s: 2.00 s of it the model's, "
          "on the service's side or the way to it");
}

TEST_CASE("an answer that waited for a function is on our side") {
    store::CallLog log = sample();
    log.record.functions.push_back({"c1", "todo-add", "{}", "ok", "", 9600, 1700});
    CHECK_THAT(explain(log).slow, contains("1.70 s of it in todo-add, on our side"));
}

TEST_CASE("an answer that waited for a new session is on the way to the service") {
    store::CallLog log = sample();
    log.record.events.push_back({11000, "reconnect", "1400 ms without the model"});
    Explanation why = explain(log);
    CHECK_THAT(why.slow, contains("1.40 s of it without the model's leg"));
    REQUIRE(moment(why, "reconnect") != nullptr);
    CHECK(moment(why, "reconnect")->at_ms == 9600);
    CHECK(moment(why, "reconnect")->length_ms == 1400);
}

TEST_CASE("a silence that is noticed late is told as such") {
    store::CallLog log = sample();
    log.record.turns[1].noticed_ms = 11000;
    CHECK_THAT(explain(log).slow, contains("2.00 s of it until the service noticed the silence"));
}

TEST_CASE("the parts of an answer add up to its time") {
    store::CallLog log = sample();
    log.record.functions.push_back({"c1", "f", "{}", "ok", "", 10000, 400});
    TurnParts p = parts_of(log.record.turns[1], log.record);
    CHECK(p.waiting_ms == 500);
    CHECK(p.function_ms == 400);
    CHECK(p.waiting_ms + p.function_ms + p.offline_ms + p.service_ms == 2500);
}

TEST_CASE("a call in which all was quick says so, with its figures") {
    store::CallLog log = sample();
    log.record.turns[1].first_audio_ms = 9700;
    CHECK(explain(log).slow ==
          "nothing: answers came after 0.70 s (half of them) and 0.80 s (nearly all)");
    log.record.turns.clear();
    CHECK(explain(log).slow == "nothing: no turn of the caller was answered");
}

TEST_CASE("a late first word is blamed on whom the times point at") {
    store::CallLog log = sample();
    log.record.turns.clear();
    log.meta.arrival.first_audio = 3200;
    CHECK_THAT(explain(log).slow, contains("3.20 s after the stream began: whose side cannot be"));
    log.meta.arrival.greeting = -400;
    CHECK_THAT(explain(log).slow, contains("the greeting was there, on our side"));
    log.meta.arrival.greeting = 3100;
    CHECK_THAT(explain(log).slow, contains("the model had said nothing yet"));
    log.meta.arrival.session_ready = 2900;
    CHECK_THAT(explain(log).slow, contains("the session was not ready"));
}

TEST_CASE("a call of silence is told") {
    store::CallLog log = sample();
    log.record.transcript.clear();
    CHECK_THAT(explain(log).slow, contains("the caller never heard anything"));
}

TEST_CASE("what went wrong has a time and a side") {
    store::CallLog log = sample();
    CHECK(explain(log).wrong == "nothing");
    log.record.errors.push_back({4000, "model-lost", "1006"});
    log.record.errors.push_back({6000, "stream-lost", "the carrier's stream broke off"});
    CHECK(explain(log).wrong ==
          "model-lost: 1006 at 4.00 s, on the service's side or the way to it (2 errors in all)");
    log.record.ended_by = call::EndedBy::error;
    CHECK_THAT(explain(log).wrong,
               contains("stream-lost: the carrier's stream broke off at 6.00 s, "
                        "on the side of the carrier or the tunnel"));
    log.meta.recovered = true;
    CHECK_THAT(explain(log).wrong, contains("pa-bridge died during the call, on our side; "));
}

TEST_CASE("what the service refuses for our key, its account or our words is on our side") {
    using Errors = std::vector<call::Happening>;
    const Errors errors =
        GENERATE(Errors{{0, "model-lost", "401 Unauthorized"}, {9, "model", "401 Unauthorized"}},
                 Errors{{0, "insufficient_quota", "You exceeded your current quota"},
                        {9, "model", "You exceeded your current quota"}},
                 Errors{{0, "response", "insufficient_quota: You exceeded your current quota"},
                        {9, "model", "You exceeded your current quota"}},
                 Errors{{0, "invalid_value", "Invalid value: 'loud'"}});
    store::CallLog log = sample();
    log.record.errors = errors;
    log.record.ended_by = GENERATE(call::EndedBy::error, call::EndedBy::caller);
    CHECK_THAT(explain(log).wrong, contains("on our side (pa-doctor says which setting)"));
}

TEST_CASE("what the service does by itself is on its side") {
    store::CallLog log = sample();
    log.record.errors = {{0, "model-lost", "503 Service Unavailable"},
                         {9, "response", "server_error: 401 is not the reason"},
                         {20, "model", "silence"}};
    log.record.ended_by = GENERATE(call::EndedBy::error, call::EndedBy::caller);
    CHECK_THAT(explain(log).wrong, contains("on the service's side"));
}

TEST_CASE("an end by the carrier without an error is the carrier's") {
    store::CallLog log = sample();
    log.record.ended_by = call::EndedBy::carrier;
    CHECK(explain(log).wrong == "the carrier ended the call, on its side");
}

TEST_CASE("the time line is in order, from the ringing to the end") {
    store::CallLog log = sample();
    log.meta.arrival = {-9000, -8000, -700, -8800, -8500, -7900, 12};
    Explanation why = explain(log);
    CHECK(why.missing.empty());
    for (std::size_t i = 1; i < why.moments.size(); ++i)
        CHECK(why.moments[i - 1].at_ms <= why.moments[i].at_ms);
    REQUIRE(moment(why, "ring") != nullptr);
    CHECK(moment(why, "ring")->length_ms == 7300);
    CHECK(moment(why, "answer")->length_ms == 700);
    CHECK(moment(why, "session")->length_ms == 300);
    CHECK(moment(why, "first audio")->length_ms == 12);
    CHECK_THAT(moment(why, "turn")->detail, contains("after \"내일 일곱 시에 깨워 줘.\""));
    CHECK(moment(why, "barge-in")->at_ms == 7000);
    CHECK(why.moments.back().what == "end");
}

TEST_CASE("what the log does not have is named and not invented") {
    store::CallLog log = sample();
    log.record.turns[0].noticed_ms = 0;
    Explanation why = explain(log);
    CHECK(moment(why, "ring") == nullptr);
    CHECK(moment(why, "answer") == nullptr);
    CHECK(why.missing == std::vector<std::string>{
                             "when it rang", "when it was answered", "when the model was ready",
                             "when the first audio went out (taken from the transcript)",
                             "what the time of an answer was made of"});
}

TEST_CASE("every bar lies within its frame, to scale") {
    test::Seoul zone;
    store::CallLog log = sample();
    log.meta.arrival = {-14000, -13000, -700, -12800, -12500, -11900, 12};
    auto lines = waterfall(explain(log), {}, 0);
    std::size_t bars = 0;
    for (const auto& line : lines) {
        auto open = line.find('['), close = line.find(']');
        if (open == std::string::npos || line.starts_with("not")) continue;
        ++bars;
        CHECK(close - open == 33);
        CHECK(line.substr(open, close - open).find_first_of("=|") != std::string::npos);
    }
    CHECK(bars == explain(log).moments.size());
    for (const auto& line : waterfall(explain(log), {}, 80))
        if (line.find('[') != std::string::npos) CHECK(display_width(line) <= 80);
}

TEST_CASE("an absurd log has a time line all the same") {
    store::CallLog log;
    log.record.turns.push_back({5000, 1000});
    log.record.functions.push_back({"", "", "", "", "", 0, 0});
    log.record.events.push_back({0, "reconnect", "99999999999999999999 ms"});
    CHECK_FALSE(waterfall(explain(log), {}, 10).empty());
}

TEST_CASE("an explanation as JSON has its moments") {
    auto json = json::Document::parse(json_line(explain(sample()), "a.json"));
    REQUIRE(json);
    CHECK(json->root()["log"].text() == "a.json");
    CHECK(json->root()["moments"].size() == explain(sample()).moments.size());
    CHECK(json->root()["missing"].size() == 4);
}
