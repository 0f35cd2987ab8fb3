#include "store/log_reader.hpp"

#include "base/file.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;

namespace {

store::CallLog sample(const std::string& sid) {
    store::CallLog log;
    log.meta.call_sid = sid;
    log.meta.about = "모닝콜";
    log.meta.started_at = *parse_iso("2026-02-28T14:49:32.120Z");
    log.record.transcript.push_back(
        {call::TranscriptLine::Role::user, "", "응", 1, 2, false, "", 0, 0});
    return log;
}

}  // namespace

TEST_CASE("one reader reads many logs, and what it gave stays") {
    test::TempDir dir;
    store::LogReader reader;
    std::vector<store::CallLog> logs;
    for (const char* sid : {"CA01", "CA02", "CA03"}) {
        auto path = store::save_log(dir.path(), sample(sid));
        REQUIRE(path);
        auto log = reader.load(*path);
        REQUIRE(log);
        logs.push_back(std::move(*log));
    }
    CHECK(logs[0].meta.call_sid == "CA01");
    CHECK(logs[0].meta.about == "모닝콜");
    CHECK(logs[2].record.transcript[0].text == "응");
}

TEST_CASE("a log may stand in the input itself") {
    store::LogReader reader;
    auto log = reader.load(store::write_log(sample("CA07")));
    REQUIRE(log);
    CHECK(log->meta.call_sid == "CA07");
    auto broken = reader.load("{\"schema\":");
    REQUIRE_FALSE(broken);
    CHECK_THAT(broken.error().what, contains("a log on stdin: not valid JSON at byte"));
}

TEST_CASE("what is no log is named and stops no other") {
    test::TempDir dir;
    store::LogReader reader;
    auto refused = [&](const std::string& text, const std::string& why) {
        std::string path = dir.path() + "/broken.json";
        REQUIRE(write_file(path, text));
        auto log = reader.load(path);
        REQUIRE_FALSE(log);
        CHECK(log.error().code == Errc::data);
        CHECK_THAT(log.error().what, contains(path + ": "));
        CHECK_THAT(log.error().what, contains(why));
    };
    refused("", "not valid JSON");
    refused("{\"schema\":\"something\"}", "schema is not");
    refused(store::write_log(sample("CA01")).substr(0, 100), "not valid JSON at byte");
    refused(std::string("{}\0{}", 5), "not JSON but bytes");
    refused("\"\xff\"", "not valid JSON");
    refused(std::string(200'000, '['), "not valid JSON");
    refused(std::string(500, '[') + std::string(500, ']'), "nested too deep");
    auto path = store::save_log(dir.path(), sample("CA01"));
    REQUIRE(path);
    CHECK(reader.load(*path));
}

TEST_CASE("a pattern that matched nothing is told with its folder") {
    store::LogReader reader;
    auto none = reader.load("/nowhere/call_logs/*.json");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::data);
    CHECK_THAT(none.error().what, contains("no call logs in /nowhere/call_logs"));
    CHECK_THAT(store::missing_log("a.json").what, contains("no such file in /"));
}

TEST_CASE("folders are opened in the order of names, and the ledger is no log") {
    test::TempDir dir;
    for (const char* name :
         {"2026-02-02_CA2.json", "2026-02-01_CA1.json", "requests_processed.json",
          "2026-02-03_CA3.jsonl.partial", "notes.txt"})
        REQUIRE(write_file(dir.path() + "/" + name, "{}"));
    CHECK(store::log_names({dir.path(), "x/requests_processed.json", "b.json"}) ==
          std::vector<std::string>{dir.path() + "/2026-02-01_CA1.json",
                                   dir.path() + "/2026-02-02_CA2.json", "b.json"});
}

TEST_CASE("a line of a pipe names a file, a log, or a finished call") {
    CHECK(store::log_of_line("  a.json \r") == "a.json");
    CHECK(store::log_of_line("") == "");
    CHECK(store::log_of_line("x/requests_processed.json") == "");
    CHECK(store::log_of_line(R"({"schema":"phone-agent/call/1","log":"b.json"})") == "b.json");
    CHECK(store::log_of_line(R"({"schema":"phone-agent/call-log/1"})") ==
          R"({"schema":"phone-agent/call-log/1"})");
}

TEST_CASE("the times before the call come back, before zero as they are") {
    store::CallLog log = sample("CA01");
    log.meta.arrival.ringing = -8000;
    log.meta.arrival.first_audio = 20;
    log.record.turns.push_back({1000, 1900, 1500, 1520});
    auto read = store::read_log(store::write_log(log));
    REQUIRE(read);
    CHECK(read->meta.arrival.ringing == -8000);
    CHECK(read->meta.arrival.first_audio == 20);
    CHECK_FALSE(read->meta.arrival.prepared);
    CHECK(read->record.turns[0].noticed_ms == 1500);
    CHECK(read->record.turns[0].response_ms == 1520);
    CHECK(store::write_log(sample("CA01")).find("arrival_ms") == std::string::npos);
}
