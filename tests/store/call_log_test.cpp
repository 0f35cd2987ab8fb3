#include "store/call_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "store/journal.hpp"
#include "support/catch.hpp"
#include "support/rest_of.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using call::TranscriptLine;

namespace {

store::CallLog sample() {
    store::CallLog log;
    log.meta.call_sid = "CA00000000000000000000000000000001";
    log.meta.stream_sid = "MZ01";
    log.meta.from = "+15550100001";
    log.meta.to = "+821000000001";
    log.meta.owner = true;
    log.meta.agent = "하나";
    log.meta.about = "모닝콜\n\"일곱 시\"";
    log.meta.started_at = *parse_iso("2026-02-28T14:49:32.120Z");
    log.meta.ended_at = *parse_iso("2026-02-28T14:50:35.320Z");
    log.meta.cost.total = 0.0125;
    auto& r = log.record;
    r.transcript.push_back({TranscriptLine::Role::assistant, "i1", "안녕, 나 하나야", 300, 2500,
                            true, "안녕", 700, 2200});
    r.transcript.push_back(
        {TranscriptLine::Role::user, "i2", "내일 7시에 깨워줘", 4000, 6000, false, "", 0, 0});
    r.turns.push_back({6000, 6700});
    r.functions.push_back({"c1", "todo-add", R"({"title":"우유"})", "ok", "00ff", 7000, 12});
    r.functions.push_back({"c2", "broken", "{not json", "", "", 8000, 1});
    r.events.push_back({2500, "barge-in", ""});
    r.errors.push_back({9000, "model", "rate_limit"});
    r.usage.audio_in = 50;
    r.ended_by = call::EndedBy::caller;
    r.answered_by = "human";
    r.duration_ms = 63200;
    return log;
}

}  // namespace

TEST_CASE("a log begins with its schema, keeps its order and comes back whole") {
    std::string text = store::write_log(sample());
    CHECK(text.starts_with(R"({"schema":"phone-agent/call-log/1","call_sid":"CA)"));
    CHECK(text.find('\n') == std::string::npos);
    auto log = store::read_log(text);
    REQUIRE(log);
    CHECK(log->meta.owner);
    CHECK(log->meta.agent == "하나");
    CHECK(log->meta.about == "모닝콜\n\"일곱 시\"");
    CHECK(log->meta.started_at == sample().meta.started_at);
    CHECK(log->meta.cost.total == 0.0125);
    REQUIRE(log->record.transcript.size() == 2);
    CHECK(log->record.transcript[0].text == "안녕, 나 하나야");
    CHECK(log->record.transcript[0].heard == "안녕");
    CHECK(log->record.transcript[0].heard_ms == 700);
    CHECK(log->record.transcript[1].role == TranscriptLine::Role::user);
    CHECK(log->record.turns.at(0).latency_ms() == 700);
    CHECK(log->record.functions.at(0).arguments == R"({"title":"우유"})");
    CHECK(log->record.functions.at(0).request_id == "00ff");
    CHECK(log->record.functions.at(1).arguments == "{not json");
    CHECK(log->record.events.at(0).what == "barge-in");
    CHECK(log->record.errors.at(0).detail == "rate_limit");
    CHECK(log->record.usage.audio_in == 50);
    CHECK(log->record.ended_by == call::EndedBy::caller);
    CHECK(log->record.duration_ms == 63200);
    CHECK(store::write_log(*log) == text);
}

TEST_CASE("the order of the conversation stands, whatever the times of its lines") {
    auto given = sample();
    std::swap(given.record.transcript[0], given.record.transcript[1]);
    auto log = store::read_log(store::write_log(given));
    REQUIRE(log);
    CHECK(log->record.transcript[0].start_ms == 4000);
    CHECK(log->record.transcript[1].start_ms == 300);
}

TEST_CASE("an end that nobody recorded is an error, an unknown answerer is unknown") {
    auto log = sample();
    log.record.ended_by = call::EndedBy::none;
    log.record.answered_by = "";
    auto document = json::Document::parse(store::write_log(log));
    REQUIRE(document);
    CHECK(document->root()["ended_by"].text() == "error");
    CHECK(document->root()["answered_by"].text() == "unknown");
}

TEST_CASE("what is no call log is refused with the path of the fault") {
    std::string good = store::write_log(sample());
    auto refusal = [&](std::string_view from, std::string_view to) {
        REQUIRE(good.find(from) != std::string::npos);
        auto log = store::read_log(replace_all(good, from, to));
        return log ? std::string("accepted") : log.error().what;
    };
    CHECK_THAT(refusal("call-log/1", "call-log/2"),
               contains("schema is not phone-agent/call-log/1"));
    CHECK_THAT(refusal("\"CA00", "\"../CA"), contains("call_sid: expected a call SID"));
    CHECK_THAT(refusal("outbound", "sideways"),
               contains("direction: expected inbound or outbound"));
    CHECK_THAT(refusal("\"role\":\"user\"", "\"role\":\"boss\""),
               contains("transcript[1].role: expected"));
    CHECK_THAT(refusal("\"start_ms\":4000", "\"start_ms\":-1"), contains("transcript[1].start_ms"));
    CHECK_THAT(refusal("\"start_ms\":4000", "\"start_ms\":1e300"),
               contains("transcript[1].start_ms"));
    CHECK_THAT(refusal("\"text\":\"안녕, 나 하나야\"", "\"text\":7"),
               contains("transcript[0].text: expected string"));
    CHECK_THAT(refusal("\"turns\":[{", "\"turns\":[7,{"), contains("turns[0]: expected object"));
    CHECK_THAT(refusal("\"ended_by\":\"caller\"", "\"ended_by\":\"fate\""),
               contains("ended_by: expected caller"));
    CHECK_THAT(refusal("\"audio_in\":50", "\"audio_in\":\"50\""),
               contains("usage.audio_in: expected a count"));
    CHECK_FALSE(store::read_log(""));
    CHECK_FALSE(store::read_log("[]"));
    CHECK_FALSE(store::read_log(good.substr(0, good.size() / 2)));
    CHECK_FALSE(store::read_log(std::string(200'000, '[')));
}

TEST_CASE("a log's name is its local start and SID, and can never leave the folder") {
    set_process_timezone("Asia/Seoul");
    auto meta = sample().meta;
    CHECK(store::log_path("logs", meta) ==
          "logs/2026-02-28_23-49-32_CA00000000000000000000000000000001.json");
    meta.call_sid = "../../etc/passwd";
    CHECK(store::log_path("logs", meta) == "logs/2026-02-28_23-49-32_etcpasswd.json");
    set_process_timezone("UTC");
    CHECK(store::is_log_name("a/2026-02-28_23-49-32_CA01.json"));
    CHECK_FALSE(store::is_log_name("call_logs/requests_processed.json"));
    CHECK_FALSE(store::is_log_name("requests_processed.json"));
    CHECK_FALSE(store::is_log_name("a/x.jsonl.partial"));
}

TEST_CASE("a log is saved for its owner's eyes only and loaded by name") {
    pa::test::TempDir dir;
    auto path = store::save_log(dir / "call_logs", sample());
    REQUIRE(path);
    struct stat info {};
    REQUIRE(::stat(path->c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    auto log = store::load_log(*path);
    REQUIRE(log);
    CHECK(log->record.transcript.size() == 2);
    REQUIRE(write_file(dir / "x.json", "{}"));
    auto bad = store::load_log(dir / "x.json");
    REQUIRE_FALSE(bad);
    CHECK_THAT(bad.error().what, contains("x.json: no call log"));
}

TEST_CASE("whoever reads a log while another takes its place reads the whole old one") {
    pa::test::TempDir dir;
    auto path = store::save_log(dir.path(), sample());
    REQUIRE(path);
    auto before = read_file(*path);
    REQUIRE(before);
    Fd reader(::open(path->c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(reader);
    auto other = sample();
    other.record.transcript[0].text = GENERATE(std::string("짧게"), std::string(100'000, 'a'));
    REQUIRE(store::save_log(dir.path(), other));
    CHECK(test::rest_of(reader) == *before);
    auto log = store::load_log(*path);
    REQUIRE(log);
    CHECK(log->record.transcript[0].text == other.record.transcript[0].text);
}

TEST_CASE("an acknowledgement comes back, and is absent where nothing was asked") {
    store::CallLog log = sample();
    CHECK_FALSE(store::read_log(store::write_log(log))->record.acknowledged);
    CHECK_THAT(store::write_log(log), !contains("acknowledged") && !contains("\"ack\""));
    log.meta.ack = "약 먹었어?";
    log.record.acknowledged = true;
    log.record.evidence = "응, 먹었어";
    auto back = store::read_log(store::write_log(log));
    REQUIRE(back);
    CHECK(back->meta.ack == "약 먹었어?");
    CHECK(back->record.acknowledged == true);
    CHECK(back->record.evidence == "응, 먹었어");
    log.record.acknowledged = false;
    CHECK(store::read_log(store::write_log(log))->record.acknowledged == false);
}

TEST_CASE("what is to be done with a machine comes back, from the log and from the journal") {
    store::CallLog log = sample();
    CHECK_THAT(store::write_log(log), !contains("\"machine\""));
    log.meta.machine = "message";
    CHECK(store::read_log(store::write_log(log))->meta.machine == "message");
    CHECK(store::read_journal(store::start_line(log.meta) + "\n")->meta.machine == "message");
}
